import { count } from '../../core/count.ts';
import type { CreateOutcome } from '../../delivery/outcome.ts';
import type { ReportOutcome } from '../metering-profile.ts';

/**
 * Marks a refusal that is for the size of what was sent. 413 says so everywhere; `says`: whether this kind of VTN says it in
 * the reason.
 */
export function markTooLarge(
  outcome: CreateOutcome,
  says: (reason: string) => boolean = () => false,
): ReportOutcome {
  if (outcome.kind !== 'refused') return outcome;
  return outcome.status === 413 || says(outcome.reason) ? { ...outcome, isTooLarge: true } : outcome;
}

/** A success of a VTN that took another number of readings than it was sent: it is none. */
export function tookOnly(
  status: number,
  taken: number,
  sent: number,
): Extract<ReportOutcome, { kind: 'refused' }> {
  return {
    kind: 'refused',
    status,
    reason: `HTTP ${status}: took ${count(taken)} of ${count(sent)} readings`,
  };
}
