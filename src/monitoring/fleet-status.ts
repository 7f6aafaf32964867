import type { FleetStatistics, KnownFailure, LoadCounts, LoadSample } from '../store/statistics.ts';

/** Counts with the share of tried loads that succeeded: registered ÷ (registered + failed), null if none was. */
export interface RatedCounts extends LoadCounts {
  readonly successRate: number | null;
}

/** Where a fleet stands. */
export interface FleetStatus {
  readonly loads: RatedCounts;
  readonly byStatus: readonly { readonly status: string; readonly loads: number }[];
  readonly byVen: readonly ({ readonly venId: string | null } & RatedCounts)[];
  readonly byComponent: readonly ({ readonly component: string } & RatedCounts)[];
  readonly samples: readonly LoadSample[];
  readonly latestFailures: readonly KnownFailure[];
}

/** Gathers a fleet's status; `samples` and `failures` say how many of each to list. */
export async function fleetStatus(
  statistics: FleetStatistics,
  limits: { samples: number; failures: number },
): Promise<FleetStatus> {
  const byVen = await statistics.byVen();
  const byComponent = await statistics.byComponent();
  return {
    loads: rated(sumOfLoads(byVen)),
    byStatus: await statistics.byStatus(),
    byVen: byVen.map(rated),
    byComponent: byComponent.map(rated),
    samples: await statistics.samples(limits.samples),
    latestFailures: await statistics.latestFailures(limits.failures),
  };
}

export function rated<T extends LoadCounts>(counts: T): T & RatedCounts {
  const tried = counts.registered + counts.failed;
  return { ...counts, successRate: tried === 0 ? null : counts.registered / tried };
}

export function sumOfLoads(all: readonly LoadCounts[]): LoadCounts {
  return all.reduce(plus, { total: 0, registered: 0, failed: 0, waiting: 0, skipped: 0 });
}

function plus(a: LoadCounts, b: LoadCounts): LoadCounts {
  return {
    total: a.total + b.total,
    registered: a.registered + b.registered,
    failed: a.failed + b.failed,
    waiting: a.waiting + b.waiting,
    skipped: a.skipped + b.skipped,
  };
}
