import type { Clock } from '../core/clock.ts';
import type { Limit, PlaceEnd } from './limit/limit.ts';
import { anyRate, type RateLimit } from './limit/rate.ts';

/** How an exchange ended, as far as it concerns those that wait. */
export interface Ending {
  readonly end: PlaceEnd;
  /** The VTN refused it for coming too fast, and wants none for so many milliseconds. */
  readonly pauseMs?: number;
}

/** Lets exchanges begin while fewer than a limit are in flight, at a limited rate; the others wait in turn. */
export interface Gate {
  /** How many wait to begin. */
  waiting(): number;
  /**
   * Runs `send` when there is room; undefined, without running it, once the run is aborted. `endingOf` says
   * what its result means for the others.
   */
  pass<T>(send: () => Promise<T>, endingOf: (result: T) => Ending): Promise<T | undefined>;
}

export interface GateRules {
  readonly limit: Limit;
  readonly rate?: RateLimit;
}

export function createGate({ limit, rate = anyRate }: GateRules, clock: Clock, signal: AbortSignal): Gate {
  const queue: (() => void)[] = [];
  let inFlight = 0;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let waking = false;
  signal.addEventListener('abort', () => {
    for (const goOn of queue.splice(0)) goOn();
  });

  /** Milliseconds until the next may begin, if there is room. */
  const holdMs = () => Math.max(pausedUntil - clock.monotonic(), rate.waitMs());
  const admit = () => {
    while (queue.length > 0 && inFlight < limit.limit()) {
      const hold = holdMs();
      if (hold > 0) return wakeAfter(hold);
      enter();
      queue.shift()?.();
    }
  };
  /** Takes a place; done by the one who admits, before the promise of the one who waits goes on. */
  const enter = () => {
    inFlight++;
    rate.take();
  };
  const wakeAfter = (ms: number) => {
    if (waking) return;
    waking = true;
    void clock.sleep(ms, signal).then(() => {
      waking = false;
      admit();
    });
  };
  const leave = (startedAt: number, inFlightThen: number, { end, pauseMs }: Ending) => {
    inFlight--;
    const now = clock.monotonic();
    limit.sample({ rttMs: now - startedAt, inFlight: inFlightThen, outcome: end });
    if (pauseMs !== undefined) {
      pausedUntil = Math.max(pausedUntil, now + pauseMs);
      rate.refused(startedAt, pauseMs);
    } else rate.accepted();
    admit();
  };

  return {
    waiting: () => queue.length,
    async pass(send, endingOf) {
      if (signal.aborted) return undefined;
      if (queue.length === 0 && inFlight < limit.limit() && holdMs() <= 0) enter();
      else if (!(await turn())) return undefined;
      const startedAt = clock.monotonic();
      const inFlightThen = inFlight;
      let ending: Ending = unknown;
      try {
        if (signal.aborted) return undefined;
        const result = await send();
        ending = endingOf(result);
        return result;
      } finally {
        leave(startedAt, inFlightThen, ending);
      }
    },
  };

  /** Waits for a place; false, without one, once the run is aborted. */
  function turn(): Promise<boolean> {
    return new Promise((resolve) => {
      queue.push(() => resolve(!signal.aborted));
      admit();
    });
  }
}

/** It threw: that says nothing about the VTN's load. */
const unknown: Ending = { end: 'ignored' };
