import type { TimeSpan } from '../../fleet/readings.ts';
import type { EventInterval, IntervalSeries } from './event-intervals.ts';
import { type GenerationPoints, generationPoints, type ReportTiming } from './generation-points.ts';

/** What an event asks for: one of its reportDescriptors, with the defaults filled in. */
export interface ReportRequest extends ReportTiming {
  /** All resources in one entry, `AGGREGATED_REPORT`. */
  readonly aggregate: boolean;
  /** OpenADR 3.1; in 3.0 always those of the event. */
  readonly reportIntervals?: 'INTERVALS' | 'SUB_INTERVALS' | 'OPEN_INTERVALS' | undefined;
}

/** A report that an event asks for. */
export interface DueReport {
  /** Its number among those of the descriptor, from 0: the same whenever it is asked. */
  readonly sequence: number;
  /** When it is to be sent, milliseconds since 1970, UTC. */
  readonly dueMs: number;
  /** The intervals of the event that it covers, in order. */
  readonly intervals: readonly EventInterval[];
  /** The time that they cover; intervals that touch or overlap are one span. */
  readonly spans: readonly TimeSpan[];
}

/** How the intervals of a report are numbered. */
export type IntervalIds =
  /** As the event's: one each. */
  | 'same'
  /** Parts of them, with the id of the whole (User Guide, 7.5; its picture, which counts them on, is not followed). */
  | 'of-whole'
  /** As the VEN likes: the times are its own, too, within those that the report covers. */
  | 'own';

export type ReportSchedule = { readonly ids: IntervalIds; readonly isAggregated: boolean } & (
  | {
      readonly kind: 'scheduled';
      /** Report number `sequence`; undefined where there is none so late. */
      reportAt(sequence: number): DueReport | undefined;
    }
  /** Whenever the VEN sees fit, of any time. */
  | { readonly kind: 'ad-hoc' }
  /** Asked for is nothing, and why; no sentence. */
  | { readonly kind: 'nothing'; readonly problem: string }
);

/** Reports at times that follow from the event. */
export type ScheduledReports = Extract<ReportSchedule, { kind: 'scheduled' }>;

/**
 * When reports are due that a reportDescriptor asks for, and what they cover: of past intervals (`historical`) at the end of the
 * interval at which they are generated, that one and those before it; of coming ones (a forecast) at its beginning, that one
 * and those after it. The User Guide draws rolling forecasts at the end of what they cover (7.5), and tells of them at the
 * beginning (8.7, 8.8): a forecast of what is over is none. Where there are fewer intervals than are asked for, a report covers
 * those that there are. For which intervals: `generationPoints`.
 */
export function reportSchedule(request: ReportRequest, series: IntervalSeries): ReportSchedule {
  const shared = { ids: idsOf(request, series), isAggregated: request.aggregate };
  // User Guide, 7.5: ad hoc reports, and events that only ask for reports and have no intervals.
  if (request.frequency === 0 || series.length === 0) return { ...shared, ids: 'own', kind: 'ad-hoc' };
  const points = generationPoints(request, series);
  if (typeof points === 'string') return { ...shared, kind: 'nothing', problem: points };
  const { historical } = request;
  return {
    ...shared,
    kind: 'scheduled',
    reportAt(sequence) {
      const at = points.first + sequence * points.step;
      if (sequence >= points.reports || at >= series.length) return undefined;
      const intervals = historical ? intervalsUntil(series, at, points) : intervalsFrom(series, at, points);
      const dueMs = historical ? series.overMs(at) : series.at(at).startMs;
      return { sequence, dueMs, intervals, spans: spansOf(intervals) };
    },
  };
}

function idsOf({ reportIntervals }: ReportRequest, { areImplied }: IntervalSeries): IntervalIds {
  if (areImplied || reportIntervals === 'OPEN_INTERVALS') return 'own';
  return reportIntervals === 'SUB_INTERVALS' ? 'of-whole' : 'same';
}

function intervalsUntil(series: IntervalSeries, at: number, { covered }: GenerationPoints): EventInterval[] {
  return slice(series, Math.max(0, at - covered + 1), at + 1);
}

function intervalsFrom(series: IntervalSeries, at: number, { covered }: GenerationPoints): EventInterval[] {
  return slice(series, at, Math.min(at + covered, series.length));
}

function slice(series: IntervalSeries, from: number, until: number): EventInterval[] {
  return Array.from({ length: until - from }, (_, n) => series.at(from + n));
}

function spansOf(intervals: readonly EventInterval[]): TimeSpan[] {
  const spans: TimeSpan[] = [];
  for (const { startMs, endMs } of intervals) {
    const last = spans.at(-1);
    if (last !== undefined && startMs <= last.untilMs)
      spans[spans.length - 1] = { fromMs: last.fromMs, untilMs: Math.max(last.untilMs, endMs) };
    else spans.push({ fromMs: startMs, untilMs: endMs });
  }
  return spans;
}
