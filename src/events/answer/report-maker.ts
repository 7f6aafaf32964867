import type { AskedReport, PayloadDescriptor } from '../../fleet/grid-event.ts';
import type { EventReport, ReportedResource } from '../../profiles/events-profile.ts';
import type { Plan } from '../dispatch/plan.ts';
import type { DueReport } from '../report-schedule/report-schedule.ts';
import type { Asking } from './askings.ts';

/** How the entry is called that is of all resources together (User Guide, 7.5). */
export const aggregatedReport = 'AGGREGATED_REPORT';

/** A report that is made. */
export interface ReportInHand {
  readonly asking: Asking;
  readonly report: DueReport;
  /** What was and is asked of the fleet in the time that it covers. */
  readonly plan: Plan;
  readonly nowMs: number;
}

/** What a report of one VEN tells. */
export interface MadeReport {
  readonly descriptors: EventReport['descriptors'];
  readonly resources: readonly ReportedResource[];
  /** Loads of which it tells nothing, or not of all intervals. */
  readonly incomplete: number;
}

/** Makes reports of some kinds of payload. */
export interface ReportMaker {
  /** Why a report that is asked for in this way cannot be made, no sentence; undefined: it can. */
  whyNot(asked: AskedReport): string | undefined;
  /**
   * Makes a report VEN by VEN, of these loads of it, by number; what is the same for all VENs is worked out once. A text, no sentence:
   * why it cannot be made yet.
   */
  prepare(inHand: ReportInHand): (loads: readonly number[]) => Promise<MadeReport | string>;
}

/** What a report says of a kind of payload: as it is asked for, but for what is left open. */
export function descriptorOf(
  { payloadType, readingType, units }: AskedReport,
  usual: { readonly readingType: string | null; readonly units: string | null } = {
    readingType: null,
    units: null,
  },
): PayloadDescriptor & { readonly readingType: string | null } {
  return {
    payloadType,
    readingType: readingType ?? usual.readingType,
    units: units ?? usual.units,
    currency: null,
  };
}
