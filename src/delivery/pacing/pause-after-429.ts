import type { Clock } from '../../core/clock.ts';
import { longestRetryAfterMs } from '../../core/retry.ts';
import type { RateLimit } from '../limit/rate-limit.ts';

/** For how long nothing may begin, though there is room. */
export interface Pause {
  /** Milliseconds; 0 or less: something may begin now. */
  msLeft(): number;
  /**
   * A request that was sent at `startedAt`, on the clock of `monotonic()`, has ended; `pauseMs`: the VTN refused it
   * (429) and wants silence for so long.
   */
  ended(startedAt: number, pauseMs: number | undefined): void;
}

/**
 * What a 429 does to all requests: they pause for as long as its `Retry-After` says, `longestRetryAfterMs` at most, and
 * `rate` learns from it how many a second the VTN takes. (That the refused request itself is tried again:
 * settling-steps.ts, send-until-answered.ts.)
 */
export function createPause(rate: RateLimit, clock: Clock): Pause {
  let until = Number.NEGATIVE_INFINITY;
  return {
    msLeft: () => Math.max(until - clock.monotonic(), rate.waitMs()),
    ended(startedAt, pauseMs) {
      if (pauseMs === undefined) return rate.accepted();
      const ms = Math.min(pauseMs, longestRetryAfterMs);
      until = Math.max(until, clock.monotonic() + ms);
      rate.refused(startedAt, ms);
    },
  };
}
