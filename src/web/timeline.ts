import type { EventLine } from '../server/schemas/events.ts';

/** A stretch of time: milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** An event as a bar: where it begins and how long it is, in percent of the span that is shown, and in which lane. */
export interface TimelineBar {
  readonly event: EventLine;
  readonly left: number;
  readonly width: number;
  readonly lane: number;
  /** It goes on before, or after, what is shown. */
  readonly isCutLeft: boolean;
  readonly isCutRight: boolean;
}

/** Lays events out in as few lanes as they need, the earliest first; those outside the span, without a beginning, or for meter data are left out. */
export function timelineOf(events: readonly EventLine[], span: Span): { bars: TimelineBar[]; lanes: number } {
  const length = span.until - span.from;
  const ends: number[] = [];
  const bars: TimelineBar[] = [];
  for (const { event, from, until } of placed(events)) {
    if (until <= span.from || from >= span.until) continue;
    const free = ends.findIndex((end) => end <= from);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = until;
    const shownFrom = Math.max(from, span.from);
    const shownUntil = Math.min(until, span.until);
    bars.push({
      event,
      lane,
      left: ((shownFrom - span.from) / length) * 100,
      width: ((shownUntil - shownFrom) / length) * 100,
      isCutLeft: from < span.from,
      isCutRight: until > span.until,
    });
  }
  return { bars, lanes: ends.length };
}

function placed(events: readonly EventLine[]) {
  return events
    .flatMap((event) =>
      event.starts === null || event.forMeterData
        ? []
        : [
            {
              event,
              from: Date.parse(event.starts),
              until: event.ends === null ? Number.POSITIVE_INFINITY : Date.parse(event.ends),
            },
          ],
    )
    .sort((one, other) => one.from - other.from || one.until - other.until);
}

const hourMs = 3_600_000;
const steps = [1, 2, 3, 6, 12, 24, 48, 168].map((hours) => hours * hourMs);

/** Percent at the right edge where a line has no room for its time. */
const edge = 5;

/** Where lines of time stand, at full hours or days of the zone `offsetMs` east of UTC: at most `most`, in percent, with room for their time. */
export function ticksOf(span: Span, offsetMs: number, most = 9): { at: number; left: number }[] {
  const length = span.until - span.from;
  const step = steps.find((one) => length / one <= most) ?? length;
  const first = Math.ceil((span.from + offsetMs) / step) * step - offsetMs;
  const ticks: { at: number; left: number }[] = [];
  for (let at = first; at < span.until - (length * edge) / 100; at += step)
    ticks.push({ at, left: ((at - span.from) / length) * 100 });
  return ticks;
}

/**
 * What an event is now: as the VTN has it, and by the clock. `idle`: it asks for nothing at any time, but perhaps for reports;
 * `meter-data`: these are filed under it, and it asks nothing of a load.
 */
export type EventPhase =
  | 'running'
  | 'upcoming'
  | 'over'
  | 'cancelled'
  | 'vanished'
  | 'unclear'
  | 'idle'
  | 'meter-data';

export function phaseOf({ state, starts, ends, problem, forMeterData }: EventLine, now: number): EventPhase {
  if (state === 'cancelled') return state;
  if (state === 'over' || (ends !== null && Date.parse(ends) <= now)) return 'over';
  if (problem !== null) return 'unclear';
  if (state === 'vanished') return state;
  if (forMeterData) return 'meter-data';
  if (starts === null) return 'idle';
  return Date.parse(starts) > now ? 'upcoming' : 'running';
}
