import { laterBy } from '../timeline/durations.ts';
import { countBefore } from '../timeline/search.ts';

/** An interval of an event with its times resolved: milliseconds since 1970, UTC; it ends before `endMs`. */
export interface EventInterval {
  readonly id: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** The intervals of an event in order of time, however many: they may be implied, and go round without end. */
export interface IntervalSeries {
  /** How many; Infinity where they have no end. */
  readonly length: number;
  /** How many go by before they come round again; `length` where they do not. */
  readonly roundLength: number;
  /** The event has no intervals written out: reports number theirs as they like (User Guide, 7.5). */
  readonly areImplied: boolean;
  /** Interval number `n`, from 0; the same one of a later round has the same id. */
  at(n: number): EventInterval;
  /** When interval number `n` and all before it are over: never earlier than for one before. */
  overMs(n: number): number;
}

/**
 * The intervals that an event has written out. They count in order of time, which is most often that of the list. Where the
 * event lasts longer than they do (`durationMs`: event.duration of OpenADR 3.1; Infinity for P9999Y) they go round; where it is
 * over sooner, they are cut off (User Guide, 7.3 and 7.5).
 */
export function listedIntervals(intervals: readonly EventInterval[], durationMs?: number): IntervalSeries {
  const round = intervals.toSorted((one, other) => one.startMs - other.startMs);
  const overs = runningMax(round.map(({ endMs }) => endMs));
  const startMs = round[0]?.startMs ?? 0;
  const { roundMs, untilMs, goesRound } = roundsOf(startMs, overs.at(-1) ?? startMs, durationMs);
  const whole = goesRound ? Math.floor((untilMs - startMs) / roundMs) : 0;
  // Those of the last round, which the end of the event cuts off; or of the only one.
  const rest = begunBefore(round, goesRound ? startMs + ((untilMs - startMs) % roundMs) : untilMs);
  const inRound = (n: number) => {
    const index = n % round.length;
    return { index, shiftMs: n === index ? 0 : ((n - index) / round.length) * roundMs };
  };
  return {
    length: whole * round.length + rest,
    roundLength: goesRound ? round.length : rest,
    areImplied: false,
    at(n) {
      const { index, shiftMs } = inRound(n);
      const { id, startMs, endMs } = round[index] as EventInterval;
      return { id, startMs: startMs + shiftMs, endMs: Math.min(endMs + shiftMs, untilMs) };
    },
    overMs(n) {
      const { index, shiftMs } = inRound(n);
      return Math.min((overs[index] as number) + shiftMs, untilMs);
    },
  };
}

/** How intervals fill the time that their event lasts. */
export interface Rounds {
  /** How long they last once. */
  readonly roundMs: number;
  /** When the event is over, whatever its intervals say; Infinity: it does not say. */
  readonly untilMs: number;
  readonly goesRound: boolean;
}

/**
 * Intervals that begin at `startMs` and are over at `overMs` go round where their event lasts longer (`durationMs`; Infinity for
 * P9999Y), and are cut off where it is over sooner; undefined: it lasts as long as they do.
 */
export function roundsOf(startMs: number, overMs: number, durationMs: number | undefined): Rounds {
  const roundMs = overMs - startMs;
  return {
    roundMs,
    untilMs: startMs + (durationMs ?? Number.POSITIVE_INFINITY),
    goesRound: durationMs !== undefined && durationMs > roundMs && roundMs > 0,
  };
}

/**
 * The intervals of an event that has none written out, but a period which says how long each is (User Guide, 7.5 and 8.7), and
 * perhaps a duration of its own. Their ids are their numbers. Without a length there are none. `eachMonths`: of the calendar,
 * besides `eachMs`.
 */
export function impliedIntervals(
  period: { readonly startMs: number; readonly eachMs: number; readonly eachMonths?: number | undefined },
  durationMs = Number.POSITIVE_INFINITY,
): IntervalSeries {
  const { startMs, eachMs, eachMonths = 0 } = period;
  const startOf = (n: number) => laterBy(startMs, { months: n * eachMonths, ms: n * eachMs });
  // No month is shorter than 28 days.
  const leastMs = eachMs + eachMonths * 28 * dayMs;
  const most = leastMs > 0 ? Math.ceil(durationMs / leastMs) : 0;
  const untilMs = startMs + durationMs;
  const length = most === Number.POSITIVE_INFINITY ? most : countBefore(most, (n) => startOf(n) < untilMs);
  const endMs = (n: number) => Math.min(startOf(n + 1), untilMs);
  return {
    length,
    roundLength: length,
    areImplied: true,
    at: (n) => ({ id: n, startMs: startOf(n), endMs: endMs(n) }),
    overMs: endMs,
  };
}

const dayMs = 86_400_000;

function runningMax(values: readonly number[]): number[] {
  let most = Number.NEGATIVE_INFINITY;
  return values.map((value) => {
    most = Math.max(most, value);
    return most;
  });
}

/** How many of these, in order, begin before this time. */
function begunBefore(round: readonly EventInterval[], untilMs: number): number {
  return countBefore(round.length, (n) => (round[n] as EventInterval).startMs < untilMs);
}
