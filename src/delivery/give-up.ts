import { VenfleetError } from '../core/errors.ts';
import type { Transport } from '../openadr/http/transport.ts';
import type { VtnHealth } from './vtn-health.ts';

/** How long a VTN may leave every request unanswered, in milliseconds: at first contact, and later. */
const patienceMs = { first: 2_000, later: 15_000 };
/** Fewer failed requests in a row than this are no verdict, however long they took. */
const fewestFailures = 3;
/** So many refusals of the token (403) in a row, and nothing else, are a verdict. */
const mostForbidden = 20;
/** So many "not now" in a row: it is the VTN, not what it is asked. */
const fewestBusy = 20;
/** Milliseconds of nothing else that are a verdict: longer than a VTN takes to start anew. */
const busyPatienceMs = 180_000;
/** A VTN may ask to be left alone for longer than that, so that there are few of them. */
const fewestBusyInThat = 3;

/** Who asks whether to go on: to which VTN it sends, since when (`monotonic()`), and whether it would rather wait. */
export interface Waiter {
  readonly transport: Pick<Transport, 'url' | 'ownCredentials' | 'sendsNoToken'>;
  readonly startedAt: number;
  /** `wait`: for a VTN that is silent or busy, however long that lasts. */
  readonly whenDown: 'give-up' | 'wait';
  /** Whether it looks how the VTN is before it believes that the token is refused (vtn-state.ts). */
  readonly canLook?: boolean;
}

/**
 * Why a job has become pointless, so that it ends with one clear error instead of 116,412; undefined: it has not.
 * VTN_UNREACHABLE, VTN_LOST, VTN_TOO_LARGE, VTN_TLS_CLIENT, OAUTH_UNAVAILABLE: no answers; VTN_BUSY: none but "not
 * now"; VTN_TOKEN_REFUSED.
 */
export function whyGiveUp(health: VtnHealth, waiter: Waiter, now: number): VenfleetError | undefined {
  const waits = waiter.whenDown === 'wait';
  if (health.silence()) return waits ? undefined : whySilent(health, waiter, now);
  return whyRefused(health, waiter) ?? (waits ? undefined : whyBusy(health, waiter, now));
}

/** The VTN answers nothing but "not now": no reason to give up the one thing that it is asked. */
export function takesNothing(health: VtnHealth): boolean {
  return (health.busyness()?.count ?? 0) >= fewestBusy;
}

/** What the last request without an answer says of the whole job; undefined where there was an answer since. */
export function silenceError(health: VtnHealth, { transport: { url } }: Waiter): VenfleetError | undefined {
  const error = health.silence()?.error;
  // The token endpoint's trouble is not the VTN's; and what no waiting mends says itself what it is.
  if (!error?.retryable || error.code === 'OAUTH_UNAVAILABLE') return error;
  const problem = String(error.details.problem ?? error.message);
  // It is there, and it answers.
  if (error.suspicion === 'answer-too-large') return new VenfleetError('VTN_TOO_LARGE', { url, problem });
  if (health.hasAnswered()) return new VenfleetError('VTN_LOST', { url, problem });
  const code = error.suspicion === 'client-certificate' ? 'VTN_TLS_CLIENT' : 'VTN_UNREACHABLE';
  return new VenfleetError(code, { url, problem });
}

function whySilent(health: VtnHealth, waiter: Waiter, now: number): VenfleetError | undefined {
  const silence = health.silence();
  if (!silence || silence.count < fewestFailures) return undefined;
  const patience = health.hasAnswered() ? patienceMs.later : patienceMs.first;
  return waited(silence, waiter, now) < patience ? undefined : silenceError(health, waiter);
}

function whyBusy(health: VtnHealth, waiter: Waiter, now: number): VenfleetError | undefined {
  const busyness = health.busyness();
  if (!busyness || busyness.count < fewestBusyInThat) return undefined;
  const ms = waited(busyness, waiter, now);
  if (ms < busyPatienceMs) return undefined;
  const { status, reason } = busyness;
  const problem = `${reason || `HTTP ${status}`}, and nothing else for ${Math.round(ms / 60_000)} minutes`;
  return new VenfleetError('VTN_BUSY', { url: waiter.transport.url, problem });
}

/** For those who cannot look: a 401, or 403s and nothing else. */
function whyRefused(health: VtnHealth, { transport, canLook }: Waiter): VenfleetError | undefined {
  const refusal = health.refusal();
  // One client's refused token says nothing of the others.
  if (!refusal || transport.ownCredentials || canLook) return undefined;
  const { status, reason: problem, count } = refusal;
  if (status !== 401 && count < mostForbidden) return undefined;
  return tokenRefused(transport, status, problem);
}

/** The verdict on the token; where none was sent, that is what is said. */
export function tokenRefused(
  { url, sendsNoToken }: Waiter['transport'],
  status: number,
  reason: string,
): VenfleetError {
  if (!sendsNoToken)
    return new VenfleetError('VTN_TOKEN_REFUSED', { url, what: 'the token', status, problem: reason });
  const problem = `none was sent; give one with --token-file, VENFLEET_TOKEN or --client-id; it says ${reason}`;
  return new VenfleetError('VTN_TOKEN_REFUSED', { url, what: 'a request without a token', status, problem });
}

/** Milliseconds; of what began before this job, only what it has seen itself. */
function waited({ since }: { readonly since: number }, { startedAt }: Waiter, now: number): number {
  return now - Math.max(since, startedAt);
}
