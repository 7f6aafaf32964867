/**
 * A time of day that comes again, by the clock on the wall. While the clock is put forward, what it leaves out does not
 * happen; while it is put back, what it shows twice happens twice.
 */
export interface DailyTimes {
  /** Minutes since midnight. Where `until` is not later than `from`, it is that of the next day; 1440: midnight. */
  readonly fromMinute: number;
  readonly untilMinute: number;
  /** On which days it begins: 0 is Sunday. */
  readonly weekdays: readonly number[];
  /** IANA. */
  readonly timeZone: string;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** What does not turn for so long never does: a time of one day a week, left out once by the clock, comes after a fortnight. */
const horizonMs = 22 * dayMs;

/** Whether a moment is within these times; milliseconds since 1970, UTC. */
export function isWithin(times: DailyTimes, ms: number): boolean {
  const { fromMinute: from, untilMinute: until, weekdays } = times;
  const local = wallClock(times.timeZone, ms);
  const day = Math.floor(local / dayMs);
  const minute = Math.floor((local - day * dayMs) / minuteMs);
  // 1970 began on a Thursday.
  const isOn = (date: number) => weekdays.includes((((date + 4) % 7) + 7) % 7);
  if (from < until) return isOn(day) && minute >= from && minute < until;
  return (isOn(day) && minute >= from) || (isOn(day - 1) && minute < until);
}

/** The first moment after this one at which these times begin or end; undefined: they never do. Milliseconds since 1970, UTC. */
export function nextTurn(times: DailyTimes, afterMs: number): number | undefined {
  const before = isWithin(times, afterMs);
  let ms = afterMs;
  while (ms < afterMs + horizonMs) {
    const next = nextOnDial(times, ms);
    ms = clockChange(times.timeZone, ms, next) ?? next;
    if (isWithin(times, ms) !== before) return ms;
  }
  return undefined;
}

/** Whether a time zone is known here. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** When the clock shows `from` or `until` next, were it not changed. */
function nextOnDial({ fromMinute, untilMinute, timeZone }: DailyTimes, ms: number): number {
  const sinceMidnight = modulo(wallClock(timeZone, ms), dayMs);
  const waits = [fromMinute, untilMinute].map(
    (minute) => modulo(minute * minuteMs - sinceMidnight, dayMs) || dayMs,
  );
  return ms + Math.min(...waits);
}

/** When the clock is changed after `fromMs`, and not after `untilMs`; undefined: it is not. There is one change in a day at most. */
function clockChange(timeZone: string, fromMs: number, untilMs: number): number | undefined {
  const offset = offsetAt(timeZone, fromMs);
  if (offsetAt(timeZone, untilMs) === offset) return undefined;
  // Clocks are changed on the minute.
  let before = Math.floor(fromMs / minuteMs);
  let after = Math.ceil(untilMs / minuteMs);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(timeZone, middle * minuteMs) === offset) before = middle;
    else after = middle;
  }
  return after * minuteMs;
}

function offsetAt(timeZone: string, ms: number): number {
  return wallClock(timeZone, ms) - ms;
}

/** What the clock on the wall shows, as if it were UTC. */
function wallClock(timeZone: string, ms: number): number {
  const shown: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(ms)) shown[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second) + modulo(ms, 1000);
}

/** One for each zone: making one takes a hundred times as long as using it. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    const numeric = 'numeric' as const;
    const date = { year: numeric, month: numeric, day: numeric };
    const time = { hour: numeric, minute: numeric, second: numeric, hourCycle: 'h23' as const };
    format = new Intl.DateTimeFormat('en-US', { ...date, ...time, timeZone });
    formats.set(timeZone, format);
  }
  return format;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
