import type { Clock } from '../../core/clock.ts';

/** When the next request may be sent. Decides only; the gate enforces it. */
export interface RateLimit {
  /** Milliseconds until the next request may be sent; 0: now. */
  waitMs(): number;
  /** A request is sent now. */
  take(): void;
  /** A request ended otherwise than by such a refusal. */
  accepted(): void;
  /**
   * The VTN refused a request for coming too fast. `sentAt`: when it was sent, on the clock of `monotonic()`;
   * `pauseMs`: for how long it asks for silence.
   */
  refused(sentAt: number, pauseMs: number): void;
  /** The most that the VTN takes in a second, as its refusals taught; null: they did not. */
  learned(): number | null;
}

/** Requests that fell behind, since timers are late, may catch up by so many milliseconds. */
const catchUpMs = 10;

/** No limit at all. */
export const anyRate: RateLimit = {
  waitMs: () => 0,
  take: () => undefined,
  accepted: () => undefined,
  refused: () => undefined,
  learned: () => null,
};

/** Both limits hold. */
export function bothRates(a: RateLimit, b: RateLimit): RateLimit {
  return {
    waitMs: () => Math.max(a.waitMs(), b.waitMs()),
    take() {
      a.take();
      b.take();
    },
    accepted() {
      a.accepted();
      b.accepted();
    },
    refused(sentAt, pauseMs) {
      a.refused(sentAt, pauseMs);
      b.refused(sentAt, pauseMs);
    },
    learned: () => a.learned() ?? b.learned(),
  };
}

/**
 * At most `perSecond` requests in any second, evenly spread. (Fewer than one a second: one in that time.)
 */
export function cappedRate(perSecond: number, clock: Clock): RateLimit {
  const count = Math.max(1, Math.floor(perSecond));
  const periodMs = (count / perSecond) * 1000;
  /** When the last `count` requests were sent; `next` is the place of the oldest. */
  const sent = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  let next = 0;
  const spread = evenly(() => perSecond, clock);
  return {
    ...anyRate,
    waitMs: () => Math.max(spread.waitMs(), sent[next]! + periodMs - clock.monotonic()),
    take() {
      spread.take();
      sent[next] = clock.monotonic();
      next = (next + 1) % count;
    },
  };
}

/** Spreads requests evenly at a rate, per second, that may change. */
export function evenly(perSecond: () => number, clock: Clock): Pick<RateLimit, 'waitMs' | 'take'> {
  let due = Number.NEGATIVE_INFINITY;
  return {
    waitMs: () => Math.max(0, due - clock.monotonic()),
    take() {
      due = Math.max(due, clock.monotonic() - catchUpMs) + 1000 / perSecond();
    },
  };
}
