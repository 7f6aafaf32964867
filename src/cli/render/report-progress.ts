import type { AskedWait } from '../../api/connect-vtn.ts';
import type { ReportEvent } from '../../api/report-history.ts';
import { createBar } from './bar.ts';
import { hasMovingLine, sayPlainly } from './live-line.ts';
import { print } from './output.ts';
import type { Progress } from './progress.ts';
import { steadyLines } from './steady-lines.ts';
import { count, some } from './text.ts';
import { createWaitLines } from './waits.ts';

/** Shows how reporting goes. */
export interface ReportProgress {
  onEvent(event: ReportEvent): void;
  /** The VTN or its token endpoint asks to be left alone. */
  onAskedToWait(wait: AskedWait): void;
  /** Writes a line to standard error, above what moves. */
  say(line: string): void;
  /** Leaves the terminal as it was found. */
  stop(): void;
}

const nothingShown: ReportProgress = {
  onEvent: () => undefined,
  onAskedToWait: () => undefined,
  say: sayPlainly,
  stop: () => undefined,
};

/** A terminal gets a bar on standard error, a pipe gets lines on standard output, but not with `json`; `quiet`: neither. */
export function createReportProgress({ quiet, json }: { quiet: boolean; json: boolean }): ReportProgress {
  const hasBar = hasMovingLine(json);
  if (quiet || (json && !hasBar)) return nothingShown;
  return hasBar ? barProgress() : lineProgress();
}

function barProgress(): ReportProgress {
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

function lineProgress(): ReportProgress {
  let latest: Progress | undefined;
  const steady = steadyLines(print, () => latest && progressLine(latest));
  return {
    onEvent(event) {
      latest = progressOf(event) ?? latest;
      if (event.type === 'planned' && event.points > 0)
        print(`${some(event.points, 'reading')} of ${some(event.toReport, 'load')} are to be reported`);
    },
    onAskedToWait: createWaitLines((line) => {
      print(line);
      steady.wrote();
    }),
    say: sayPlainly,
    stop: steady.stop,
  };
}

/** In readings; undefined where nothing has changed, or there is nothing to do. */
function progressOf(event: ReportEvent): Progress | undefined {
  if (event.type === 'planned')
    return event.points > 0
      ? { total: event.points, done: 0, failed: 0, phase: `0/${count(event.toReport)} loads` }
      : undefined;
  if (event.type !== 'progress') return undefined;
  const { points, pointsFailed, pointsPlanned, reported, toReport } = event;
  return {
    total: pointsPlanned,
    done: points + pointsFailed,
    failed: pointsFailed,
    phase: `${count(reported)}/${count(toReport)} loads`,
  };
}

function progressLine({ total, done, phase }: Progress): string {
  return `  … ${count(done)} of ${count(total)} readings, ${phase}`;
}
