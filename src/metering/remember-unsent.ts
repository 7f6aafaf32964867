import type { ReportFailure, ReportingStore } from '../store/reporting-store.ts';
import type { ReportPlan } from './plan-reports.ts';

/**
 * Remembers why nothing can be sent of a load (its meter is not in the file, its row is broken) as that of a report that the
 * VTN refused; and forgets what failed of loads of which nothing is missing any more.
 */
export async function rememberUnsent(
  store: Pick<ReportingStore, 'recordReports' | 'forgetReportFailures' | 'latestReportFailures'>,
  kind: string,
  { unsent }: Pick<ReportPlan, 'unsent'>,
): Promise<void> {
  const failures: ReportFailure[] = [];
  const whole: string[] = [];
  for (const [{ loadId }, why] of unsent) {
    if (why.at === 'failed') failures.push({ loadId, kind, status: null, reason: why.reason });
    if (why.at === 'already-reported') whole.push(loadId);
  }
  if (failures.length > 0) await store.recordReports([], [], failures);
  // Mostly nothing failed, and a job that has nothing to do writes nothing.
  if (whole.length > 0 && (await store.latestReportFailures(kind, 1)).length > 0)
    await store.forgetReportFailures(kind, whole);
}
