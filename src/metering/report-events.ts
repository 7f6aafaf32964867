import type { WaitTotals } from '../delivery/asked-waits.ts';
import type { FailureReason } from '../delivery/failure-reasons.ts';
import type { BadLines, Mended } from './reading-source.ts';

/** Of how many loads what became, and how much was sent of them. The loads add up to `loads`. */
export interface ReportCounts {
  readonly loads: number;
  /** All that was to be sent of them was sent. */
  readonly reported: number;
  readonly failed: number;
  readonly skipped: number;
  /** There was nothing new to send. */
  readonly alreadyReported: number;
  /** The job ended before their turn, or in the middle of them. */
  readonly left: number;
  /** Readings that the VTN took in this job. */
  readonly points: number;
}

/** What of a load could not be reported, and why. */
export interface ReportLoadFailure {
  readonly loadId: string;
  readonly externalResourceId: string;
  readonly venId: string | null;
  /** The VTN's HTTP status; null where it gave none. */
  readonly status: number | null;
  readonly reason: string;
}

/** What a whole history job did. */
export interface ReportSummary extends ReportCounts {
  /** Nothing failed, nothing is left, and no line of the source was left out. */
  readonly success: boolean;
  readonly interrupted: boolean;
  readonly dryRun: boolean;
  /** Readings that were to be sent. */
  readonly pointsPlanned: number;
  readonly pointsFailed: number;
  /** Reports that the VTN took. */
  readonly reports: number;
  /** Series that were read, and what was not sound in them. */
  readonly series: number;
  readonly mended: Mended;
  /** Lines of a table that are no readings. */
  readonly badLines: BadLines;
  /** Why loads were skipped, and how many. */
  readonly skippedFor: Readonly<Record<string, number>>;
  /** Reports whose answer was lost, in this job or an earlier one. */
  readonly inDoubt: { readonly found: number; readonly sentAgain: number; readonly believed: number };
  readonly perVen: readonly ({ readonly venId: string | null } & ReportCounts)[];
  readonly perComponent: readonly ({ readonly component: string } & ReportCounts)[];
  /** The first 100. */
  readonly failures: readonly ReportLoadFailure[];
  readonly reasons: readonly FailureReason[];
  /** How often the VTN and its token endpoint asked to be left alone. */
  readonly waits: WaitTotals;
  readonly elapsedSeconds: number;
  readonly pointsPerSecond: number;
}

/** What happens while history is reported, in order. */
export type ReportEvent =
  /** It is known what is to be sent. */
  | {
      readonly type: 'planned';
      readonly loads: number;
      readonly toReport: number;
      readonly points: number;
      /** The shortest step of the series, milliseconds; null where there are no readings. */
      readonly stepMs: number | null;
    }
  /** Reports whose end is stored now; counts of the whole job so far. */
  | {
      readonly type: 'progress';
      readonly points: number;
      readonly pointsFailed: number;
      readonly pointsPlanned: number;
      readonly reported: number;
      readonly toReport: number;
      readonly failed: number;
    }
  | ({ readonly type: 'load-failed' } & ReportLoadFailure)
  /** The job ends with an error, which is thrown next; what it had done until then. */
  | { readonly type: 'broken-off'; readonly summary: ReportSummary };
