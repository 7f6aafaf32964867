import { setTimeout as delay } from 'node:timers/promises';

/** Time as the program sees it; tests put their own in its place. */
export interface Clock {
  /** Wall-clock time in milliseconds since 1970-01-01 UTC. May jump; for showing and storing only. */
  now(): number;
  /** Milliseconds from an arbitrary start; never goes backwards. For measuring and waiting. */
  monotonic(): number;
  /** Resolves after `ms` milliseconds, 24 days at most, or early when `signal` aborts; it never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A timer of more milliseconds goes off at once. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    delay(Math.min(ms, longestTimerMs), undefined, signal ? { signal } : {}).catch(() => undefined),
};
