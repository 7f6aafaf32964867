import { barProgress } from './bar.ts';
import { lineProgress } from './lines.ts';
import { sayPlainly } from './plainly.ts';
import type { Progress } from './progress.ts';

/** A terminal gets a bar on standard error, a pipe gets lines on standard output; `quiet`: neither. */
export function createProgress(options: { quiet: boolean }): Progress {
  if (options.quiet) return { onEvent: () => undefined, say: sayPlainly, stop: () => undefined };
  return hasMovingLine() ? barProgress(process.stderr) : lineProgress(process.stdout);
}

/** Whether a line of standard error may be drawn again and again. */
export function hasMovingLine(): boolean {
  return process.stdout.isTTY && process.stderr.isTTY && process.env.TERM !== 'dumb';
}
