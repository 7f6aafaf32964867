import type { Random } from './random.ts';

/** How often a thing is tried, and how long to wait in between. */
export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly maxAttempts: number;
  /** Upper bound of the wait after the first failed try, in milliseconds; doubles with each further one. */
  readonly baseMs: number;
  /** No wait is longer than this, in milliseconds, but for one that the VTN itself asks for. */
  readonly capMs: number;
  /**
   * How long the VTN may still be busy with a request whose answer was lost, in milliseconds: until then, that
   * a look-up finds nothing proves nothing. Default `defaultGraceMs`.
   */
  readonly graceMs?: number | undefined;
}

export const defaultGraceMs = 2_000;
export const longestGraceMs = 120_000;

export const defaultRetryPolicy: RetryPolicy = { maxAttempts: 10, baseMs: 100, capMs: 10_000 };

/** The longest `Retry-After` that is honoured, in milliseconds; a longer one is cut to it. */
export const longestRetryAfterMs = 120_000;

/**
 * Milliseconds to wait after failed try number `attempt` (1, 2, …): exponential backoff with full jitter
 * (uniform in [0, bound)), but never less than the VTN's own `Retry-After`.
 */
export function retryDelayMs(
  attempt: number,
  policy: RetryPolicy,
  random: Random,
  retryAfterMs: number | undefined,
): number {
  const bound = Math.min(policy.capMs, policy.baseMs * 2 ** (attempt - 1));
  const asked = Math.min(retryAfterMs ?? 0, longestRetryAfterMs);
  return asked + random() * bound;
}
