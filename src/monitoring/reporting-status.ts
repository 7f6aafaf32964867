import { nothingReported, sumOfReporting } from '../store/reporting-counts.ts';
import type {
  ReportFailure,
  ReportingCounts,
  ReportingStore,
  ReportScope,
} from '../store/reporting-store.ts';

/** How far reporting is. Times are ISO 8601, UTC. */
export interface ReportedCounts {
  /** All loads. What follows is of those of them that are registered. */
  readonly loads: number;
  readonly registered: number;
  /** Something was reported of them. */
  readonly reporting: number;
  /** Their last report failed. */
  readonly failing: number;
  /** Readings that the VTN took. */
  readonly points: number;
  /** Until when the load is reported that is least far, of those that report; null where none does. */
  readonly leastUntil: string | null;
  /** The same of the load that is most far: the end of the newest reading. */
  readonly mostUntil: string | null;
  /** Seconds since then; null where none reports. */
  readonly newestAgeSeconds: number | null;
}

/** Why a load's last report failed. */
export interface KnownReportFailure {
  readonly loadId: string;
  readonly externalResourceId: string;
  /** The VEN's name. */
  readonly venId: string | null;
  /** The VTN's HTTP status; null where it gave none. */
  readonly status: number | null;
  readonly reason: string;
  /** UTC, `YYYY-MM-DD HH:MM:SS`. */
  readonly failedAt: string;
}

/** How far reports of one kind are. */
export interface KindStatus extends ReportedCounts {
  /** How the VTN takes them: `bulk`, or what they tell and the id of their event: `USAGE@1f0c2a`. */
  readonly kind: string;
  readonly byVen: readonly ({ readonly venId: string | null } & ReportedCounts)[];
  readonly byComponent: readonly ({ readonly component: string } & ReportedCounts)[];
  readonly latestFailures: readonly KnownReportFailure[];
}

export type ReportingReader = Pick<
  ReportingStore,
  'reportedKinds' | 'reportingByVen' | 'reportingByComponent' | 'latestReportFailures'
>;

/** Gathers how far reports of a kind are; `failures` says how many of the latest to list, `nowMs` what ages are counted from. */
export async function reportingStatus(
  store: ReportingReader,
  kind: string,
  { scope, failures, nowMs }: { scope: ReportScope; failures: number; nowMs: number },
): Promise<KindStatus> {
  const byVen = await store.reportingByVen(kind, scope);
  const byComponent = await store.reportingByComponent(kind, scope);
  const latest = await store.latestReportFailures(kind, failures, scope);
  return {
    ...reportedOfVens(kind, byVen, nowMs),
    byComponent: byComponent.map(({ component, ...counts }) => ({ component, ...shown(counts, nowMs) })),
    latestFailures: latest.map(failure),
  };
}

/** The same without what needs the database once more. */
export function reportedOfVens(
  kind: string,
  byVen: Awaited<ReturnType<ReportingReader['reportingByVen']>>,
  nowMs: number,
): Omit<KindStatus, 'byComponent' | 'latestFailures'> {
  return {
    kind,
    ...shown(byVen.reduce(sumOfReporting, nothingReported), nowMs),
    byVen: byVen.map(({ venName, ...counts }) => ({ venId: venName, ...shown(counts, nowMs) })),
  };
}

function shown({ leastUntilMs, mostUntilMs, ...counts }: ReportingCounts, nowMs: number): ReportedCounts {
  return {
    ...counts,
    leastUntil: textOf(leastUntilMs),
    mostUntil: textOf(mostUntilMs),
    newestAgeSeconds: mostUntilMs === null ? null : Math.round((nowMs - mostUntilMs) / 1000),
  };
}

const textOf = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString().replace('.000Z', 'Z'));

function failure({
  loadId,
  externalResourceId,
  venName,
  status,
  reason,
  failedAt,
}: ReportFailure & {
  externalResourceId: string;
  venName: string | null;
  failedAt: string;
}): KnownReportFailure {
  return { loadId, externalResourceId, venId: venName, status, reason, failedAt };
}
