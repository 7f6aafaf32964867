/*
 * What becomes of one thing (a VEN, a load) in a run. Its states, and the only moves between them:
 *
 *   to-create ─┬─ created ────────────────────────────► mapped
 *              ├─ exists, ambiguous, nonsense ────────► to-find
 *              ├─ throttled, failed ──────────────────► to-create   after a wait; a bounded number of times
 *              └─ refused ────────────────────────────► failed
 *
 *   to-find ───┬─ found ──────────────────────────────► mapped
 *              ├─ absent, it had been ambiguous ──────► to-create   after a wait; a bounded number of times
 *              ├─ absent, the VTN says it exists ─────► to-find     after a wait; twice, then failed
 *              ├─ absent, after nonsense ─────────────► failed
 *              ├─ throttled, failed ──────────────────► to-find     after a wait; a bounded number of times
 *              └─ refused ────────────────────────────► failed
 *
 * `mapped` and `failed` are the ends. Only `nextStep` moves a thing.
 */
import type { RetryPolicy } from '../core/retry.ts';
import type { CreateOutcome, FindOutcome } from '../profiles/profile.ts';

/** Why a thing must be looked up. */
type Doubt = 'maybe-sent' | 'exists' | 'ambiguous' | 'nonsense';

interface ToCreate {
  readonly at: 'to-create';
  /** Creations tried so far without success. */
  readonly creates: number;
}

interface ToFind {
  readonly at: 'to-find';
  readonly creates: number;
  readonly doubt: Doubt;
  /** What raised the doubt, for the reason if it ends in failure. */
  readonly status: number | null;
  readonly reason: string;
  /** The id that the VTN gave with its claim that it exists. */
  readonly claimedId: string | undefined;
  /** Look-ups tried so far, for this doubt, that failed. */
  readonly finds: number;
  /** Look-ups so far, for this doubt, that found nothing. */
  readonly misses: number;
}

interface Mapped {
  readonly at: 'mapped';
  readonly id: string;
}

interface Failed {
  readonly at: 'failed';
  readonly status: number | null;
  readonly reason: string;
  /** It may be on the VTN all the same. */
  readonly inDoubt: boolean;
}

export type Step = ToCreate | ToFind | Mapped | Failed;

/** A step, and how to wait before it: number `tries` of the backoff, and what the VTN asked for. */
export interface Move {
  readonly step: Step;
  readonly wait?: { readonly tries: number; readonly retryAfterMs: number | undefined };
}

/** Look-ups that may find nothing while the VTN insists that the thing exists: it may be slow to list it. */
const missesAllowed = 2;

export const firstStep = (maybeSent: boolean): ToCreate | ToFind =>
  maybeSent
    ? {
        at: 'to-find',
        creates: 0,
        doubt: 'maybe-sent',
        status: null,
        reason: 'an earlier run may have sent it',
        claimedId: undefined,
        finds: 0,
        misses: 0,
      }
    : { at: 'to-create', creates: 0 };

/** The move that an outcome causes: the whole of the table above. */
export function nextStep(
  step: ToCreate | ToFind,
  outcome: CreateOutcome | FindOutcome,
  policy: RetryPolicy,
): Move {
  return step.at === 'to-create'
    ? afterCreate(step, outcome as CreateOutcome, policy)
    : afterFind(step, outcome as FindOutcome, policy);
}

function afterCreate(step: ToCreate, outcome: CreateOutcome, policy: RetryPolicy): Move {
  switch (outcome.kind) {
    case 'created':
      return { step: { at: 'mapped', id: outcome.id } };
    case 'refused':
      return failed(outcome, false);
    case 'throttled':
    case 'failed': {
      const creates = step.creates + 1;
      if (creates >= policy.maxAttempts) return failed(givenUp(outcome, creates), false);
      return {
        step: { at: 'to-create', creates },
        wait: { tries: creates, retryAfterMs: outcome.retryAfterMs },
      };
    }
    default: {
      const { kind: doubt, status, reason } = outcome;
      const claimedId = outcome.kind === 'exists' ? outcome.id : undefined;
      const creates = step.creates + 1;
      const find: ToFind = { at: 'to-find', creates, doubt, status, reason, claimedId, finds: 0, misses: 0 };
      // What is in doubt may still be on its way through the VTN: give it time before looking.
      if (doubt !== 'ambiguous') return { step: find };
      const retryAfterMs = outcome.kind === 'ambiguous' ? outcome.retryAfterMs : undefined;
      return { step: find, wait: { tries: creates, retryAfterMs } };
    }
  }
}

function afterFind(step: ToFind, outcome: FindOutcome, policy: RetryPolicy): Move {
  switch (outcome.kind) {
    case 'found':
      return { step: { at: 'mapped', id: outcome.id } };
    case 'refused':
      return failed(outcome, step.doubt !== 'exists');
    case 'throttled':
    case 'failed': {
      const finds = step.finds + 1;
      if (finds >= policy.maxAttempts) return failed(givenUp(outcome, finds), true);
      return { step: { ...step, finds }, wait: { tries: finds, retryAfterMs: outcome.retryAfterMs } };
    }
    case 'absent':
      return afterMiss(step, outcome.impostor, policy);
  }
}

function afterMiss(step: ToFind, impostor: string | undefined, policy: RetryPolicy): Move {
  const { doubt, creates, reason, status } = step;
  if (impostor !== undefined) return failed({ status, reason: `conflict: ${impostor}` }, false);
  if (doubt === 'nonsense') return failed({ status, reason: `${reason}; and a look-up found nothing` }, true);
  if (doubt === 'exists') {
    const misses = step.misses + 1;
    if (misses <= missesAllowed) {
      return { step: { ...step, misses }, wait: { tries: misses, retryAfterMs: undefined } };
    }
    return failed({ status, reason: `${reason}; but a look-up finds no resource of ours` }, false);
  }
  if (creates >= policy.maxAttempts) return failed(givenUp({ status, reason }, creates), true);
  return { step: { at: 'to-create', creates } };
}

function failed(why: { status: number | null; reason: string }, inDoubt: boolean): Move {
  return { step: { at: 'failed', status: why.status, reason: why.reason, inDoubt } };
}

function givenUp(why: { status: number | null; reason: string }, tries: number) {
  return { status: why.status, reason: `${why.reason} (given up after ${tries} tries)` };
}
