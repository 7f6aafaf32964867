import type { Clock } from '../core/clock.ts';
import { type ErrorCode, VenfleetError } from '../core/errors.ts';
import type { Random } from '../core/random.ts';
import { type RetryPolicy, retryDelayMs } from '../core/retry.ts';
import type {
  Answer,
  CreateOutcome,
  FindOutcome,
  Transport,
  WireProfile,
  WireRequest,
  WireResponse,
} from '../profiles/registration-profile.ts';
import type { Ending } from './pacing/gate.ts';
import type { Pacing } from './pacing/pacing.ts';
import { firstStep, nextStep, type Step } from './settling-steps.ts';
import type { Health } from './vtn-health.ts';

/** What every exchange of a run needs. */
export interface RunContext {
  readonly transport: Transport;
  readonly profile: WireProfile;
  readonly pacing: Pacing;
  readonly health: Health;
  readonly retry: RetryPolicy;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborts when the run is to stop, whoever asked for it. */
  readonly signal: AbortSignal;
}

/** A thing to be on the VTN: how to say it, and how to read what the VTN says of it. */
export interface Subject {
  readonly maybeSent: boolean;
  /** Where it may have been sent: whether that may still be on its way. Default: it may. */
  readonly underWay?: boolean | undefined;
  create(): WireRequest;
  readCreate(response: WireResponse): CreateOutcome;
  /** Names under which an earlier run may have sent it; none where it is not given. */
  readonly formerNames?: number;
  /** Looks it up by its former name of this number, counted from 1; 0: by its present one. */
  find(formerName: number): WireRequest;
  readFind(response: WireResponse, claimedId: string | undefined): FindOutcome;
}

export type Settled = Extract<Step, { at: 'mapped' | 'failed' }> | { readonly at: 'stopped' };

/**
 * Brings one thing to its end: on the VTN under a known id, or failed with a reason; `stopped` where the run
 * was aborted first. Throws only what ends the whole run (see `Health`; VTN_TLS; credentials that all share).
 */
export async function settle(subject: Subject, context: RunContext): Promise<Settled> {
  let step: Step = firstStep(subject.maybeSent, subject.formerNames, subject.underWay);
  while (step.at !== 'mapped' && step.at !== 'failed') {
    const now: Extract<Step, { at: 'to-create' | 'to-find' }> = step;
    const outcome = await context.pacing.exchange<CreateOutcome | FindOutcome>(
      () =>
        now.at === 'to-create'
          ? attempt(context, subject.create(), subject.readCreate, 'ambiguous', isOwnRefusal)
          : attempt(
              context,
              subject.find(now.formerName),
              (response) => subject.readFind(response, now.claimedId),
              'failed',
              isOwnRefusal,
            ),
      endingOf,
    );
    if (outcome === undefined) return { at: 'stopped' };
    const move = nextStep(now, outcome, patient(context));
    step = move.step;
    if (move.wait) await rest(context, move.wait);
  }
  return step;
}

/** How often things are tried: no one thing is given up because the VTN takes nothing at all. `Health` ends that. */
export function patient({ retry, health }: Pick<RunContext, 'retry' | 'health'>): RetryPolicy {
  return health.takesNothing() ? { ...retry, maxAttempts: Number.POSITIVE_INFINITY } : retry;
}

function rest(context: RunContext, wait: { tries: number; retryAfterMs: number | undefined }): Promise<void> {
  const ms = retryDelayMs(wait.tries, context.retry, context.random, wait.retryAfterMs);
  return context.clock.sleep(ms, context.signal);
}

const answered: Ending = { end: 'success' };
const overloaded: Ending = { end: 'dropped' };
const unclear: Ending = { end: 'ignored' };

type Outcome = CreateOutcome | FindOutcome | Answer<unknown>;

/** What an outcome says about how much the VTN has to do. */
export function endingOf(outcome: Outcome): Ending {
  switch (outcome.kind) {
    case 'throttled':
      return { end: 'dropped', pauseMs: outcome.retryAfterMs ?? 0 };
    case 'ambiguous':
    case 'failed':
      return outcome.status === 503 || outcome.status === 504 ? overloaded : unclear;
    default:
      return answered;
  }
}

/** What says that there is no token for one client, and nothing of those of others. */
const refusals: readonly ErrorCode[] = [
  'CREDENTIALS_MISSING',
  'OAUTH_REFUSED',
  'OAUTH_SCOPE',
  'TOKEN_INVALID',
];

/** Whether an error concerns the one client alone with whose credentials a request was to go out. */
export function isOwnRefusal(error: unknown, { ownCredentials }: Transport): boolean {
  return ownCredentials === true && error instanceof VenfleetError && refusals.includes(error.code);
}

/**
 * Sends once and reads the answer; `lost` is what a missing answer means for this kind of request. `isRefusal`
 * tells errors that are this request's own; others that are final are thrown.
 */
export function attempt<T extends Outcome, L extends 'ambiguous' | 'failed'>(
  { transport, health }: Pick<RunContext, 'transport' | 'health'>,
  request: WireRequest,
  read: (response: WireResponse) => T,
  lost: L,
  isRefusal?: (error: VenfleetError, transport: Transport) => boolean,
): Promise<T | { kind: L | 'failed' | 'refused'; status: null; reason: string }> {
  return transport.send(request).then(
    (response) => {
      const outcome = read(response);
      health.answered(response.status, 'reason' in outcome ? outcome.reason : '');
      return outcome;
    },
    (error: unknown) => {
      if (!(error instanceof VenfleetError)) throw error;
      if (isRefusal?.(error, transport)) return { kind: 'refused', status: null, reason: error.message };
      if (!error.retryable) throw error;
      health.unanswered(error);
      const kind = error.code === 'VTN_NO_ANSWER' ? lost : 'failed';
      return { kind, status: null, reason: error.message };
    },
  );
}
