import { shortHash } from '../../core/short-hash.ts';
import type { ReportIdentity } from '../metering-profile.ts';
import { cut, venNameOf } from './wire-names.ts';

/**
 * The name of a report: `Aalborg 2025-01-15T08Z/2025-02-12T08Z 3f2c8a521d9e4b7a`. A person reads in it whose it is and what
 * it covers; the hash is of what it tells (`kind`), the span and the loads, so that no two reports of a VTN have one name:
 * OpenLEADR wants that. The same report has the same name every time; of a name over 128 bytes the VEN's is cut.
 */
export function reportNameOf(kind: string, { venName, span, loadIds }: ReportIdentity): string {
  const { fromMs, untilMs } = span;
  const identity = JSON.stringify([kind, venName, fromMs, untilMs, ...loadIds.toSorted()]);
  return cut(venNameOf(venName), ` ${shortTime(fromMs)}/${shortTime(untilMs)} ${shortHash(identity)}`);
}

/** A time as short as it can be said: `2025-01-15T08Z`, `2025-01-15T08:15Z`. */
function shortTime(ms: number): string {
  return new Date(ms).toISOString().replace(/(:00)?(:00)?\.000Z$/, 'Z');
}
