import type { Readings } from '../fleet/readings.ts';
import type { SeriesRead } from './reading-source.ts';

/** Readings as a source has them, row by row; nothing is known to be right of them. */
export interface RawReadings {
  /** Unix time in seconds. */
  readonly seconds: Float64Array;
  /** W. */
  readonly watts: Float64Array;
}

export interface SoundOptions {
  /** Intervals that begin later are no readings; milliseconds since 1970. */
  readonly nowMs: number;
  /** The step of a series that has less than two readings to tell it; milliseconds, default one hour. */
  readonly stepMs?: number | undefined;
}

/** What a meter file has unless it says otherwise: hourly readings. */
export const hourMs = 3_600_000;

/** The last millisecond that a `Date` can tell (ECMA-262, 21.4.1.1). */
const lastDateMs = 8.64e15;

/**
 * Makes sound readings of rows, and counts what it left out or put in order. Takes the memory of `raw` over. Times are
 * rounded to milliseconds; of rows with one time the last counts; one at or before 1970 is that of a row that nobody filled.
 * The step is the most frequent distance of two readings, of equally frequent ones the smallest. It is a problem of the
 * whole series where most of its times are in another unit.
 */
export function soundReadings(raw: RawReadings, { nowMs, stepMs = hourMs }: SoundOptions): SeriesRead {
  const latestMs = Math.min(nowMs, lastDateMs);
  const rows = raw.seconds.length;
  const startsMs = startsOfSoundRows(raw, latestMs);
  if (startsMs) {
    const { readings, gaps } = withStep(startsMs, raw.watts, stepMs);
    const mended = { rows, notNumbers: 0, duplicates: 0, inFuture: 0, outOfOrder: 0, gaps };
    return { ok: true, readings, mended };
  }
  const problem = unitProblem(raw.seconds);
  if (problem) return { ok: false, problem };
  const kept = keptRows(raw, latestMs);
  const ordered = kept.outOfOrder === 0 ? kept : inOrder(kept);
  const single = lastOfEach(ordered);
  const { readings, gaps } = withStep(single.startsMs, single.watts, stepMs);
  const { notNumbers, inFuture, outOfOrder } = kept;
  const duplicates = kept.startsMs.length - single.startsMs.length;
  return { ok: true, readings, mended: { rows, notNumbers, duplicates, inFuture, outOfOrder, gaps } };
}

/** The rows' times in milliseconds where there is nothing to mend, as with most series; else undefined. */
function startsOfSoundRows({ seconds, watts }: RawReadings, latestMs: number): Float64Array | undefined {
  const startsMs = new Float64Array(seconds.length);
  let before = 0;
  for (let row = 0; row < seconds.length; row++) {
    const ms = Math.round((seconds[row] as number) * 1000);
    if (!(ms > before && ms <= latestMs && Number.isFinite(watts[row]))) return undefined;
    startsMs[row] = ms;
    before = ms;
  }
  return startsMs;
}

interface Rows {
  readonly startsMs: Float64Array;
  readonly watts: Float64Array;
}

interface KeptRows extends Rows {
  readonly notNumbers: number;
  readonly inFuture: number;
  readonly outOfOrder: number;
}

/** The rows that are readings, in their order. */
function keptRows({ seconds, watts }: RawReadings, latestMs: number): KeptRows {
  const startsMs = new Float64Array(seconds.length);
  let kept = 0;
  let notNumbers = 0;
  let inFuture = 0;
  let outOfOrder = 0;
  for (let row = 0; row < seconds.length; row++) {
    const ms = Math.round((seconds[row] as number) * 1000);
    const power = watts[row] as number;
    if (!(ms > 0 && Number.isFinite(ms) && Number.isFinite(power))) notNumbers++;
    else if (ms > latestMs) inFuture++;
    else {
      if (kept > 0 && ms < (startsMs[kept - 1] as number)) outOfOrder++;
      startsMs[kept] = ms;
      watts[kept] = power;
      kept++;
    }
  }
  const rows = { startsMs: startsMs.subarray(0, kept), watts: watts.subarray(0, kept) };
  return { ...rows, notNumbers, inFuture, outOfOrder };
}

/** The rows by time; those of one time stay in their order. */
function inOrder({ startsMs, watts }: Rows): Rows {
  const order = Uint32Array.from(startsMs, (_, row) => row);
  order.sort((a, b) => (startsMs[a] as number) - (startsMs[b] as number) || a - b);
  return {
    startsMs: Float64Array.from(order, (row) => startsMs[row] as number),
    watts: Float64Array.from(order, (row) => watts[row] as number),
  };
}

/** Of rows with one time, which stand side by side, the last. */
function lastOfEach({ startsMs, watts }: Rows): Rows {
  let kept = 0;
  for (let row = 0; row < startsMs.length; row++) {
    if (startsMs[row] === startsMs[row + 1]) continue;
    startsMs[kept] = startsMs[row] as number;
    watts[kept] = watts[row] as number;
    kept++;
  }
  return { startsMs: startsMs.slice(0, kept), watts: watts.slice(0, kept) };
}

function withStep(startsMs: Float64Array, watts: Float64Array, defaultMs: number) {
  const stepMs = usualStep(startsMs) ?? defaultMs;
  const readings: Readings = { startsMs, watts, stepMs };
  return { readings, gaps: gapsIn(startsMs, stepMs) };
}

/** Places where at least one step is missing. */
export function gapsIn(startsMs: Float64Array, stepMs: number): number {
  let gaps = 0;
  // Half a step more or less is a clock that is not exact; more is a reading that is missing.
  for (let n = 1; n < startsMs.length; n++) if (distance(startsMs, n) >= 1.5 * stepMs) gaps++;
  return gaps;
}

/** Milliseconds from the reading before. */
function distance(startsMs: Float64Array, n: number): number {
  return (startsMs[n] as number) - (startsMs[n - 1] as number);
}

/** A longer distance is a gap, whatever else there is: no meter tells the mean power of more than a day. */
const longestStepMs = 86_400_000;

/** The most frequent distance, the smallest of equally frequent ones; undefined where there is none, or it is over a day. */
export function usualStep(startsMs: Float64Array): number | undefined {
  const step = mostUsual(startsMs);
  return step !== undefined && step <= longestStepMs ? step : undefined;
}

function mostUsual(startsMs: Float64Array): number | undefined {
  const distances = startsMs.length - 1;
  if (distances < 1) return undefined;
  const candidate = majority(startsMs);
  let times = 0;
  for (let n = 1; n < startsMs.length; n++) if (distance(startsMs, n) === candidate) times++;
  return times * 2 > distances ? candidate : mostFrequent(startsMs);
}

/** The distance that more than half of them are, if there is one (Boyer and Moore); needs no memory. */
function majority(startsMs: Float64Array): number {
  let candidate = 0;
  let lead = 0;
  for (let n = 1; n < startsMs.length; n++) {
    const ms = distance(startsMs, n);
    if (lead === 0) candidate = ms;
    lead += ms === candidate ? 1 : -1;
  }
  return candidate;
}

function mostFrequent(startsMs: Float64Array): number {
  const sorted = new Float64Array(startsMs.length - 1);
  for (let n = 1; n < startsMs.length; n++) sorted[n - 1] = distance(startsMs, n);
  sorted.sort();
  let best = 0;
  let bestTimes = 0;
  for (let from = 0, until = 0; from < sorted.length; from = until) {
    while (sorted[until] === sorted[from]) until++;
    if (until - from <= bestTimes) continue;
    bestTimes = until - from;
    best = sorted[from] as number;
  }
  return best;
}

/** From where on times are in another unit: 1e11 s is the year 5138, 1e11 ms is 1973, and so on. */
const units = [
  [1e17, 'nanoseconds'],
  [1e14, 'microseconds'],
  [1e11, 'milliseconds'],
] as const;

/** In which unit, other than seconds, a time is by its size. */
export function otherUnitOf(time: number): string | undefined {
  return units.find(([least]) => time >= least && time < least * 1000)?.[1];
}

/** Says so where most times are in another unit; a few are nonsense, and in the future. */
export function unitProblem(seconds: Float64Array): string | undefined {
  const large = seconds.filter((time) => time >= 1e11 && time < Number.POSITIVE_INFINITY);
  if (large.length === 0 || large.length * 2 < seconds.length) return undefined;
  const unit = otherUnitOf(large[0] as number);
  return unit && `its times look like ${unit}; they must be Unix seconds`;
}
