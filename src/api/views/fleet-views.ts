import type {
  FailureCount,
  LoadSearch,
  SeenLoad,
  SeenLoadDetails,
  VenComponentCounts,
  VenPlace,
} from '../../store/fleet-views.ts';
import type { RunLog, StoredRun } from '../../store/run-log.ts';
import type { EventDetails, EventExplanation, EventSummary, HandedInstruction } from '../event-status.ts';
import type { KindStatus } from '../report-status.ts';

/** A load with what stands around it. */
export interface ViewedLoad extends SeenLoadDetails {
  readonly componentName: string;
  /** What the VTN is told of it now, as JSON; null: it cannot be said. */
  readonly sent: unknown;
  readonly inForce: readonly HandedInstruction[];
  /** The latest 100 first. */
  readonly instructions: readonly HandedInstruction[];
}

/** Meter data of a load: mean power of each interval. */
export interface ViewedReadings {
  readonly unit: 'W';
  /** `[milliseconds since 1970 at the start of the interval, W]`, in order of time; null: a gap. */
  readonly points: readonly (readonly [number, number | null])[];
  readonly stepMs: number | null;
  /** What the meter file has of it. */
  readonly fromMs: number | null;
  readonly untilMs: number | null;
  readonly reportedUntilMs: number | null;
  /** Why there is none, one sentence. */
  readonly problem: string | null;
}

/** How far reports of a kind are, as `reportStatus` says it, without failures. */
export type ViewedReports = Omit<KindStatus, 'latestFailures' | 'byComponent'>;

/**
 * What is to be seen of a fleet: read from its database in a thread of its own, so that who sends is not kept waiting. Nothing is
 * changed. Each call throws VenfleetErrors where the database fails.
 */
export interface FleetViews {
  counts(): Promise<{ readonly cells: readonly VenComponentCounts[]; readonly sites: number }>;
  venPlaces(): Promise<readonly VenPlace[]>;
  /** Reasons with their ids blanked are one. */
  failures(of: {
    venName?: string | undefined;
    component?: string | undefined;
  }): Promise<readonly FailureCount[]>;
  findLoads(
    search: LoadSearch,
  ): Promise<{ readonly loads: readonly SeenLoad[]; readonly next: string | null }>;
  /** Undefined: there is no such load. */
  load(loadId: string): Promise<ViewedLoad | undefined>;
  /** `points`: at most so many; where there are more, each is the mean of some. Undefined: there is no such load. */
  readings(
    loadId: string,
    of: { fromMs?: number | undefined; untilMs?: number | undefined; points: number },
  ): Promise<ViewedReadings | undefined>;
  events(): Promise<readonly EventSummary[]>;
  /** Throws EVENT_UNKNOWN. */
  event(eventId: string): Promise<EventDetails>;
  explain(eventId: string, loadId?: string): Promise<EventExplanation>;
  instructions(of: {
    loadId?: string | undefined;
    eventId?: string | undefined;
    limit: number;
  }): Promise<readonly HandedInstruction[]>;
  dispatchTotals(sinceMs: number): Promise<{
    readonly handed: number;
    readonly late: number;
    readonly missed: number;
    readonly replaced: number;
    readonly open: number;
    readonly loadsTold: number;
  }>;
  reports(): Promise<readonly ViewedReports[]>;
  runs(of: Parameters<RunLog['runs']>[0]): Promise<readonly StoredRun[]>;
  /** Changes when anything in the fleet, its registration, events, reports or runs may have changed. Cheap. */
  mark(): Promise<string>;
  /** Bytes of the database's files. */
  databaseBytes(): Promise<number>;
  close(): Promise<void>;
}
