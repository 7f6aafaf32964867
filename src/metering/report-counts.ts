import type { Account } from '../core/account.ts';
import type { MeteredLoad } from '../store/reporting-store.ts';
import type { ReportPlan, Unsent } from './plan-reports.ts';
import type { ReportCounts } from './report-events.ts';

/** Where one load stands: how many readings are still to come of it, and whether any failed. */
export interface LoadProgress {
  pointsLeft: number;
  pointsSent: number;
  hasFailed: boolean;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const nothing = (): Mutable<ReportCounts> => ({
  loads: 0,
  reported: 0,
  failed: 0,
  skipped: 0,
  alreadyReported: 0,
  left: 0,
  points: 0,
});

/** What became of the loads, by what `of` says of each. `isOver`: one of which readings are still to come counts as left, failed or not. */
export function countsBy<K>(
  plan: ReportPlan,
  progressOf: ReadonlyMap<string, LoadProgress>,
  of: (load: MeteredLoad) => K,
  isOver = false,
): Map<K, ReportCounts> {
  const counts = new Map<K, Mutable<ReportCounts>>();
  for (const load of plan.loads) {
    const key = of(load);
    const sum = counts.get(key) ?? nothing();
    counts.set(key, sum);
    sum.loads++;
    const unsent = plan.unsent.get(load);
    const one = unsent ? undefined : progressOf.get(load.loadId);
    sum.points += one?.pointsSent ?? 0;
    const end = endOf(unsent, one, isOver);
    if (end) sum[end]++;
  }
  return counts;
}

/** Undefined: nobody knows. */
function endOf(
  unsent: Unsent | undefined,
  one: LoadProgress | undefined,
  isOver: boolean,
): keyof ReportCounts | undefined {
  if (unsent) return unsent.at === 'already-reported' ? 'alreadyReported' : unsent.at;
  if (!one) return undefined;
  if (one.hasFailed && !(isOver && one.pointsLeft !== 0)) return 'failed';
  return one.pointsLeft === 0 ? 'reported' : 'left';
}

/** What is left when all is over was left out. */
export function accountOf([venName, counts]: [string | null, ReportCounts]): Account {
  const { loads: total, reported: done, failed, skipped, alreadyReported: alreadyThere } = counts;
  return { of: venName ?? '(no VEN)', total, done, failed, skipped, alreadyThere };
}

export function sumOf(all: readonly ReportCounts[]): ReportCounts {
  const [sum = nothing()] = all;
  return sum;
}

export function listBy<N extends string, K extends string | null>(
  counts: ReadonlyMap<K, ReportCounts>,
  name: N,
): (Record<N, K> & ReportCounts)[] {
  return [...counts]
    .sort(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1))
    .map(([key, sum]) => ({ [name]: key, ...sum }) as Record<N, K> & ReportCounts);
}

export function skippedFor(all: Iterable<Unsent>): Record<string, number> {
  const reasons: Record<string, number> = {};
  for (const unsent of all) {
    if (unsent.at === 'skipped') reasons[unsent.reason] = (reasons[unsent.reason] ?? 0) + 1;
  }
  return reasons;
}
