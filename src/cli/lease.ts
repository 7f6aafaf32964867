import type { AccessHolder } from '../api/register.ts';
import { VenfleetError } from '../core/errors.ts';
import { tell } from './render/output.ts';

/** Says who is waited for. */
export function tellOfWaiting({ command, host, pid, since }: AccessHolder): void {
  const holder = `"venfleet ${command}" on ${host}, process ${pid}, since ${since}`;
  tell(`venfleet: waiting for ${holder}`);
}

/** Whether `error` came of Ctrl-C during that wait; then it says that nothing was done. */
export function isEndOfWaiting(error: unknown, signal: AbortSignal): boolean {
  const isEnd = signal.aborted && error instanceof VenfleetError && error.code === 'DB_IN_USE';
  if (isEnd) tell('venfleet: no longer waiting; nothing was done');
  return isEnd;
}
