import type { Logger } from '../../core/log.ts';
import type { AskedWait } from '../../delivery/asked-waits.ts';
import type { AccessHolder, AccessRequest } from '../../store/exclusive.ts';

interface WaitingOptions {
  readonly wait?: boolean | undefined;
  readonly onWaiting?: ((holder: AccessHolder) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly log?: Logger | undefined;
}

/** What the options say of waiting for the database, with the log told of it. */
export function loggingWait({
  wait,
  onWaiting,
  signal,
  log,
}: WaitingOptions): Omit<AccessRequest, 'command' | 'clock'> {
  return {
    wait,
    signal,
    onWaiting(holder) {
      const { command, host, pid, since } = holder;
      log?.info({ command, host, pid, since }, 'waiting for the database');
      onWaiting?.(holder);
    },
  };
}

/** What is to be called when the VTN or its token endpoint asks to be left alone: `onAskedToWait`, with the log told first. */
export function loggingAskedWait({
  log,
  onAskedToWait,
}: {
  readonly log?: Logger | undefined;
  readonly onAskedToWait?: ((wait: AskedWait) => void) | undefined;
}): (wait: AskedWait) => void {
  return (wait) => {
    log?.warn(wait, 'asked to wait');
    onAskedToWait?.(wait);
  };
}
