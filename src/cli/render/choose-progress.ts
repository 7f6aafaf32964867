import { barProgress } from './bar.ts';
import { lineProgress } from './lines.ts';
import type { Progress } from './progress.ts';

/** A terminal gets a bar on standard error, a pipe gets lines on standard output; `quiet`: neither. */
export function createProgress(options: { quiet: boolean }): Progress {
  if (options.quiet) return { onEvent: () => undefined, stop: () => undefined };
  return process.stdout.isTTY && process.stderr.isTTY
    ? barProgress(process.stderr)
    : lineProgress(process.stdout);
}
