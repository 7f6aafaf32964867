import { setImmediate as turn } from 'node:timers/promises';
import { type Clock, systemClock } from '../../src/core/clock.ts';

/** A clock that stands still but for `advance` and `runUntil`. */
export interface TestClock extends Clock {
  /** Lets `ms` milliseconds pass, waking those who sleep in their order. */
  advance(ms: number): Promise<void>;
  /** Lets time pass from one sleeper to the next until `work` is done. */
  runUntil<T>(work: Promise<T>): Promise<T>;
}

/** The system's clock, so many times as fast: for what waits in earnest while a real server answers. */
export function fastClock(times: number): Clock {
  return {
    now: systemClock.now,
    monotonic: () => systemClock.monotonic() * times,
    sleep: (ms, signal) => systemClock.sleep(ms / times, signal),
  };
}

export function createTestClock(startMs = 0): TestClock {
  let now = startMs;
  let sleepers: { at: number; wake: () => void }[] = [];

  async function wakeUpTo(limit: number): Promise<boolean> {
    const next = sleepers.toSorted((a, b) => a.at - b.at)[0];
    if (!next || next.at > limit) return false;
    sleepers = sleepers.filter((sleeper) => sleeper !== next);
    now = Math.max(now, next.at);
    next.wake();
    return true;
  }
  /** Lets promises settle: what is about to sleep gets to it. */
  async function settle(): Promise<void> {
    for (let i = 0; i < 20; i++) await turn();
  }

  return {
    now: () => now,
    monotonic: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const sleeper = { at: now + ms, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          resolve();
        });
      }),
    async advance(ms) {
      const until = now + ms;
      do await settle();
      while (await wakeUpTo(until));
      now = until;
    },
    async runUntil(work) {
      let done = false;
      const noted = work.finally(() => {
        done = true;
      });
      noted.catch(() => undefined);
      while (!done) {
        await settle();
        if (!done && !(await wakeUpTo(Number.POSITIVE_INFINITY))) await turn();
      }
      return noted;
    },
  };
}
