import { count } from '../../core/count.ts';
import type { WireResponse } from '../../openadr/http/transport.ts';
import type { ReportOutcome } from '../metering-profile.ts';
import { type ReadDetail, readConflict, readRefusal } from './read-refusal.ts';

/**
 * What any VTN means by an answer to a report that is no success. `tellsTooLarge`: whether this kind of VTN says with such a
 * refusal that the report is too large; 413 says so everywhere.
 */
export function readReportRefusal(
  response: WireResponse,
  detail: ReadDetail,
  tellsTooLarge: (reason: string) => boolean = () => false,
): ReportOutcome {
  if (response.status === 409) return readConflict(response, detail);
  const outcome = readRefusal(response, detail);
  if (outcome.kind !== 'refused') return outcome;
  return response.status === 413 || tellsTooLarge(outcome.reason)
    ? { ...outcome, isTooLarge: true }
    : outcome;
}

/** A VTN that took another number of readings than it was sent. */
export function tookOnly(
  { status }: Pick<WireResponse, 'status'>,
  taken: number,
  sent: number,
): ReportOutcome {
  return {
    kind: 'refused',
    status,
    reason: `HTTP ${status}: took ${count(taken)} of ${count(sent)} readings`,
  };
}
