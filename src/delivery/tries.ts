import { retryDelayMs } from '../core/retry.ts';
import { takesNothing } from './give-up.ts';
import type { Sender } from './sender.ts';
import { lookAtVtn } from './vtn-state.ts';

/** "Not now" is no failure: it may be said this many times more often than a request may fail. */
const throttledFactor = 10;

/** How often one thing is tried. */
export interface Tries {
  /** Failures, the last of which is the end. */
  readonly failures: number;
  /** Times that the VTN may say "not now". */
  readonly throttles: number;
}

/** How often things are tried: none is given up because the VTN takes nothing at all. That ends the whole job. */
export function triesOf({ link: { retry, health } }: Sender): Tries {
  const failures = takesNothing(health) ? Number.POSITIVE_INFINITY : retry.maxAttempts;
  return { failures, throttles: failures * throttledFactor };
}

/** No end: it is the VTN that does not answer, not this one thing that it does not take. */
export const withoutEnd: Tries = {
  failures: Number.POSITIVE_INFINITY,
  throttles: Number.POSITIVE_INFINITY,
};

/**
 * Whether a thing that has been tried so often may be given up: not while the VTN, after a request without an answer
 * or a "not now", answers nothing else either. That ends the whole job.
 */
export async function mayGiveUp(sender: Sender): Promise<boolean> {
  const { health } = sender.link;
  if (!health.silence() && !health.busyness()) return true;
  const state = await lookAtVtn(sender);
  return state === undefined ? !health.silence() : state !== 'silent';
}

/** How a thing is told to have been given up. */
export function givenUp(reason: string, tries: number): string {
  return `${reason} (given up after ${tries} tries)`;
}

/** Waits before try number `tries` (1, 2, …) of a thing is made again, and at least for as long as the VTN asked. */
export function waitBeforeRetry(
  sender: Sender,
  tries: number,
  retryAfterMs: number | undefined,
): Promise<void> {
  const { retry, random, clock } = sender.link;
  return clock.sleep(retryDelayMs(tries, retry, random, retryAfterMs), sender.signal);
}
