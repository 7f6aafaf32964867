import type { Clock } from '../core/clock.ts';
import { createRecorder, type Recorder } from '../delivery/recorder.ts';
import type { ReportedSpan, ReportFailure, ReportingStore } from '../store/reporting-store.ts';
import type { PlannedReport } from './planned-report.ts';
import type { SettledReport } from './settle-report.ts';

/** What became of one report. */
export interface ReportResult {
  readonly planned: PlannedReport;
  readonly settled: Extract<SettledReport, { at: 'done' | 'failed' }>;
}

export interface ReportRecorderOptions {
  readonly store: Pick<ReportingStore, 'recordReports'>;
  readonly kind: string;
  readonly clock: Clock;
  /** Called with results once they are durable. */
  stored(results: readonly ReportResult[]): void;
  /** Called once when the store fails: the job should stop. */
  broken(): void;
}

/** Stores what became of reports while a job goes on, in batches of one transaction each. */
export function createReportRecorder({
  store,
  kind,
  clock,
  stored,
  broken,
}: ReportRecorderOptions): Recorder<ReportResult> {
  const write = async (results: readonly ReportResult[]) => {
    const keys: string[] = [];
    const done: (ReportedSpan & { kind: string })[] = [];
    const failures: ReportFailure[] = [];
    for (const { planned, settled } of results) {
      // What the VTN may have taken stays noted: the next job looks for it.
      if (settled.at === 'done' || !settled.maybeThere) keys.push(planned.key);
      if (settled.at === 'done') done.push(...spansOf(planned, kind));
      else failures.push(...failuresOf(planned, settled, kind));
    }
    await store.recordReports(keys, done, failures);
    return results;
  };
  return createRecorder<ReportResult>({ write, stored, broken }, clock);
}

function spansOf({ report: { span }, parts }: PlannedReport, kind: string) {
  const { fromMs, untilMs } = span;
  return parts.map(({ load, encoded }) => ({
    loadId: load.loadId,
    resourceRef: load.reportedAs,
    kind,
    fromMs,
    untilMs,
    points: encoded.points,
  }));
}

function failuresOf(
  { parts }: PlannedReport,
  { status, reason }: Extract<SettledReport, { at: 'failed' }>,
  kind: string,
): ReportFailure[] {
  return parts.map(({ load }) => ({ loadId: load.loadId, kind, status, reason }));
}
