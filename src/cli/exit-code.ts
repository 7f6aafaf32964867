import type { ErrorCode, VenfleetError } from '../core/errors.ts';

/** Errors at the end of a run that did what it could, as if some loads had failed. */
const endsOfRuns: readonly ErrorCode[] = [
  'LOADS_UNACCOUNTED',
  'INSTRUCTIONS_UNACCOUNTED',
  'REPORTS_LOST',
  'DB_REPLACED',
  'STOPPED_LATE',
];

/** With which exit code a command ends that threw this: 1, or 2 for wrong use or a bad environment. */
export function exitCodeOf({ code }: VenfleetError): 1 | 2 {
  return endsOfRuns.includes(code) ? 1 : 2;
}
