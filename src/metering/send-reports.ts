import type { FailureBound } from '../delivery/failure-bound.ts';
import type { Recorder } from '../delivery/recorder.ts';
import { driveAll } from '../delivery/sender.ts';
import { externalResourceIdOf } from '../fleet/components.ts';
import type { PlannedReport } from './planned-report.ts';
import type { ReportNotes } from './report-notes.ts';
import type { ReportResult } from './report-results.ts';
import { type ReportSettling, settleReport } from './settle-report.ts';

/** With what reports are sent. */
export interface ReportSending extends ReportSettling {
  readonly notes: ReportNotes;
  readonly recorder: Recorder<ReportResult>;
  readonly bound: FailureBound;
  /** The same in two reports; undefined where it cannot be told in less. */
  halves(report: PlannedReport): Promise<readonly PlannedReport[] | undefined>;
  /** Told of a report that the VTN refused for its size, so that those to come are smaller. */
  tooLarge(report: PlannedReport): void;
}

/** Sends reports at the link's pace, each to its end; results go to the recorder. Throws TOO_MANY_FAILURES, and what ends a job. */
export function sendReports(reports: AsyncIterable<PlannedReport>, sending: ReportSending): Promise<void> {
  return driveAll(sending.sender, reports, (report) => sendReport(report, sending));
}

async function sendReport(planned: PlannedReport, sending: ReportSending): Promise<void> {
  const { notes, recorder, sender, bound } = sending;
  if (sender.signal.aborted) return;
  notes.begun(planned);
  const settled = await settleReport(planned.report, sending);
  switch (settled.at) {
    case 'done':
      bound.succeeded();
      recorder.add({ planned, settled });
      return;
    case 'stopped':
      if (!settled.maybeThere) notes.dropped(planned);
      return;
    case 'failed':
      return fail(planned, settled, sending);
    case 'too-large': {
      sending.tooLarge(planned);
      const halves = await sending.halves(planned);
      if (!halves) return fail(planned, { ...settled, at: 'failed', maybeThere: false }, sending);
      await notes.replaced(planned, halves);
      for (const half of halves) await sendReport(half, sending);
    }
  }
}

function fail(
  planned: PlannedReport,
  settled: Extract<ReportResult['settled'], { at: 'failed' }>,
  { recorder, bound }: ReportSending,
): void {
  recorder.add({ planned, settled });
  const { venName } = planned.report;
  const { status, reason } = settled;
  for (const { load } of planned.parts) {
    const externalResourceId = externalResourceIdOf(load.resourceId, load.component);
    bound.failed({ venName, loadId: load.loadId, externalResourceId, status, reason });
  }
}
