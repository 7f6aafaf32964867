import { assertAccounted } from '../core/account.ts';
import type { WaitTotals } from '../delivery/asked-waits.ts';
import { createReasons } from '../delivery/failure-reasons.ts';
import { externalResourceIdOf } from '../fleet/components.ts';
import type { MeteredLoad } from '../store/reporting-store.ts';
import type { ReportPlan } from './plan-reports.ts';
import { accountOf, countsBy, type LoadProgress, listBy, skippedFor, sumOf } from './report-counts.ts';
import type { ReportEvent, ReportLoadFailure, ReportSummary } from './report-events.ts';
import type { ReportResult } from './report-results.ts';

/** Failures that a summary lists. */
const mostFailures = 100;

/** How a job ended, but for its counts. */
interface JobEnd {
  readonly interrupted: boolean;
  readonly dryRun: boolean;
  readonly waits: WaitTotals;
  readonly elapsedMs: number;
}

/** Counts what a job does, tells of it, and sums it up. */
export interface ReportCounter {
  /** Takes up results that are durable now. */
  stored(results: readonly ReportResult[]): void;
  /** Makes sure that each load came to an end, with all of its readings; throws LOADS_UNACCOUNTED. */
  assertAllEnded(): void;
  summary(job: JobEnd): ReportSummary;
}

/** Counts over the loads of a plan; begins with the event `planned`. `doubts`: what became of those of earlier jobs. */
export function createReportCounter(
  plan: ReportPlan,
  doubts: ReportSummary['inDoubt'],
  emit: (event: ReportEvent) => void,
): ReportCounter {
  const progressOf = progressOfLoads(plan);
  const failures = createFailureList(emit);
  const inDoubt = { found: doubts.found, sentAgain: doubts.sentAgain, believed: doubts.believed };
  const pointsPlanned = plan.tasks.reduce((sum, { loads, points }) => sum + loads.length * points, 0);
  const sums = { points: 0, pointsFailed: 0, reports: 0, reported: 0, failed: 0 };

  function count({ planned, settled }: ReportResult): void {
    if (settled.at === 'done') {
      sums.reports++;
      if (settled.how !== 'told') inDoubt[settled.how]++;
    }
    for (const { load, encoded } of planned.parts) {
      const one = progressOf.get(load.loadId) as LoadProgress;
      one.pointsLeft -= encoded.points;
      if (settled.at === 'done') {
        one.pointsSent += encoded.points;
        sums.points += encoded.points;
      } else {
        sums.pointsFailed += encoded.points;
        if (!one.hasFailed) failures.add(load, settled.status, settled.reason);
        if (!one.hasFailed) sums.failed++;
        one.hasFailed = true;
      }
      if (one.pointsLeft === 0 && !one.hasFailed) sums.reported++;
    }
  }

  const toReport = progressOf.size;
  emit({
    type: 'planned',
    loads: plan.loads.length,
    toReport,
    points: pointsPlanned,
    stepMs: plan.stepMs ?? null,
  });
  for (const [load, why] of plan.unsent) if (why.at === 'failed') failures.add(load, null, why.reason);
  return {
    stored(results) {
      for (const result of results) count(result);
      const { reports: _, ...progress } = sums;
      emit({ type: 'progress', ...progress, pointsPlanned, toReport });
    },
    assertAllEnded() {
      assertAccounted([...countsBy(plan, progressOf, ({ venName }) => venName, true)].map(accountOf));
    },
    summary: (job) => ({
      ...summaryOf(plan, progressOf, job),
      pointsPlanned,
      pointsFailed: sums.pointsFailed,
      reports: sums.reports,
      inDoubt,
      ...failures.list(),
      pointsPerSecond: job.elapsedMs > 0 ? Math.round((sums.points / job.elapsedMs) * 1000) : 0,
    }),
  };
}

function progressOfLoads({ tasks }: ReportPlan): Map<string, LoadProgress> {
  const progress = new Map<string, LoadProgress>();
  for (const { loads, points } of tasks) {
    for (const { loadId } of loads)
      progress.set(loadId, { pointsLeft: points, pointsSent: 0, hasFailed: false });
  }
  return progress;
}

/** Lists the first failures, counts all by their reasons, and tells of each. */
function createFailureList(emit: (event: ReportEvent) => void) {
  const failures: ReportLoadFailure[] = [];
  const reasons = createReasons();
  return {
    add(
      { loadId, resourceId, component, venName }: MeteredLoad,
      status: number | null,
      reason: string,
    ): void {
      const externalResourceId = externalResourceIdOf(resourceId, component);
      const failure = { loadId, externalResourceId, venId: venName, status, reason };
      reasons.add(failure);
      if (failures.length < mostFailures) failures.push(failure);
      emit({ type: 'load-failed', ...failure });
    },
    list: () => ({ failures, reasons: reasons.list() }),
  };
}

function summaryOf(
  plan: ReportPlan,
  progressOf: ReadonlyMap<string, LoadProgress>,
  { interrupted, dryRun, waits, elapsedMs }: JobEnd,
) {
  const all = sumOf([...countsBy(plan, progressOf, () => null).values()]);
  return {
    ...all,
    success: all.failed === 0 && plan.badLines.number === 0 && !interrupted && (dryRun || all.left === 0),
    interrupted,
    dryRun,
    series: plan.series,
    mended: plan.mended,
    badLines: plan.badLines,
    skippedFor: skippedFor(plan.unsent.values()),
    perVen: listBy(
      countsBy(plan, progressOf, ({ venName }) => venName),
      'venId',
    ),
    perComponent: listBy(
      countsBy(plan, progressOf, ({ component }) => component),
      'component',
    ),
    waits,
    elapsedSeconds: Math.round(elapsedMs) / 1000,
  };
}
