import { setTimeout as delay } from 'node:timers/promises';

/** Time as the program sees it; tests put their own in its place. */
export interface Clock {
  /** Wall-clock time in milliseconds since 1970-01-01 UTC. May jump; for showing and storing only. */
  now(): number;
  /** Milliseconds from an arbitrary start; never goes backwards. For measuring and waiting. */
  monotonic(): number;
  /** Resolves after `ms` milliseconds, or early when `signal` aborts; it never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal ? { signal } : {}).catch(() => undefined),
};
