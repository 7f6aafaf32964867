import type { ErrorCode } from '../errors.ts';
import type { PlanResult } from '../plan.ts';

/** What one process does for a fleet over months: it keeps fleet and VTN together, follows events, reports meter data. */
export type PartName = 'reconciliation' | 'events' | 'reports';

/**
 * How a part is. `waiting`: for its next time, or for another process; `working`: it does what it is for; `degraded`: it failed, and
 * is tried again; `off`: it was not asked for.
 */
export interface PartState {
  readonly name: PartName;
  readonly state: 'off' | 'starting' | 'waiting' | 'working' | 'degraded' | 'stopping';
  /** Milliseconds since 1970, UTC. */
  readonly sinceMs: number;
  /** One sentence; null: all is well. Of a part that is `off`: how to have it. */
  readonly problem: string | null;
  readonly code: ErrorCode | null;
  /** When it is to do something next. */
  readonly nextMs: number | null;
}

/** How the VTN is, as its answers say. */
export interface VtnState {
  readonly url: string;
  readonly profile: string;
  readonly state: 'unknown' | 'answering' | 'silent' | 'busy' | 'refusing-token';
  readonly sinceMs: number | null;
  readonly problem: string | null;
  readonly requests: {
    readonly inFlight: number;
    /** How many may be in flight; null where nothing was sent yet. */
    readonly window: number | null;
    /** Of the last ten seconds; `medianMs` null: there was none. */
    readonly perSecond: number;
    readonly medianMs: number | null;
    /** The most that the VTN takes, as it taught by 429; null: it did not. */
    readonly learnedPerSecond: number | null;
  };
  readonly waits: { readonly times: number; readonly seconds: number };
}

/** What goes on in the reconciliation now. */
export interface RunningRun {
  readonly runId: number;
  readonly total: number | null;
  readonly counts: Readonly<Record<string, number>>;
  /** Things that came to an end, per second, lately. */
  readonly perSecond: number | null;
}

export interface KeeperState {
  readonly startedMs: number;
  readonly parts: readonly PartState[];
  readonly vtn: VtnState;
  /** Of this process; null: nothing. What others do stands in the log of runs. */
  readonly run: RunningRun | null;
  /** No sentences: what events' `alarm` news say now. */
  readonly alarms: readonly string[];
}

/** A plan that can be applied while it is the last. */
export interface KeptPlan {
  readonly planId: number;
  readonly madeMs: number;
  readonly result: PlanResult;
}

/** What of the fleet is meant: these VENs, these loads. */
export interface ActionScope {
  readonly vens?: readonly string[] | undefined;
  readonly loadIds?: readonly string[] | undefined;
}

/** Keeps a fleet; made by `createFleetKeeper`. */
export interface FleetKeeper {
  /** Begins all parts; resolves when the signal has aborted and all of them have ended. A part that fails is begun again. */
  run(): Promise<void>;
  state(): KeeperState;
  /** Calls `listener` when the state has changed, at most each 200 ms. Returns what ends that. */
  onChange(listener: () => void): () => void;
  /** Has what is pending, or failed, registered now rather than at the next time. */
  register(): void;
  /** Compares now; it is the last plan then. */
  plan(): Promise<KeptPlan>;
  lastPlan(): KeptPlan | undefined;
  /**
   * Carries out the last plan anew, removing no more than so many. Throws BAD_ARGUMENT where `planId` is not the last; what comes of it
   * stands in the log of runs.
   */
  apply(request: { readonly planId: number; readonly maxRemovals: number }): void;
  /** Loads that are never sent, nor told events, until they are resumed; what they are on the VTN stays. `loads` = `changed` + `already`. */
  suspend(
    scope: ActionScope,
  ): Promise<{ readonly loads: number; readonly changed: number; readonly already: number }>;
  resume(
    scope: ActionScope,
  ): Promise<{ readonly loads: number; readonly changed: number; readonly already: number }>;
}
