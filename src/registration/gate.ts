import type { Clock } from '../core/clock.ts';

/** Lets exchanges begin while fewer than a limit are in flight and no pause is on; the others wait in turn. */
export interface Gate {
  /** How many wait to begin. */
  waiting(): number;
  /** Runs `send` when there is room; undefined, without running it, once the run is aborted. */
  pass<T>(send: () => Promise<T>): Promise<T | undefined>;
  pause(ms: number): void;
}

/** `limit` is asked anew each time, so that it may change. */
export function createGate(limit: () => number, clock: Clock, signal: AbortSignal): Gate {
  const queue: (() => void)[] = [];
  let inFlight = 0;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let waking = false;
  signal.addEventListener('abort', () => {
    for (const enter of queue.splice(0)) enter();
  });

  const admit = () => {
    if (queue.length === 0) return;
    const pausedFor = pausedUntil - clock.monotonic();
    if (pausedFor > 0) wakeAfter(pausedFor);
    else while (inFlight < limit() && queue.length > 0) queue.shift()?.();
  };
  const wakeAfter = (ms: number) => {
    if (waking) return;
    waking = true;
    void clock.sleep(ms, signal).then(() => {
      waking = false;
      admit();
    });
  };

  return {
    waiting: () => queue.length,
    pause: (ms) => {
      pausedUntil = Math.max(pausedUntil, clock.monotonic() + ms);
    },
    async pass(send) {
      if (signal.aborted) return undefined;
      const free = queue.length === 0 && inFlight < limit() && pausedUntil <= clock.monotonic();
      if (free) inFlight++;
      else await waitForTurn();
      try {
        return signal.aborted ? undefined : await send();
      } finally {
        inFlight--;
        admit();
      }
    },
  };

  /** The one who admits counts the place as taken at once, before the waiter's promise goes on. */
  function waitForTurn(): Promise<void> {
    return new Promise((resolve) => {
      queue.push(() => {
        inFlight++;
        resolve();
      });
      admit();
    });
  }
}
