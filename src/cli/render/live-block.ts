import { visible } from '../../core/visible.ts';
import type { TerminalStream } from './live-line.ts';

/** Lines at the end of a terminal's output that are drawn again and again. */
export interface LiveBlock {
  show(lines: readonly string[]): void;
  /** Ends it; what it last showed stays. */
  stop(): void;
}

/** Whether lines of standard output may be drawn again and again. */
export const hasMovingBlock = () => process.stdout.isTTY && process.env.TERM !== 'dumb';

const usualRows = 24;
const clearBelow = '\u001b[J';
const wrapOff = '\u001b[?7l';
const wrapOn = '\u001b[?7h';
const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';

/** Draws lines in the place of those before; no more than the terminal has room for, and none longer than it is wide. */
export function liveBlock(stream: TerminalStream & { readonly rows?: number }): LiveBlock {
  let drawn = 0;
  let isOver = false;
  const stop = () => {
    if (isOver) return;
    isOver = true;
    process.off('exit', stop);
    stream.write(showCursor);
  };
  // A second Ctrl-C ends the process at once, but not without the cursor.
  process.once('exit', stop);
  stream.write(hideCursor);
  return {
    show(lines) {
      const shown = lines.slice(0, (stream.rows || usualRows) - 1);
      const up = drawn > 0 ? `\u001b[${drawn}A` : '';
      drawn = shown.length;
      stream.write(
        `${up}\r${clearBelow}${wrapOff}${shown.map((line) => `${visible(line)}\n`).join('')}${wrapOn}`,
      );
    },
    stop,
  };
}
