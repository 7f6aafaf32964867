import type { SeriesKey, TimeSpan } from '../fleet/readings.ts';
import type { EncodedReadings, Report } from '../profiles/metering-profile.ts';
import type { ReportNote } from '../store/reporting-store.ts';
import type { ReportingLoad } from './plan-reports.ts';

/** One load's part of a report that is to be sent. */
export interface PlannedPart {
  readonly load: ReportingLoad;
  /** How reports refer to it. */
  readonly resourceRef: string;
  readonly key: SeriesKey;
  readonly encoded: EncodedReadings;
}

/** A report that is to be sent. */
export interface PlannedReport {
  /** Unique among reports under way: what is written down of it goes by that. */
  readonly key: string;
  readonly report: Report;
  readonly parts: readonly PlannedPart[];
}

/** A report of these loads and this span. `reportName`: where reports have names. */
export function plannedReport(
  venName: string,
  span: TimeSpan,
  parts: readonly PlannedPart[],
  reportName: string | undefined,
): PlannedReport {
  const key =
    reportName ?? `${parts.map(({ load }) => load.loadId).join('+')} ${span.fromMs}-${span.untilMs}`;
  return { key, report: { venName, reportName, span, parts }, parts };
}

/** Readings in all parts. */
export function pointsOf({ parts }: Pick<Report, 'parts'>): number {
  return parts.reduce((sum, { encoded }) => sum + encoded.points, 0);
}

/** What is written down of a report before it is sent. */
export function noteOf({ key, report, parts }: PlannedReport, kind: string): ReportNote {
  const { venName, reportName = null, span } = report;
  const loads = parts.map(({ load, encoded }) => ({
    loadId: load.loadId,
    resourceRef: load.reportedAs,
    points: encoded.points,
  }));
  return { key, kind, venName, reportName, ...span, loads };
}
