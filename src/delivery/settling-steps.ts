/*
 * What becomes of one thing (a VEN, a load) in a job. Its states, and the only moves between them:
 *
 *   to-create ─┬─ created ────────────────────────────► mapped
 *              ├─ exists, ambiguous, nonsense ────────► to-find
 *              ├─ accepted ───────────────────────────► to-find     after the wait that it asks for
 *              ├─ failed ─────────────────────────────► to-create   after a wait; a bounded number of times
 *              └─ refused ────────────────────────────► failed
 *
 *   to-find ───┬─ found ──────────────────────────────► mapped
 *              ├─ not on this page of a listing ──────► to-find     on the next one
 *              ├─ absent, by a former name ───────────► to-find     by the next one, at last by its own
 *              ├─ absent, it may still be under way ──► to-find     after the grace; once for each sending
 *              ├─ absent, it had been accepted ───────► to-find     several times within the grace, then failed
 *              ├─ absent, it had been ambiguous ──────► to-create   a bounded number of times
 *              ├─ absent, the VTN says it exists ─────► to-find     after a wait; twice, then failed
 *              ├─ absent, after nonsense ─────────────► failed
 *              ├─ failed ─────────────────────────────► to-find     after a wait; a bounded number of times
 *              └─ refused ────────────────────────────► failed
 *
 *   Throttled, it stays where it is: after a wait, tried again; a larger number of times.
 *
 * `mapped` and `failed` are the ends. Only `afterCreate` and `afterFind` move a thing, and its trace.
 */
import { defaultGraceMs } from '../core/retry.ts';
import type { Evidence, Trace } from '../core/trace.ts';
import type { CreateOutcome, PagedFindOutcome } from './outcome.ts';
import { givenUp, type Tries } from './tries.ts';

/** Why a thing must be looked up. */
type Doubt = 'trace' | 'exists' | 'ambiguous' | 'accepted' | 'nonsense';

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
  /** Where the look-up reads a listing page by page: what of it was read. */
  readonly skip: number;
}

interface Mapped {
  readonly at: 'mapped';
  readonly id: string;
  /** `told`: the VTN was told of it just now; `shown`: at some earlier time. */
  readonly evidence: Evidence;
  /** See `Found`. */
  readonly clientId?: string;
}

interface Failed {
  readonly at: 'failed';
  readonly status: number | null;
  readonly reason: string;
  /** Whether it may be on the VTN all the same. */
  readonly trace: Extract<Trace, 'none' | 'maybe-sent'>;
}

type Throttled = Extract<CreateOutcome, { kind: 'throttled' }>;

export type Unsettled = ToCreate | ToFind;
export type Step = Unsettled | Mapped | Failed;

/** A step, and how to wait before it: number `tries` of the backoff, and what the VTN asked for. */
export interface Move {
  readonly step: Step;
  readonly wait?: { readonly tries: number; readonly retryAfterMs: number | undefined };
}

/** Look-ups that may find nothing while the VTN insists that the thing exists: it may be slow to list it. */
const missesAllowed = 2;

/**
 * What the VTN accepted is looked for until the grace is over, each time after this share of it: soon, for a VTN that is
 * only a little late, and then less often.
 */
export const sharesOfGrace = [1 / 8, 1 / 8, 1 / 4, 1 / 2] as const;

/** Statuses by which the server itself says that it is done with a request. */
const endingStatuses: readonly (number | null)[] = [500, 501, 503];

/** Whether the server may still be at a request: without an answer, and with those of a gateway before it (408, 502, 504, …). */
export const mayBeUnderWay = (status: number | null) => !endingStatuses.includes(status);

/** Where a thing begins. */
export function firstStep(trace: Trace, formerNames = 0): Unsettled {
  if (trace === 'none') return { at: 'to-create', creates: 0, throttled: 0 };
  return {
    at: 'to-find',
    creates: 0,
    throttled: 0,
    doubt: 'trace',
    status: null,
    reason: 'an earlier run may have sent it',
    claimedId: undefined,
    finds: 0,
    misses: 0,
    underWay: trace === 'maybe-sent',
    formerNames,
    formerName: formerNames,
    skip: 0,
  };
}

function afterThrottle(step: Unsettled, outcome: Throttled, allowed: Tries): Move {
  const throttled = step.throttled + 1;
  if (throttled >= allowed.throttles) {
    return failed(outcome, step.at === 'to-find' ? 'maybe-sent' : 'none', throttled);
  }
  return { step: { ...step, throttled }, wait: { tries: throttled, retryAfterMs: outcome.retryAfterMs } };
}

/** The move of a thing that was to be created, by what the VTN answered. */
export function afterCreate(step: ToCreate, outcome: CreateOutcome, allowed: Tries): Move {
  switch (outcome.kind) {
    case 'throttled':
      return afterThrottle(step, outcome, allowed);
    case 'created':
      return { step: { at: 'mapped', id: outcome.id, evidence: 'told' } };
    case 'refused':
      return failed(outcome, 'none');
    case 'failed': {
      const creates = step.creates + 1;
      if (creates >= allowed.failures) return failed(outcome, 'none', creates);
      return {
        step: { ...step, creates },
        wait: { tries: creates, retryAfterMs: outcome.retryAfterMs },
      };
    }
    default:
      return toFind(step, outcome);
  }
}

/** What is in doubt may still be on its way through the VTN: that is given time before it is looked for. */
function toFind(
  { creates: before, throttled }: ToCreate,
  outcome: Extract<CreateOutcome, { kind: 'exists' | 'ambiguous' | 'accepted' | 'nonsense' }>,
): Move {
  const { kind: doubt, status, reason } = outcome;
  const creates = before + 1;
  const step: ToFind = {
    at: 'to-find',
    creates,
    throttled,
    doubt,
    status,
    reason,
    claimedId: outcome.kind === 'exists' || outcome.kind === 'accepted' ? outcome.id : undefined,
    finds: 0,
    misses: 0,
    underWay: doubt === 'ambiguous' && mayBeUnderWay(status),
    formerNames: 0,
    formerName: 0,
    skip: 0,
  };
  if (outcome.kind !== 'ambiguous' && outcome.kind !== 'accepted') return { step };
  return { step, wait: { tries: creates, retryAfterMs: outcome.retryAfterMs } };
}

/** The move of a thing that was looked up, by what the VTN answered. `graceMs`: see `RetryPolicy`. */
export function afterFind(
  step: ToFind,
  outcome: PagedFindOutcome,
  allowed: Tries,
  graceMs: number = defaultGraceMs,
): Move {
  switch (outcome.kind) {
    case 'throttled':
      return afterThrottle(step, outcome, allowed);
    case 'found': {
      const { id, clientId } = outcome;
      return {
        step: { at: 'mapped', id, evidence: 'shown', ...(clientId !== undefined && { clientId }) },
      };
    }
    case 'refused':
      return failed(outcome, step.doubt === 'exists' ? 'none' : 'maybe-sent');
    case 'failed': {
      const finds = step.finds + 1;
      if (finds >= allowed.failures) return failed(outcome, 'maybe-sent', finds);
      return { step: { ...step, finds }, wait: { tries: finds, retryAfterMs: outcome.retryAfterMs } };
    }
    case 'next-page':
      return { step: { ...step, skip: outcome.skip } };
    case 'absent':
      return afterMiss({ ...step, skip: 0 }, outcome.impostor, allowed, graceMs);
  }
}

function afterMiss(step: ToFind, impostor: string | undefined, allowed: Tries, graceMs: number): Move {
  const { doubt, creates, reason, status, formerName, formerNames } = step;
  // Another load may rightly have one of its former names by now.
  if (formerName > 0) return { step: { ...step, formerName: formerName - 1 } };
  if (impostor !== undefined) return failed({ status, reason: `conflict: ${impostor}` }, 'none');
  if (doubt === 'nonsense')
    return failed({ status, reason: `${reason}; and a look-up found nothing` }, 'maybe-sent');
  if (doubt === 'exists') {
    const misses = step.misses + 1;
    if (misses <= missesAllowed) {
      return { step: { ...step, misses }, wait: { tries: misses, retryAfterMs: undefined } };
    }
    return failed({ status, reason: `${reason}; but a look-up finds nothing of ours` }, 'none');
  }
  if (doubt === 'accepted') return afterMissOfAccepted(step, graceMs);
  if (step.underWay) {
    const again = { ...step, underWay: false, formerName: formerNames };
    return { step: again, wait: { tries: 1, retryAfterMs: graceMs } };
  }
  if (creates >= allowed.failures) return failed({ status, reason }, 'maybe-sent', creates);
  return { step: { at: 'to-create', creates, throttled: step.throttled } };
}

/** The VTN has it in hand, so it is never sent again, but waited for; the next run looks it up once more. */
function afterMissOfAccepted(step: ToFind, graceMs: number): Move {
  const share = sharesOfGrace[step.misses];
  if (share !== undefined) {
    const wait = { tries: 1, retryAfterMs: share * graceMs };
    return { step: { ...step, misses: step.misses + 1 }, wait };
  }
  const reason = `${step.reason}; but it was not listed within the grace of ${graceMs / 1000} s (--grace)`;
  return failed({ status: step.status, reason }, 'maybe-sent');
}

/** `tries`: after how many it was given up. */
function failed(
  why: { readonly status: number | null; readonly reason: string },
  trace: Failed['trace'],
  tries?: number,
): Move {
  const reason = tries === undefined ? why.reason : givenUp(why.reason, tries);
  return { step: { at: 'failed', status: why.status, reason, trace } };
}
