import type { Clock } from '../../core/clock.ts';

/** How long the wall clock is trusted to run as time does, milliseconds. */
const longestSleepMs = 30_000;

/** Has something done whenever it is due, and whenever it is woken; never twice at once. */
export interface Timer {
  /** Resolves when nothing is under way or asked for. */
  wake(signal: AbortSignal): Promise<void>;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
}

/**
 * `work` never throws, and resolves with when it is to be done again, milliseconds since 1970, UTC; undefined: not before it is
 * woken. After the abort of the signal it was woken with last it is not begun again by itself.
 */
export function createTimer(
  work: (signal: AbortSignal) => Promise<number | undefined>,
  clock: Pick<Clock, 'now' | 'sleep'>,
): Timer {
  let isWanted = false;
  let running: Promise<void> | undefined;
  let sleeping = new AbortController();

  async function run(signal: AbortSignal): Promise<void> {
    let nextMs: number | undefined;
    try {
      while (isWanted) {
        isWanted = false;
        nextMs = await work(signal);
      }
    } finally {
      running = undefined;
    }
    if (nextMs !== undefined) void sleepUntil(nextMs, signal);
  }

  async function sleepUntil(ms: number, signal: AbortSignal): Promise<void> {
    sleeping = new AbortController();
    const ended = AbortSignal.any([signal, sleeping.signal]);
    while (!ended.aborted && clock.now() < ms)
      await clock.sleep(Math.min(ms - clock.now(), longestSleepMs), ended);
    if (!ended.aborted) void wake(signal);
  }

  function wake(signal: AbortSignal): Promise<void> {
    isWanted = true;
    sleeping.abort();
    running ??= run(signal);
    return running;
  }

  return { wake, settled: () => running ?? Promise.resolve() };
}
