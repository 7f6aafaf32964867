import type { EventsNews } from '../../events/events-news.ts';
import type { ErrorCode } from '../errors.ts';
import type { NotedRun } from '../logged-run.ts';
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
  /** Since when it is in this state, milliseconds since 1970, UTC. */
  readonly sinceMs: number;
  /** One sentence; null: all is well. Of a part that is `off`: how to have it. */
  readonly problem: string | null;
  /** That of the error; null: there is none, or it has no code. */
  readonly code: ErrorCode | null;
  /** When it is to do something next, milliseconds since 1970, UTC; null: it is at it, or waits for something else. */
  readonly nextMs: number | null;
}

/** How the VTN is, as its answers say. */
export interface VtnState {
  /** Its base URL. */
  readonly url: string;
  readonly profile: string;
  /** `unknown`: it was not asked yet; `silent`: it cannot be spoken to; `busy`: it answers nothing but "not now". */
  readonly state: 'unknown' | 'answering' | 'silent' | 'busy' | 'refusing-token';
  /** Milliseconds since 1970, UTC; null while it is `unknown` or `answering`. */
  readonly sinceMs: number | null;
  /** Null while it is `unknown` or `answering`. */
  readonly problem: string | null;
  readonly requests: {
    readonly inFlight: number;
    /** How many may be in flight; null: nothing was sent yet. */
    readonly window: number | null;
    /** Requests a second, of the last ten seconds. */
    readonly perSecond: number;
    /** Their median latency, milliseconds; null: there was none. */
    readonly medianMs: number | null;
    /** The most a second that the VTN takes, as it taught by 429; null: it did not. */
    readonly learnedPerSecond: number | null;
  };
  /** How often it asked to be left alone since the start, and for how many seconds in all. */
  readonly waits: { readonly times: number; readonly seconds: number };
}

/** What goes on in the reconciliation now. */
export interface RunningRun {
  readonly runId: number;
  /** Loads that it is about; null: that is not known yet. */
  readonly total: number | null;
  /** What became of them so far: `registered`, `failed`, `left`, … */
  readonly counts: Readonly<Record<string, number>>;
  /** Loads that came to an end a second, in the last ten seconds; null: it is too early to tell. */
  readonly perSecond: number | null;
}

/** How all stands. */
export interface KeeperState {
  /** Milliseconds since 1970, UTC. */
  readonly startedMs: number;
  readonly parts: readonly PartState[];
  readonly vtn: VtnState;
  /** Of this process; null: nothing. What others do stands in the log of runs. */
  readonly run: RunningRun | null;
  /** No sentences: what events' `alarm` news say now. */
  readonly alarms: readonly string[];
}

/** What of events is of note for who keeps a fleet. */
export type NotableNews = Extract<EventsNews, { readonly type: 'note' | 'alarm' | 'forgotten' }>;

/** Something of note that happened. */
export type KeeperNote =
  | { readonly type: 'part'; readonly part: PartState }
  /** A run of the reconciliation goes on, or has ended. */
  | { readonly type: 'run'; readonly run: NotedRun }
  | { readonly type: 'event'; readonly news: NotableNews }
  /** It was told to end: these parts still have something in flight. */
  | { readonly type: 'stopping'; readonly parts: readonly PartName[] };

/** A plan that can be applied while it is the last. */
export interface KeptPlan {
  readonly planId: number;
  /** Milliseconds since 1970, UTC. */
  readonly madeMs: number;
  readonly result: PlanResult;
}

/** What of the fleet is meant: the loads of these VENs (by name), and these loads (by id). What the fleet does not have is none. */
export interface ActionScope {
  readonly vens?: readonly string[] | undefined;
  readonly loadIds?: readonly string[] | undefined;
}

/** Loads that were meant, as far as the fleet has them: `loads` = `changed` + `already`. */
export interface SuspendedLoads {
  readonly loads: number;
  readonly changed: number;
  /** Those that were so before. */
  readonly already: number;
}

/** Keeps a fleet: see `withFleetKeeper`. What it is asked for is done while `run` goes on. */
export interface FleetKeeper {
  /**
   * Begins all parts; resolves when the signal has aborted and all of them have ended. A part that fails is begun again. Throws
   * STOPPED_LATE where a part does not end within `stopWithinMs`.
   */
  run(): Promise<void>;
  state(): KeeperState;
  /** Calls `listener` when the state has changed, at most each 200 ms. Returns what ends that. */
  onChange(listener: () => void): () => void;
  /** Has what is pending, or failed, registered now rather than at the next time; once, however often it is asked before that begins. */
  register(): void;
  /** Compares now; it is the last plan then. Who asks before it has begun gets the same. Throws what `plan` does. */
  plan(): Promise<KeptPlan>;
  /** Undefined: there is none, or it was applied. */
  lastPlan(): KeptPlan | undefined;
  /**
   * Carries out the last plan anew, removing no more than so many resources. Throws BAD_ARGUMENT where `planId` is not the last; what
   * comes of it stands in the log of runs.
   */
  apply(request: { readonly planId: number; readonly maxRemovals: number }): void;
  /** Loads that are never sent, nor told events, until they are resumed; what they are on the VTN stays. */
  suspend(scope: ActionScope): Promise<SuspendedLoads>;
  /** Ends that. */
  resume(scope: ActionScope): Promise<SuspendedLoads>;
}
