import { hash } from 'node:crypto';
import type { EventDuration, GridEvent } from '../../fleet/grid-event.ts';
import { isZero } from './durations.ts';
import { drawWidthMs, type IntervalTimes, nameOf } from './interval-times.ts';
import type { TimelineContext } from './timeline.ts';

/**
 * The draws of one load for one event, 0 to 1: the same whenever they are asked for with the same seed, so that a restart
 * draws nothing anew, and of no pattern from load to load.
 */
export function drawFrom(seed: string, loadId: string): TimelineContext['draw'] {
  return (n) => Number.parseInt(hash('sha256', `${n}\n${loadId}\n${seed}`, 'hex').slice(0, 12), 16) / 2 ** 48;
}

/** Where loads begin at times of their own: not at all; all of the event by one draw; or single intervals as well. */
export type Randomization = 'none' | 'as-a-whole' | 'by-interval';

export function randomizationOf(event: GridEvent): Randomization {
  if (event.intervals.some((_, n) => n > 0 && ownWidth(event, n) !== null)) return 'by-interval';
  return widthOfWhole(event) === null ? 'none' : 'as-a-whole';
}

/** Whether what the event asks depends on the draws: if not, all loads share one timeline. */
export function isRandomized(event: GridEvent): boolean {
  return randomizationOf(event) !== 'none';
}

/**
 * By how much all of the event is drawn later than it says, milliseconds; earlier: negative. Uniform within the width to either
 * side (User Guide, 7.3): the first interval of the list has the event's draw, if none of its own.
 */
export function wholeShiftMs(event: GridEvent, times: IntervalTimes, draw: TimelineContext['draw']): number {
  const width = widthOfWhole(event);
  const startMs = times.starts[0];
  if (width === null || startMs === undefined) return 0;
  const own = ownWidth(event, 0);
  return own === null
    ? drawn(drawWidthMs(width, startMs, 'the event'), draw(-1))
    : drawn(drawWidthMs(own, startMs, 'its first interval'), draw(0));
}

/**
 * By how much each interval is drawn later than the event as a whole; undefined: none has a draw of its own. One that has draws
 * instead of the event, and takes along those that follow it without a start; a start that is said has the event's again.
 */
export function intervalShiftsMs(
  event: GridEvent,
  times: IntervalTimes,
  draw: TimelineContext['draw'],
): Float64Array | undefined {
  if (randomizationOf(event) !== 'by-interval') return undefined;
  const wholeMs = wholeShiftMs(event, times, draw);
  let shiftMs = 0;
  return Float64Array.from(event.intervals, (interval, n) => {
    const own = n > 0 ? ownWidth(event, n) : null;
    const startMs = times.starts[n] as number;
    if (own !== null && startMs !== Number.POSITIVE_INFINITY)
      shiftMs = drawn(drawWidthMs(own, startMs, nameOf(interval)), draw(n)) - wholeMs;
    else if (interval.period?.start?.kind === 'at') shiftMs = 0;
    return shiftMs;
  });
}

/** Zero, the default of the OpenAPI documents, is as good as nothing said. */
function ownWidth({ intervals }: GridEvent, n: number): EventDuration | null {
  const width = intervals[n]?.period?.randomizeStart ?? null;
  return width === null || isZero(width) ? null : width;
}

function widthOfWhole(event: GridEvent): EventDuration | null {
  const standard = event.period?.randomizeStart ?? null;
  return ownWidth(event, 0) ?? (standard === null || isZero(standard) ? null : standard);
}

function drawn(widthMs: number, draw: number): number {
  return Math.round(widthMs * (2 * draw - 1));
}
