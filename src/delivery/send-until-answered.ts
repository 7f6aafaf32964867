import { retryDelayMs } from '../core/retry.ts';
import type { Answer, WireRequest, WireResponse } from '../profiles/registration-profile.ts';
import { attempt, endingOf, patient, type RunContext } from './settle.ts';
import { patienceFactor } from './settling-steps.ts';

/** How a request ended that may be sent again as often as need be. */
export type Insisted<T> =
  | { readonly at: 'done'; readonly value: T }
  | { readonly at: 'failed'; readonly status: number | null; readonly reason: string }
  | { readonly at: 'stopped' };

/**
 * Sends a request that changes nothing, or the same thing however often it comes (GET, PUT, DELETE), until it
 * is answered: after a lost answer or a passing failure again, after a wait, a bounded number of times.
 * `stopped` where the run was aborted first. Throws only what ends the whole run (see `Health`; VTN_TLS).
 */
export async function insist<T>(
  request: WireRequest,
  read: (response: WireResponse) => Answer<T>,
  context: RunContext,
): Promise<Insisted<T>> {
  let failures = 0;
  let throttles = 0;
  for (;;) {
    const answer = await context.pacing.exchange<Answer<T>>(
      () => attempt(context, request, read, 'failed'),
      endingOf,
    );
    if (answer === undefined) return { at: 'stopped' };
    if (answer.kind === 'done') return { at: 'done', value: answer.value };
    const { status, reason } = answer;
    if (answer.kind === 'refused') return { at: 'failed', status, reason };
    const { maxAttempts } = patient(context);
    const isThrottle = answer.kind === 'throttled';
    const tries = isThrottle ? ++throttles : ++failures;
    if (tries >= (isThrottle ? maxAttempts * patienceFactor : maxAttempts)) {
      return { at: 'failed', status, reason: `${reason} (given up after ${tries} tries)` };
    }
    const ms = retryDelayMs(tries, context.retry, context.random, answer.retryAfterMs);
    await context.clock.sleep(ms, context.signal);
  }
}
