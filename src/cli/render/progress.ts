import type { RegistrationEvent } from '../../registration/summary.ts';
import { barProgress } from './bar.ts';
import { lineProgress } from './lines.ts';

/** Shows how a registration goes. */
export interface Progress {
  onEvent(event: RegistrationEvent): void;
  /** Leaves the terminal as it was found. */
  stop(): void;
}

/** A terminal gets a bar on standard error, a pipe gets lines on standard output; `quiet`: neither. */
export function createProgress(options: { quiet: boolean }): Progress {
  if (options.quiet) return { onEvent: () => undefined, stop: () => undefined };
  return process.stdout.isTTY && process.stderr.isTTY
    ? barProgress(process.stderr)
    : lineProgress(process.stdout);
}
