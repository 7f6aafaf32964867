import type { AskedWait } from '../../api/connect-vtn.ts';
import type { EnrolEvent } from '../../api/enrol.ts';
import { createBar } from './bar.ts';
import { programName } from './enrol-summary.ts';
import { hasMovingLine, sayPlainly } from './live-line.ts';
import { print } from './output.ts';
import type { Progress } from './progress.ts';
import { progressLine } from './registration-lines.ts';
import { steadyLines } from './steady-lines.ts';
import { some } from './text.ts';
import { createWaitLines } from './waits.ts';

/** Shows how enrolling goes. */
export interface EnrolProgress {
  onEvent(event: EnrolEvent): void;
  onAskedToWait(wait: AskedWait): void;
  /** Writes a line to standard error, above what moves. */
  say(line: string): void;
  /** Leaves the terminal as it was found. */
  stop(): void;
}

/** A terminal gets a bar on standard error, a pipe gets lines on standard output, but not with `json`. */
export function createEnrolProgress(json: boolean): EnrolProgress {
  const nothing = () => undefined;
  if (hasMovingLine(json)) return barProgress();
  return json ? { onEvent: nothing, onAskedToWait: nothing, say: sayPlainly, stop: nothing } : lineProgress();
}

function barProgress(): EnrolProgress {
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

function lineProgress(): EnrolProgress {
  let latest: Progress | undefined;
  const steady = steadyLines(print, () => latest && progressLine(latest));
  const write = (line: string) => {
    print(line);
    steady.wrote();
  };
  return {
    onEvent(event) {
      latest = progressOf(event) ?? latest;
      if (event.type !== 'started') return;
      const { loads, vens, program } = event;
      write(
        `Enrolling in program ${programName(program)}: looking at ${some(loads, 'load')} of ${some(vens, 'VEN')}`,
      );
    },
    onAskedToWait: createWaitLines(write),
    say: sayPlainly,
    stop: steady.stop,
  };
}

/** Undefined where nothing has changed. */
function progressOf(event: EnrolEvent): Progress | undefined {
  if (event.type !== 'progress') return undefined;
  const { total, left, failed } = event;
  return { total, done: total - left, failed, phase: '' };
}
