import { SingleBar } from 'cli-progress';
import type { RegistrationEvent } from '../../registration/summary.ts';
import type { Progress } from './progress.ts';
import { count } from './text.ts';

/** One line that moves: share, counts, rate over the last seconds, time left, failures. */
export function barProgress(stream: NodeJS.WritableStream): Progress {
  const bar = new SingleBar({
    stream,
    format: '  {bar} {percentage}%  {done}/{all} loads  {rate}/s  {left} left  {failures}  {ven}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 28,
    hideCursor: true,
    fps: 10,
    linewrap: false,
  });
  const rate = recentRate();
  let pending = 0;
  let started = false;

  function update(registered: number, failed: number): void {
    const done = registered + failed;
    const perSecond = rate(done);
    bar.update(done, {
      done: count(done),
      rate: count(Math.round(perSecond)),
      left: perSecond > 0 ? clockTime((pending - done) / perSecond) : '--:--',
      failures: failed === 0 ? '✓' : `✗ ${count(failed)} failed`,
    });
  }

  return {
    onEvent(event: RegistrationEvent) {
      if (event.type === 'started' && event.pending > 0) {
        started = true;
        pending = event.pending;
        const all = count(pending);
        bar.start(pending, 0, { done: '0', all, rate: '0', left: '--:--', failures: '✓', ven: '' });
      } else if (event.type === 'ven-started') bar.update({ ven: `VEN ${event.index}/${event.vens}` });
      else if (event.type === 'progress') update(event.registered, event.failed);
    },
    stop: () => {
      if (started) bar.stop();
    },
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

/** Seconds as "1:05". */
function clockTime(seconds: number): string {
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
