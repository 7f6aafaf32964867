import type { WaitTotals } from '../delivery/asked-waits.ts';
import type { FailureReason } from '../delivery/failure-reasons.ts';

/** What a registration did to one VEN. */
export interface VenSummary {
  /** The VEN's name; null gathers the loads of sites that have none. */
  readonly venId: string | null;
  readonly totalLoads: number;
  /** Loads that became registered in this run. */
  readonly registered: number;
  readonly failed: number;
  /** Ids of resources that were stored in the database in this run. */
  readonly vtnIdsMapped: number;
}

export interface LoadFailure {
  readonly loadId: string;
  readonly externalResourceId: string;
  /** The VTN's HTTP status; null where it gave none. */
  readonly status: number | null;
  readonly reason: string;
}

/** What the VTN said of some registered loads that it was asked for. */
export interface SampleCheck {
  readonly looked: number;
  /** Of those, the ones about which it gave an answer. */
  readonly answered: number;
  /** It has them, under the ids that are stored. */
  readonly known: number;
  /** It does not have them under these ids. */
  readonly lost: readonly {
    readonly venId: string;
    readonly externalResourceId: string;
    readonly vtnResourceId: string;
  }[];
}

/** What a whole registration did. */
export interface RegistrationSummary {
  /** Nothing failed, the run was not interrupted, and what was checked is on the VTN. */
  readonly success: boolean;
  readonly interrupted: boolean;
  readonly dryRun: boolean;
  readonly vens: {
    readonly total: number;
    /** VENs that the VTN has now, as far as this run needed to know. */
    readonly registered: number;
    readonly failed: readonly { readonly venId: string; readonly reason: string }[];
  };
  readonly loads: {
    readonly total: number;
    readonly registered: number;
    readonly failed: number;
    /** Loads of disabled sites, and suspended ones. */
    readonly skipped: number;
    /** Registered before this run. */
    readonly alreadyRegistered: number;
    /** Still to be registered: the run did not reach them, only tried (dry run), or gave their ids to other loads. */
    readonly left: number;
    readonly vtnIdsMapped: number;
  };
  readonly perVen: readonly VenSummary[];
  /** The first 100. */
  readonly failures: readonly LoadFailure[];
  /** All failures by their reason, the most frequent first. */
  readonly reasons: readonly FailureReason[];
  /** How often, and for how long in all, the VTN and its token endpoint asked to wait. */
  readonly waits: WaitTotals;
  /** What the VTN said of the loads that were registered before; null: it was not asked. */
  readonly checked: SampleCheck | null;
  readonly elapsedSeconds: number;
  readonly loadsPerSecond: number;
}

/** What happens while a registration goes on, in order. */
export type RegistrationEvent =
  /** `pendingVens`: those that have something to register; `pendingWithoutVen`: whether sites without a VEN have. */
  | {
      readonly type: 'started';
      readonly vens: number;
      readonly pendingVens: number;
      readonly pendingWithoutVen: boolean;
      readonly total: number;
      readonly pending: number;
    }
  /** `index` counts from 1 over the VENs that have something to register. */
  | {
      readonly type: 'ven-started';
      readonly venId: string | null;
      readonly index: number;
      readonly vens: number;
      readonly pending: number;
    }
  | { readonly type: 'ven-registered'; readonly venId: string; readonly vtnVenId: string }
  | { readonly type: 'ven-failed'; readonly venId: string; readonly reason: string }
  /** Loads whose end is stored now; counts of the whole run so far. */
  | {
      readonly type: 'progress';
      readonly registered: number;
      /** Of those, the ones that a look-up found on the VTN; the others it said it created. */
      readonly found: number;
      readonly failed: number;
      readonly pending: number;
    }
  | ({ readonly type: 'load-failed'; readonly venId: string | null } & LoadFailure)
  /** All loads of the VEN came to an end. */
  | { readonly type: 'ven-finished'; readonly ven: VenSummary }
  /** The run ends with an error, which is thrown next; what it had done until then. */
  | { readonly type: 'broken-off'; readonly summary: RegistrationSummary };
