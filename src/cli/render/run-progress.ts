import type { AskedWait } from '../../api/connect-vtn.ts';
import { createBar } from './bar.ts';
import { hasMovingLine, sayPlainly } from './live-line.ts';
import { print } from './output.ts';
import type { Progress } from './progress.ts';
import { steadyLines } from './steady-lines.ts';
import { createWaitLines } from './waits.ts';

/** Shows how a run goes. */
export interface RunProgress<E> {
  onEvent(event: E): void;
  /** The VTN or its token endpoint asks to be left alone. */
  onAskedToWait(wait: AskedWait): void;
  /** Writes a line to standard error, above what moves. */
  say(line: string): void;
  /** Leaves the terminal as it was found. */
  stop(): void;
}

/** How the events of a kind of run are shown. */
export interface RunTexts<E> {
  /** Undefined where nothing has changed, or there is nothing to do. */
  progressOf(event: E): Progress | undefined;
  /** What a pipe is told of an event, if anything. */
  lineOf(event: E): string | undefined;
  /** What a pipe is told now and then in between. */
  progressLine(progress: Progress): string;
}

/** A terminal gets a bar on standard error, a pipe gets lines on standard output, but not with `json`; `quiet`: neither. */
export function createRunProgress<E>(
  texts: RunTexts<E>,
  { quiet = false, json }: { quiet?: boolean; json: boolean },
): RunProgress<E> {
  const hasBar = hasMovingLine(json);
  const nothing = () => undefined;
  if (quiet || (json && !hasBar))
    return { onEvent: nothing, onAskedToWait: nothing, say: sayPlainly, stop: nothing };
  return hasBar ? barProgress(texts) : lineProgress(texts);
}

function barProgress<E>({ progressOf }: RunTexts<E>): RunProgress<E> {
  const bar = createBar(process.stderr);
  return {
    onEvent(event) {
      const progress = progressOf(event);
      if (progress) bar.show(progress);
    },
    onAskedToWait: bar.wait,
    say: bar.say,
    stop: bar.stop,
  };
}

function lineProgress<E>({ progressOf, lineOf, progressLine }: RunTexts<E>): RunProgress<E> {
  let latest: Progress | undefined;
  const steady = steadyLines(print, () => latest && progressLine(latest));
  const write = (line: string) => {
    print(line);
    steady.wrote();
  };
  return {
    onEvent(event) {
      latest = progressOf(event) ?? latest;
      const line = lineOf(event);
      if (line !== undefined) write(line);
    },
    onAskedToWait: createWaitLines(write),
    say: sayPlainly,
    stop: steady.stop,
  };
}
