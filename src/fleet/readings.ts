/** Which series of readings: that of one load component behind one meter of the meter file. */
export interface SeriesKey {
  /** As the meter file names the meter (`loads.h5_meter_id`). */
  readonly meterId: string;
  /** `load_0` … */
  readonly component: string;
}

/** A span of time, UTC, in milliseconds since 1970: `fromMs` is in it, `untilMs` is not. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * Sound readings of one series: in order of time, each time once, finite numbers. Each says the mean power of the interval
 * that begins at its time and lasts one step, or until the next reading where that comes sooner; where it comes later, there
 * is a gap. Typed arrays, so that threads can hand them over.
 */
export interface Readings {
  /** When each interval begins: milliseconds since 1970, UTC, whole numbers. */
  readonly startsMs: Float64Array;
  /** Power in W, of the same length; negative where it is fed in. */
  readonly watts: Float64Array;
  /** How long an interval usually lasts, milliseconds. */
  readonly stepMs: number;
  /** When the interval begins that follows the last one, where these are a part of more. */
  readonly nextMs?: number | undefined;
}

/** When the interval of reading number `n` ends, milliseconds since 1970. */
export function endMsOf({ startsMs, stepMs, nextMs }: Readings, n: number): number {
  const end = (startsMs[n] as number) + stepMs;
  const next = startsMs[n + 1] ?? nextMs;
  return next !== undefined && next < end ? next : end;
}

/** The readings whose intervals begin in the span. Shares its memory. */
export function readingsWithin(readings: Readings, { fromMs, untilMs }: TimeSpan): Readings {
  const from = firstAtOrAfter(readings.startsMs, fromMs);
  const until = firstAtOrAfter(readings.startsMs, untilMs);
  return partOf(readings, from, until);
}

/** The readings from number `from` to that before `until`. Shares their memory. */
export function partOf({ startsMs, watts, stepMs, nextMs }: Readings, from: number, until: number): Readings {
  return {
    startsMs: startsMs.subarray(from, until),
    watts: watts.subarray(from, until),
    stepMs,
    nextMs: startsMs[until] ?? nextMs,
  };
}

/** The place of the first time that is not before this one; the length where all are. */
function firstAtOrAfter(startsMs: Float64Array, ms: number): number {
  let low = 0;
  let high = startsMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((startsMs[middle] as number) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
