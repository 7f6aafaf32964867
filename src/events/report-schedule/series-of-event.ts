import type { AskedReport, GridEvent } from '../../fleet/grid-event.ts';
import { lastingOf, laterBy } from '../timeline/durations.ts';
import { eventLengthMs, intervalTimes, TimingProblem } from '../timeline/interval-times.ts';
import { type IntervalSeries, impliedIntervals, listedIntervals } from './event-intervals.ts';
import type { ReportRequest } from './report-schedule.ts';

/**
 * The intervals of an event that reports are about, or why there are none, no sentence. Their times are as the event has them:
 * draws of `randomizeStart` move what loads do, not what is reported when. Intervals that never begin are left out. An event
 * without intervals implies some by its period (User Guide, 7.5); without a length in it, or with one without end, it has none.
 */
export function intervalSeriesOf(
  event: GridEvent,
  { anchorMs }: { readonly anchorMs: number },
): { readonly ok: true; readonly series: IntervalSeries } | { readonly ok: false; readonly problem: string } {
  try {
    const series = event.intervals.length === 0 ? impliedBy(event, anchorMs) : listedIn(event, anchorMs);
    return { ok: true, series };
  } catch (error) {
    if (error instanceof TimingProblem) return { ok: false, problem: error.message };
    throw error;
  }
}

/** What a reportDescriptor asks for, for `reportSchedule`. */
export function reportRequestOf(asked: AskedReport): ReportRequest {
  const { aggregate, startInterval, numIntervals, historical, frequency, repeat, reportIntervals } = asked;
  return { aggregate, startInterval, numIntervals, historical, frequency, repeat, reportIntervals };
}

function listedIn(event: GridEvent, anchorMs: number): IntervalSeries {
  const { starts, ends } = intervalTimes(event, anchorMs);
  const intervals = event.intervals.flatMap(({ id }, n) => {
    const startMs = starts[n] as number;
    return startMs === Number.POSITIVE_INFINITY ? [] : [{ id, startMs, endMs: ends[n] as number }];
  });
  const startMs = starts.reduce((least, ms) => Math.min(least, ms), Number.POSITIVE_INFINITY);
  return listedIntervals(intervals, eventLengthMs(event, startMs));
}

function impliedBy(event: GridEvent, anchorMs: number): IntervalSeries {
  const { period } = event;
  const startMs = period?.start?.kind === 'at' ? period.start.ms : anchorMs;
  const each = period?.duration == null ? 'infinite' : lastingOf(period.duration);
  if (each === undefined) throw new TimingProblem('the event has a duration that is none');
  if (each === 'infinite') return listedIntervals([]);
  if (Number.isNaN(laterBy(startMs, each)))
    throw new TimingProblem('the event is at a time that cannot be told');
  return impliedIntervals(
    { startMs, eachMs: each.ms, eachMonths: each.months },
    eventLengthMs(event, startMs),
  );
}
