import { unlessAborted } from '../core/unless-aborted.ts';
import type { WireRequest, WireResponse } from '../openadr/http/transport.ts';
import { attempt, endingOf, type Outcome, type Unanswered } from './attempt.ts';
import { tokenRefused } from './give-up.ts';
import type { Sender } from './sender.ts';
import { lookAtVtn } from './vtn-state.ts';

/** A refusal that is not believed. */
type Passing = { kind: 'failed'; status: number | null; reason: string };

/**
 * Waits for a place, sends once and reads the answer; undefined where the job was aborted first. `lost` is what a
 * missing answer means for this kind of request. An answer that refuses the token (401, 403) is believed once the VTN refuses
 * harmless requests too; else it is about this request alone, and a 401 may pass. An error that concerns one client alone,
 * with whose credentials the request was to go out, is `refused`. Throws what makes the whole job pointless (see `whyGiveUp`; VTN_TLS; credentials
 * that all share).
 */
export async function exchange<T extends Outcome, L extends 'ambiguous' | 'failed'>(
  request: () => WireRequest,
  read: (response: WireResponse) => T,
  lost: L,
  sender: Sender,
): Promise<T | Unanswered<L> | Passing | undefined> {
  const passing = sender.entrance.pass(
    (standAside) => attempt(request(), read, lost, sender, standAside),
    endingOf,
  );
  const outcome = await (sender.onlyLooks ? unlessAborted(passing, sender.signal) : passing);
  if (outcome?.kind !== 'refused') return outcome;
  const { status, reason } = outcome as Extract<Outcome, { kind: 'refused' }>;
  if ((status !== 401 && status !== 403) || sender.transport.ownCredentials) return outcome;
  const state = await lookAtVtn(sender);
  if (sender.signal.aborted) return undefined;
  if (state === 'refuses-token') throw tokenRefused(sender.transport, status, reason);
  return status === 401 && state !== undefined ? { kind: 'failed', status, reason } : outcome;
}
