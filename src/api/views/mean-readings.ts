import { endMsOf, type Readings } from '../../fleet/readings.ts';
import type { ViewedReadings } from './fleet-views.ts';

/**
 * Readings as points for a plot, no more than so many: each reading, or the means of spans of equal length that begin at the
 * first one. Where there is none, a point without a value says so.
 */
export function meanReadings(readings: Readings, most: number): Pick<ViewedReadings, 'points' | 'stepMs'> {
  const { startsMs, watts, stepMs } = readings;
  if (startsMs.length === 0) return { points: [], stepMs: null };
  const all = pointsOf(readings, most);
  if (all) return { points: all, stepMs };
  const first = startsMs[0] as number;
  const steps = Math.ceil((endMsOf(readings, startsMs.length - 1) - first) / stepMs);
  const spanMs = Math.ceil(steps / most) * stepMs;
  const points: [number, number | null][] = [];
  for (let from = 0, until = 0; from < startsMs.length; from = until) {
    const span = Math.floor(((startsMs[from] as number) - first) / spanMs);
    const next = first + (span + 1) * spanMs;
    let sum = 0;
    for (until = from; until < startsMs.length && (startsMs[until] as number) < next; until++)
      sum += watts[until] as number;
    if (points.length > 0 && missingFrom(points, spanMs) < first + span * spanMs)
      points.push([missingFrom(points, spanMs), null]);
    points.push([first + span * spanMs, sum / (until - from)]);
  }
  return { points, stepMs: spanMs };
}

const missingFrom = (points: readonly [number, number | null][], spanMs: number) =>
  (points.at(-1) as [number, number | null])[0] + spanMs;

/** Each reading, and a point without a value where at least half a step is missing; undefined: they are too many. */
function pointsOf(readings: Readings, most: number): [number, number | null][] | undefined {
  const { startsMs, watts, stepMs } = readings;
  const points: [number, number | null][] = [];
  for (let n = 0; n < startsMs.length && points.length <= most; n++) {
    const start = startsMs[n] as number;
    const endBefore = n === 0 ? start : endMsOf(readings, n - 1);
    if (start - endBefore >= stepMs / 2) points.push([endBefore, null]);
    points.push([start, watts[n] as number]);
  }
  return points.length > most ? undefined : points;
}
