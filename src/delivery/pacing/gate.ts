import type { Clock } from '../../core/clock.ts';
import { longestRetryAfterMs } from '../../core/retry.ts';
import type { Limit, PlaceEnd } from '../limit/limit.ts';
import { anyRate, type RateLimit } from '../limit/rate.ts';

/** How an exchange ended, as far as it concerns those that wait. */
export interface Ending {
  readonly end: PlaceEnd;
  /**
   * The VTN refused it for coming too fast, and wants none for so many milliseconds; more than
   * `longestRetryAfterMs` are cut to that.
   */
  readonly pauseMs?: number;
}

/** Lets exchanges begin while fewer than a limit are in flight, at a limited rate; the others wait in turn. */
export interface Gate {
  /** Whether nobody waits to begin. */
  isFree(): boolean;
  /** Calls `listener` each time that the last of those who waited has begun; there is one listener. */
  onFree(listener: () => void): void;
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
  const hold = createHold(rate, clock);
  let waking = false;
  let becameFree = () => {};
  // Asked of the signal each time it would cost as much as all the rest here: it may be made of several.
  let isAborted = signal.aborted;
  signal.addEventListener('abort', () => {
    isAborted = true;
    for (const goOn of queue.splice(0)) goOn();
  });

  const admit = () => {
    while (queue.length > 0 && inFlight < limit.limit()) {
      const ms = hold.ms();
      if (ms > 0) return wakeAfter(ms);
      enter();
      queue.shift()?.();
      if (queue.length === 0) becameFree();
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
    hold.ended(startedAt, pauseMs);
    admit();
  };

  /** Runs `send` in a place that is taken already, and leaves it. */
  const run = <T>(send: () => Promise<T>, endingOf: (result: T) => Ending): Promise<T> => {
    const startedAt = clock.monotonic();
    const inFlightThen = inFlight;
    return send().then(
      (result) => {
        leave(startedAt, inFlightThen, endingOf(result));
        return result;
      },
      (error: unknown) => {
        leave(startedAt, inFlightThen, unknown);
        throw error;
      },
    );
  };
  /** Waits for a place; false, without one, once the run is aborted. */
  const turn = (): Promise<boolean> =>
    new Promise((resolve) => {
      queue.push(() => resolve(!isAborted));
      admit();
    });
  const passInTurn = async <T>(send: () => Promise<T>, endingOf: (result: T) => Ending) => {
    if (!(await turn())) return undefined;
    if (!isAborted) return run(send, endingOf);
    leave(clock.monotonic(), inFlight, unknown);
    return undefined;
  };
  return {
    isFree: () => queue.length === 0,
    onFree: (listener) => {
      becameFree = listener;
    },
    pass(send, endingOf) {
      if (isAborted) return Promise.resolve(undefined);
      if (queue.length > 0 || inFlight >= limit.limit() || hold.ms() > 0) return passInTurn(send, endingOf);
      enter();
      return run(send, endingOf);
    },
  };
}

/** Until when nothing may begin, though there be room: a pause that the VTN asks for, and the rate. */
function createHold(rate: RateLimit, clock: Clock) {
  let pausedUntil = Number.NEGATIVE_INFINITY;
  return {
    /** Milliseconds; 0 or less: now. */
    ms: () => Math.max(pausedUntil - clock.monotonic(), rate.waitMs()),
    ended(startedAt: number, pauseMs: number | undefined) {
      if (pauseMs === undefined) return rate.accepted();
      const ms = Math.min(pauseMs, longestRetryAfterMs);
      pausedUntil = Math.max(pausedUntil, clock.monotonic() + ms);
      rate.refused(startedAt, ms);
    },
  };
}

/** It threw: that says nothing about the VTN's load. */
const unknown: Ending = { end: 'ignored' };
