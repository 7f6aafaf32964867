import { visible } from '../../core/visible.ts';
import { linesOf, tell } from './output.ts';

/** A stream that may be a terminal of some width. */
export interface TerminalStream extends NodeJS.WritableStream {
  readonly columns?: number;
}

/** One line at the end of a terminal's output that is drawn again and again. */
export interface LiveLine {
  /** Writes a line that stays, above the one that moves. */
  say(line: string): void;
  /** Ends it; `keep`: what it last showed stays. */
  stop(keep: boolean): void;
}

/**
 * Whether a line of standard error may be drawn again and again. With `--json`, what stands on standard output comes at
 * the end, whatever that is.
 */
export function hasMovingLine(json = false): boolean {
  return (json || process.stdout.isTTY) && process.stderr.isTTY && process.env.TERM !== 'dumb';
}

/** Writes a line to standard error, where nothing moves. */
export function sayPlainly(line: string): void {
  tell(line);
}

const drawEveryMs = 100;
const usualColumns = 80;

// Parked at its beginning, the cursor stays with the line when a resized terminal wraps it: all of it is cleared.
const clear = '\r\u001b[J';
// Between the resizing and its signal, a line may be too long: it is cut, not wrapped.
const wrapOff = '\u001b[?7l';
const wrapOn = '\u001b[?7h';
const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';

/** Begins to draw what `text` gives for the terminal's width; that must be shorter, so that it is never wrapped. */
export function liveLine(stream: TerminalStream, text: (columns: number) => string): LiveLine {
  const now = () => `${clear}${wrapOff}${visible(text(stream.columns || usualColumns))}${wrapOn}`;
  const draw = () => stream.write(`${now()}\r`);
  let stopped = false;
  const stop = (keep: boolean) => {
    if (stopped) return;
    stopped = true;
    clearInterval(timer);
    process.off('exit', atExit);
    stream.write(`${keep ? `${now()}\n` : clear}${showCursor}`);
  };
  // A second Ctrl-C ends the process at once, but not without the cursor.
  const atExit = () => stop(true);
  const timer = setInterval(draw, drawEveryMs).unref();
  process.once('exit', atExit);
  stream.write(hideCursor);
  draw();
  return {
    say(line) {
      stream.write(`${stopped ? '' : clear}${linesOf(line)}`);
      if (!stopped) draw();
    },
    stop,
  };
}
