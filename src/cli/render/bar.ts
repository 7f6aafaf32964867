import type { RegistrationEvent } from '../../registration/registration-events.ts';
import { barText } from './bar-text.ts';
import { type LiveLine, liveLine, type TerminalStream } from './live-line.ts';
import type { Progress } from './progress.ts';
import { count } from './text.ts';

/** One line that moves: share, counts, failures, rate over the last seconds, time left, what is being done. */
export function barProgress(stream: TerminalStream): Progress {
  const rate = recentRate();
  let line: LiveLine | undefined;
  let state = { total: 0, done: 0, failed: 0, perSecond: 0, phase: '' };
  let vens = { done: 0, pending: 0 };

  function countVen(): void {
    vens = { ...vens, done: vens.done + 1 };
    state = { ...state, phase: `registering VENs ${count(vens.done)}/${count(vens.pending)}` };
  }

  return {
    onEvent(event: RegistrationEvent) {
      if (event.type === 'started' && event.pending > 0) {
        vens = { done: 0, pending: event.pendingVens };
        state = { ...state, total: event.pending };
        line = liveLine(stream, (columns) => barText(state, columns));
      } else if (event.type === 'ven-registered' || event.type === 'ven-failed') countVen();
      else if (event.type === 'ven-started')
        state = { ...state, phase: `VEN ${count(event.index)}/${count(event.vens)}` };
      else if (event.type === 'progress') {
        const done = event.registered + event.failed;
        state = { ...state, done, failed: event.failed, perSecond: rate(done) };
      }
    },
    say(text) {
      if (line) line.say(text);
      else stream.write(`${text}\n`);
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
