/*
 * What becomes of one thing (a VEN, a load) in a run. Its states, and the only moves between them:
 *
 *   to-create ─┬─ created ────────────────────────────► mapped
 *              ├─ exists, ambiguous, nonsense ────────► to-find
 *              ├─ failed ─────────────────────────────► to-create   after a wait; a bounded number of times
 *              └─ refused ────────────────────────────► failed
 *
 *   to-find ───┬─ found ──────────────────────────────► mapped
 *              ├─ absent, by a former name ───────────► to-find     by the next one, at last by its own
 *              ├─ absent, it may still be under way ──► to-find     after the grace; once for each sending
 *              ├─ absent, it had been ambiguous ──────► to-create   a bounded number of times
 *              ├─ absent, the VTN says it exists ─────► to-find     after a wait; twice, then failed
 *              ├─ absent, after nonsense ─────────────► failed
 *              ├─ failed ─────────────────────────────► to-find     after a wait; a bounded number of times
 *              └─ refused ────────────────────────────► failed
 *
 *   Throttled, it stays where it is: after a wait, tried again; a larger number of times.
 *
 * `mapped` and `failed` are the ends. Only `nextStep` moves a thing.
 */
import { defaultGraceMs, type RetryPolicy } from '../core/retry.ts';
import type { CreateOutcome, FindOutcome } from '../profiles/registration-profile.ts';

/** Why a thing must be looked up. */
type Doubt = 'maybe-sent' | 'exists' | 'ambiguous' | 'nonsense';

interface ToCreate {
  readonly at: 'to-create';
  /** Creations tried so far without success. */
  readonly creates: number;
  /** Times that the VTN said "not now". */
  readonly throttled: number;
}

interface ToFind {
  readonly at: 'to-find';
  readonly creates: number;
  readonly throttled: number;
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
  /** The VTN may still be about to carry it out: that a look-up finds nothing proves nothing yet. */
  readonly underWay: boolean;
  /**
   * Names that it may have had when an earlier run sent it: how many, and which of them the next look-up is by,
   * counted down; 0: the present one.
   */
  readonly formerNames: number;
  readonly formerName: number;
}

interface Mapped {
  readonly at: 'mapped';
  readonly id: string;
  /** The VTN was told of it just now, and not at some earlier time. */
  readonly created: boolean;
  /** See `Found`. */
  readonly clientId?: string;
}

interface Failed {
  readonly at: 'failed';
  readonly status: number | null;
  readonly reason: string;
  /** It may be on the VTN all the same. */
  readonly inDoubt: boolean;
}

type Throttled = Extract<CreateOutcome, { kind: 'throttled' }>;

export type Step = ToCreate | ToFind | Mapped | Failed;

/** A step, and how to wait before it: number `tries` of the backoff, and what the VTN asked for. */
export interface Move {
  readonly step: Step;
  readonly wait?: { readonly tries: number; readonly retryAfterMs: number | undefined };
}

/** Look-ups that may find nothing while the VTN insists that the thing exists: it may be slow to list it. */
const missesAllowed = 2;

/**
 * Statuses by which the server itself says that it is done with a request. Without an answer, and with those of
 * a gateway (408, 502, 504, …), the server behind may still be at it.
 */
const endingStatuses: readonly (number | null)[] = [500, 501, 503];

/** "Not now" is no failure: it may be said this many times more often than a request may fail. */
export const patienceFactor = 10;

/** `underWay`: an earlier run may have sent it just now, so that its request may still be on its way. */
export const firstStep = (maybeSent: boolean, formerNames = 0, underWay = true): ToCreate | ToFind =>
  maybeSent
    ? {
        at: 'to-find',
        creates: 0,
        throttled: 0,
        doubt: 'maybe-sent',
        status: null,
        reason: 'an earlier run may have sent it',
        claimedId: undefined,
        finds: 0,
        misses: 0,
        underWay,
        formerNames,
        formerName: formerNames,
      }
    : { at: 'to-create', creates: 0, throttled: 0 };

/** The move that an outcome causes: the whole of the table above. */
export function nextStep(
  step: ToCreate | ToFind,
  outcome: CreateOutcome | FindOutcome,
  policy: RetryPolicy,
): Move {
  if (outcome.kind === 'throttled') return afterThrottle(step, outcome, policy);
  return step.at === 'to-create'
    ? afterCreate(step, outcome as Exclude<CreateOutcome, Throttled>, policy)
    : afterFind(step, outcome as Exclude<FindOutcome, Throttled>, policy);
}

function afterThrottle(step: ToCreate | ToFind, outcome: Throttled, policy: RetryPolicy): Move {
  const throttled = step.throttled + 1;
  if (throttled >= policy.maxAttempts * patienceFactor) {
    return failed(givenUp(outcome, throttled), step.at === 'to-find');
  }
  return { step: { ...step, throttled }, wait: { tries: throttled, retryAfterMs: outcome.retryAfterMs } };
}

function afterCreate(step: ToCreate, outcome: Exclude<CreateOutcome, Throttled>, policy: RetryPolicy): Move {
  switch (outcome.kind) {
    case 'created':
      return { step: { at: 'mapped', id: outcome.id, created: true } };
    case 'refused':
      return failed(outcome, false);
    case 'failed': {
      const creates = step.creates + 1;
      if (creates >= policy.maxAttempts) return failed(givenUp(outcome, creates), false);
      return {
        step: { ...step, creates },
        wait: { tries: creates, retryAfterMs: outcome.retryAfterMs },
      };
    }
    default: {
      const { kind: doubt, status, reason } = outcome;
      const claimedId = outcome.kind === 'exists' ? outcome.id : undefined;
      const creates = step.creates + 1;
      const { throttled } = step;
      const find: ToFind = {
        at: 'to-find',
        creates,
        throttled,
        doubt,
        status,
        reason,
        claimedId,
        finds: 0,
        misses: 0,
        underWay: doubt === 'ambiguous' && !endingStatuses.includes(status),
        formerNames: 0,
        formerName: 0,
      };
      // What is in doubt may still be on its way through the VTN: give it time before looking.
      if (doubt !== 'ambiguous') return { step: find };
      const retryAfterMs = outcome.kind === 'ambiguous' ? outcome.retryAfterMs : undefined;
      return { step: find, wait: { tries: creates, retryAfterMs } };
    }
  }
}

function afterFind(step: ToFind, outcome: Exclude<FindOutcome, Throttled>, policy: RetryPolicy): Move {
  switch (outcome.kind) {
    case 'found': {
      const { id, clientId } = outcome;
      return {
        step: { at: 'mapped', id, created: false, ...(clientId !== undefined && { clientId }) },
      };
    }
    case 'refused':
      return failed(outcome, step.doubt !== 'exists');
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
  const { doubt, creates, reason, status, formerName, formerNames } = step;
  // Whoever has a former name now may well have it by right.
  if (formerName > 0) return { step: { ...step, formerName: formerName - 1 } };
  if (impostor !== undefined) return failed({ status, reason: `conflict: ${impostor}` }, false);
  if (doubt === 'nonsense') return failed({ status, reason: `${reason}; and a look-up found nothing` }, true);
  if (doubt === 'exists') {
    const misses = step.misses + 1;
    if (misses <= missesAllowed) {
      return { step: { ...step, misses }, wait: { tries: misses, retryAfterMs: undefined } };
    }
    return failed({ status, reason: `${reason}; but a look-up finds nothing of ours` }, false);
  }
  if (step.underWay) {
    const graceMs = policy.graceMs ?? defaultGraceMs;
    const again = { ...step, underWay: false, formerName: formerNames };
    return { step: again, wait: { tries: 1, retryAfterMs: graceMs } };
  }
  if (creates >= policy.maxAttempts) return failed(givenUp({ status, reason }, creates), true);
  return { step: { at: 'to-create', creates, throttled: step.throttled } };
}

function failed(why: { status: number | null; reason: string }, inDoubt: boolean): Move {
  return { step: { at: 'failed', status: why.status, reason: why.reason, inDoubt } };
}

function givenUp(why: { status: number | null; reason: string }, tries: number) {
  return { status: why.status, reason: `${why.reason} (given up after ${tries} tries)` };
}
