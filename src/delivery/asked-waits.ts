import type { Clock } from '../core/clock.ts';
import { longestRetryAfterMs } from '../core/retry.ts';

/** Who asks us to wait. */
export type Asker = 'vtn' | 'token-endpoint';

/** Somebody asked to be left alone for a while (`Retry-After` of a 429 or 503). */
export interface AskedWait {
  readonly by: Asker;
  /** The HTTP status of the answer. */
  readonly status: number;
  /** From now on; what is longer than we ever wait is cut to that. */
  readonly seconds: number;
}

/** How often somebody asked to wait, and for how long in all, so far. */
export interface WaitTotal {
  /** Answers that ask for the same time together count once. */
  readonly times: number;
  readonly seconds: number;
}

/** The waits that were asked for in one command. */
export interface WaitTotals {
  readonly vtn: WaitTotal;
  readonly tokenEndpoint: WaitTotal;
}

/** Keeps account of the waits that a VTN and its token endpoint ask for. */
export interface AskedWaits {
  /** An answer asked to wait for so many milliseconds. */
  asked(by: Asker, status: number, ms: number): void;
  /** What it comes to; of a wait that is not over, as much as has passed. */
  totals(): WaitTotals;
}

/** An answer that asks for no more than this beyond the wait under way, in milliseconds, was sent together with others. */
const togetherMs = 1_000;

/** `tell`: called when a wait begins, and when one grows. */
export function createAskedWaits(
  clock: Clock,
  tell: (wait: AskedWait) => void = () => undefined,
): AskedWaits {
  const vtn = createSpans();
  const tokenEndpoint = createSpans();
  return {
    asked(by, status, askedMs) {
      const ms = Math.min(askedMs, longestRetryAfterMs);
      const spans = by === 'vtn' ? vtn : tokenEndpoint;
      if (ms > 0 && spans.add(clock.monotonic(), ms)) tell({ by, status, seconds: ms / 1000 });
    },
    totals() {
      const now = clock.monotonic();
      return { vtn: vtn.total(now), tokenEndpoint: tokenEndpoint.total(now) };
    },
  };
}

/** Stretches of time that may overlap, as the union that they are. */
function createSpans() {
  let times = 0;
  let passedMs = 0;
  let from = 0;
  let until = Number.NEGATIVE_INFINITY;
  return {
    /** Returns whether this is news. */
    add(now: number, ms: number): boolean {
      const isNew = now >= until;
      if (isNew) {
        if (times > 0) passedMs += until - from;
        times++;
        from = now;
      }
      const isLonger = now + ms > until + togetherMs;
      until = Math.max(until, now + ms);
      return isNew || isLonger;
    },
    total(now: number): WaitTotal {
      const ms = times === 0 ? 0 : passedMs + Math.min(now, until) - from;
      return { times, seconds: Math.round(ms) / 1000 };
    },
  };
}
