import { count } from '../../core/count.ts';
import type { IntervalSeries } from './event-intervals.ts';

/** When and of what an event asks for reports: the fields of its reportDescriptor, with the defaults filled in. */
export interface ReportTiming {
  readonly startInterval: number;
  readonly numIntervals: number;
  readonly historical: boolean;
  readonly frequency: number;
  readonly repeat: number;
}

/** The intervals at which reports are generated (number `first`, and every `step` after it), and how many each covers. */
export interface GenerationPoints {
  readonly first: number;
  readonly step: number;
  readonly covered: number;
  readonly reports: number;
}

/**
 * What a reportDescriptor asks for, of these intervals; or, as a text, why it asks for nothing. The documents contradict each
 * other here, and are read in this way:
 *
 * - `startInterval` is the interval at which a report is generated (OpenAPI document: "the interval on which to generate a
 *   report"; so in the User Guide's example of periodic reports, 7.5). The Guide's sentence that 5 is for "the last 5 of 10"
 *   takes it for the first one covered; its picture of a subset (1, 3), which has a report in each of three intervals, fits
 *   neither. Here that is one report at the end of interval 1, of intervals 0 and 1.
 * - `startInterval` -1 is the end of the last interval (OpenAPI document), but for a forecast, which would be of nothing then,
 *   the beginning of the first, as the Guide draws it.
 * - `frequency` counts intervals, not seconds; -1 is "same as numIntervals" (OpenAPI document). The Guide's "all intervals" is
 *   the same where `numIntervals` is -1 too, and is taken for intervals that go round: once a round (7.5, looping intervals).
 * - `numIntervals` -1 is all of the event, or of a round. Implied intervals without end have no last one and no "all": a report
 *   then covers what has passed since the one before (`frequency`; else a single interval), and the first is due as soon as
 *   there are so many.
 * - `repeat` -1 goes on while there are intervals (8.8). 1 is one report, also of intervals that go round.
 *
 * `frequency` 0, reports when the VEN likes, has no such points: see `reportSchedule`.
 */
export function generationPoints(timing: ReportTiming, series: IntervalSeries): GenerationPoints | string {
  const { startInterval, numIntervals, historical, frequency, repeat } = timing;
  if (numIntervals === 0) return 'its reports are of 0 intervals';
  if (repeat === 0) return 'it is repeated 0 times';
  if (startInterval >= series.roundLength)
    return `it starts at interval ${startInterval}, and the event has ${series.roundLength}, counted from 0`;
  const { covered, step } = spacing(timing, series);
  if (Math.min(covered, series.length) > mostCovered)
    return `its reports are of more than ${count(mostCovered)} intervals`;
  const last = series.roundLength === Number.POSITIVE_INFINITY ? covered - 1 : series.roundLength - 1;
  const standard = historical ? last : 0;
  return {
    first: startInterval >= 0 ? startInterval : standard,
    step: frequency > 0 ? frequency : step,
    covered,
    reports: repeat > 0 ? repeat : Number.POSITIVE_INFINITY,
  };
}

/** A year of minutes is half of it. */
const mostCovered = 1_000_000;

/** What a report covers, and what lies between two, where the descriptor leaves it open (-1, and what is below). */
function spacing({ numIntervals, frequency }: ReportTiming, series: IntervalSeries) {
  const { length, roundLength } = series;
  const isEndless = roundLength === Number.POSITIVE_INFINITY;
  const all = isEndless ? Math.max(1, frequency) : roundLength;
  const covered = numIntervals > 0 ? numIntervals : all;
  return { covered, step: length > roundLength ? roundLength : covered };
}
