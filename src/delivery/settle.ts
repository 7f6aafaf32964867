import type { Trace } from '../core/trace.ts';
import type { WireRequest, WireResponse } from '../openadr/http/transport.ts';
import { exchange } from './exchange.ts';
import type { CreateOutcome, PagedFindOutcome } from './outcome.ts';
import type { Sender } from './sender.ts';
import { afterCreate, afterFind, firstStep, type Move, type Step, type Unsettled } from './settling-steps.ts';
import { mayGiveUp, type Tries, triesOf, waitBeforeRetry, withoutEnd } from './tries.ts';

/** A thing that must be on the VTN exactly once: how to say it, and how to read what the VTN says of it. */
export interface Creation {
  readonly trace: Trace;
  create(): WireRequest;
  readCreate(response: WireResponse): CreateOutcome;
  /** Names under which an earlier run may have sent it; none where it is not given. */
  readonly formerNames?: number;
  /**
   * Looks it up by its former name of this number, counted from 1; 0: by its present one. Where that takes a listing, what
   * comes after the first `skip` of it; 0: from its beginning.
   */
  find(formerName: number, skip: number): WireRequest;
  readFind(response: WireResponse, claimedId: string | undefined, skip: number): PagedFindOutcome;
}

export type Settled = Extract<Step, { at: 'mapped' | 'failed' }> | { readonly at: 'stopped' };

/**
 * Brings one thing to its end: on the VTN under a known id, or failed with a reason; `stopped` where the job
 * was aborted first. Throws only what ends the whole job (see `exchange`).
 */
export async function settle(thing: Creation, sender: Sender): Promise<Settled> {
  const { graceMs } = sender.link.retry;
  let step: Step = firstStep(thing.trace, thing.formerNames);
  while (step.at !== 'mapped' && step.at !== 'failed') {
    const move: Move | undefined = await nextMove(thing, step, sender, graceMs);
    if (move === undefined) return { at: 'stopped' };
    step = move.step;
    if (move.wait) await waitBeforeRetry(sender, move.wait.tries, move.wait.retryAfterMs);
  }
  return step;
}

/** Sends what a step asks for, and makes the move that the answer means; undefined where the job was aborted. */
async function nextMove(
  thing: Creation,
  step: Unsettled,
  sender: Sender,
  graceMs: number | undefined,
): Promise<Move | undefined> {
  if (step.at === 'to-create') {
    const outcome = await exchange<CreateOutcome, 'ambiguous'>(
      () => thing.create(),
      thing.readCreate,
      'ambiguous',
      sender,
    );
    return outcome && decided(outcome.kind, (tries) => afterCreate(step, outcome, tries), sender);
  }
  const outcome = await exchange<PagedFindOutcome, 'failed'>(
    () => thing.find(step.formerName, step.skip),
    (response) => thing.readFind(response, step.claimedId, step.skip),
    'failed',
    sender,
  );
  return outcome && decided(outcome.kind, (tries) => afterFind(step, outcome, tries, graceMs), sender);
}

/** A thing is given up only where the VTN answers others: one that is gone never refused it. */
async function decided(
  kind: (CreateOutcome | PagedFindOutcome)['kind'],
  moveAfter: (tries: Tries) => Move,
  sender: Sender,
): Promise<Move> {
  const move = moveAfter(triesOf(sender));
  const isGivenUp = move.step.at === 'failed' && (kind === 'failed' || kind === 'throttled');
  return isGivenUp && !(await mayGiveUp(sender)) ? moveAfter(withoutEnd) : move;
}
