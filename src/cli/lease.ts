import type { AccessHolder } from '../api/register.ts';
import { VenfleetError } from '../core/errors.ts';
import { plain } from './render/text.ts';

/** Says who is waited for. */
export function tellOfWaiting({ command, host, pid, since }: AccessHolder): void {
  const holder = `"venfleet ${command}" on ${host}, process ${pid}, since ${since}`;
  process.stderr.write(`venfleet: waiting for ${plain(holder)}\n`);
}

/** Whether `error` came of Ctrl-C during that wait; then it says that nothing was done. */
export function isEndOfWaiting(error: unknown, signal: AbortSignal): boolean {
  const isEnd = signal.aborted && error instanceof VenfleetError && error.code === 'DB_IN_USE';
  if (isEnd) process.stderr.write('venfleet: no longer waiting; nothing was done\n');
  return isEnd;
}
