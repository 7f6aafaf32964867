import type { WireRequest, WireResponse } from '../openadr/http/transport.ts';
import { exchange } from './exchange.ts';
import type { Answer } from './outcome.ts';
import type { Sender } from './sender.ts';
import { givenUp, mayGiveUp, triesOf, waitBeforeRetry } from './tries.ts';

/** How a request ended that may be sent again as often as need be. */
export type Answered<T> =
  | { readonly at: 'done'; readonly value: T }
  | {
      readonly at: 'failed';
      readonly status: number | null;
      readonly reason: string;
      /** The VTN refused it, or there was no token for it: to ask again would change nothing. */
      readonly isRefusal: boolean;
    }
  | { readonly at: 'stopped' };

/**
 * Sends a request that changes nothing, or the same thing however often it comes (GET, PUT, DELETE), until it
 * is answered: after a lost answer or a passing failure again, after a wait, a bounded number of times.
 * `stopped` where the job was aborted first. Throws only what ends the whole job (see `exchange`).
 */
export async function sendUntilAnswered<T>(
  request: WireRequest,
  read: (response: WireResponse) => Answer<T>,
  sender: Sender,
): Promise<Answered<T>> {
  let failures = 0;
  let throttles = 0;
  for (;;) {
    const answer: Answer<T> | undefined = await exchange<Answer<T>, 'failed'>(
      () => request,
      read,
      'failed',
      sender,
    );
    if (answer === undefined) return { at: 'stopped' };
    if (answer.kind === 'done') return { at: 'done', value: answer.value };
    const { status, reason } = answer;
    if (answer.kind === 'refused') return { at: 'failed', status, reason, isRefusal: true };
    const allowed = triesOf(sender);
    const isThrottle = answer.kind === 'throttled';
    const tries = isThrottle ? ++throttles : ++failures;
    const isSpent = tries >= (isThrottle ? allowed.throttles : allowed.failures);
    if (isSpent && (await mayGiveUp(sender))) {
      return { at: 'failed', status, reason: givenUp(reason, tries), isRefusal: false };
    }
    await waitBeforeRetry(sender, tries, answer.retryAfterMs);
  }
}
