import type { AskedWait } from '../../api/connect-vtn.ts';
import { barText } from './bar-text.ts';
import { type LiveLine, liveLine, type TerminalStream } from './live-line.ts';
import { linesOf } from './output.ts';
import type { Progress } from './progress.ts';
import { createWaitNote, waitText } from './waits.ts';

/** One line that moves: share, counts, failures, rate over the last seconds, time left, what is being done. */
export interface Bar {
  /** Begins to draw with the first. */
  show(progress: Progress): void;
  /** Writes a line that stays, above it. */
  say(line: string): void;
  /** Shows that somebody asked to wait, while that lasts; as a line that stays, where nothing is drawn yet. */
  wait(wait: AskedWait): void;
  /** Ends it; where nothing was done, nothing of it stays. */
  stop(): void;
}

export function createBar(stream: TerminalStream): Bar {
  const rate = recentRate();
  const goodRate = recentRate();
  const note = createWaitNote();
  let line: LiveLine | undefined;
  let state = { total: 0, done: 0, failed: 0, phase: '', perSecond: 0, goodPerSecond: 0 };
  const say = (text: string) => {
    if (line) line.say(text);
    else stream.write(linesOf(text));
  };
  return {
    say,
    wait(wait) {
      note.begin(wait);
      if (!line) say(waitText(wait));
    },
    show(progress) {
      const isSame = progress.done === state.done;
      const perSecond = isSame ? state.perSecond : rate(progress.done);
      const goodPerSecond = isSame ? state.goodPerSecond : goodRate(progress.done - progress.failed);
      state = { ...progress, perSecond, goodPerSecond };
      line ??= liveLine(stream, (columns) => barText({ ...state, waiting: note.text() }, columns));
    },
    stop: () => line?.stop(state.done > 0),
  };
}

/** Things done per second over the last five seconds. */
function recentRate(): (done: number) => number {
  const spanMs = 5_000;
  const samples = [{ at: performance.now(), done: 0 }];
  return (done) => {
    const at = performance.now();
    samples.push({ at, done });
    while (samples.length > 2 && at - (samples[0]?.at ?? at) > spanMs) samples.shift();
    const first = samples[0] ?? { at, done };
    return at > first.at ? ((done - first.done) / (at - first.at)) * 1000 : 0;
  };
}
