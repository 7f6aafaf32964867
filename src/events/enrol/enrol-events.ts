import type { WaitTotals } from '../../delivery/asked-waits.ts';
import type { FailureReason } from '../../delivery/failure-reasons.ts';

/** The program that loads are enrolled in: the VTN's id of it, and its name, where the VTN tells it. */
export interface EnrolledProgram {
  readonly id: string;
  readonly name: string | null;
}

export interface EnrolFailure {
  readonly loadId: string;
  readonly externalResourceId: string;
  readonly venId: string;
  /** The VTN's HTTP status; null where it gave none. */
  readonly status: number | null;
  readonly reason: string;
}

/** Of how many loads what became. The other five add up to `total`. */
export interface EnrolCounts {
  readonly total: number;
  /** Enrolled in this run, as the VTN says; also those that it says were enrolled already. */
  readonly enrolled: number;
  readonly failed: number;
  /** Not to be enrolled now, for a reason that `skippedFor` tells. */
  readonly skipped: number;
  /** Enrolled before this run, as the database has it. */
  readonly alreadyEnrolled: number;
  /** The run did not reach them. */
  readonly left: number;
}

/** What enrolling came to. */
export interface EnrolSummary {
  /** Nothing failed, and the run was not interrupted. */
  readonly success: boolean;
  readonly interrupted: boolean;
  /** Null: it was interrupted before the program was found. */
  readonly program: EnrolledProgram | null;
  readonly loads: EnrolCounts;
  /** Why loads were skipped, and how many. */
  readonly skippedFor: Readonly<Record<string, number>>;
  /** Null gathers the loads of sites without a VEN. */
  readonly perVen: readonly ({ readonly venId: string | null } & EnrolCounts)[];
  /** The first 100. */
  readonly failures: readonly EnrolFailure[];
  /** All failures by their reason, the most frequent first. */
  readonly reasons: readonly FailureReason[];
  /** How often, and for how long in all, the VTN and its token endpoint asked to wait. */
  readonly waits: WaitTotals;
  readonly elapsedSeconds: number;
  readonly loadsPerSecond: number;
}

/** What happens while loads are enrolled, in order. */
export type EnrolEvent =
  /** The program is found; `loads`: those of the scope, which are looked at. */
  | {
      readonly type: 'started';
      readonly program: EnrolledProgram;
      readonly vens: number;
      readonly loads: number;
    }
  /** Counts of the whole run so far; what is enrolled is stored. */
  | ({ readonly type: 'progress' } & EnrolCounts)
  | ({ readonly type: 'load-failed' } & EnrolFailure)
  /** The run ends with an error, which is thrown next; what it had done until then. */
  | { readonly type: 'broken-off'; readonly summary: EnrolSummary };
