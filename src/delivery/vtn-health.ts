import type { Clock } from '../core/clock.ts';
import { VenfleetError } from '../core/errors.ts';
import type { Transport } from '../profiles/registration-profile.ts';

/** How long a VTN may leave every request unanswered, in milliseconds: at first contact, and later. */
const patienceMs = { first: 2_000, later: 15_000 };
/** Fewer failed requests in a row than this are no verdict, however long they took. */
const fewestFailures = 3;
/** So many refusals of the token (403) in a row, and nothing else, are a verdict. */
const mostForbidden = 20;
/** Statuses by which a VTN, or the gateway before it, takes nothing for now. */
const busyStatuses = [429, 502, 503, 504];
export const isBusyStatus = (status: number | null) => status !== null && busyStatuses.includes(status);
/** So many of them in a row: it is the VTN, not what it is asked. */
const fewestBusy = 20;
/** Milliseconds of nothing else that are a verdict: longer than a VTN takes to start anew. */
const busyPatienceMs = 180_000;
/** A VTN may ask to be left alone for longer than that, so that there are few of them. */
const fewestBusyInThat = 3;

/** Notices when a run has become pointless, so that it ends with one clear error instead of 116,412. */
export interface Health {
  /** The VTN answered, with this status. Throws VTN_TOKEN_REFUSED, VTN_BUSY. */
  answered(status: number, reason: string): void;
  /**
   * A request got no answer, for this reason. Throws VTN_UNREACHABLE, VTN_LOST, VTN_TOO_LARGE, VTN_TLS_CLIENT,
   * OAUTH_UNAVAILABLE.
   */
  unanswered(error: VenfleetError): void;
  /** It answers nothing but "not now": no reason to give up what it is asked. */
  takesNothing(): boolean;
  /** What the last request without an answer says of the whole run; undefined where there was an answer since. */
  verdict(): VenfleetError | undefined;
}

/** `url`: the VTN's, for messages. With `ownCredentials`, a refused token says nothing of the others. */
export function createHealth(
  { url, ownCredentials }: Pick<Transport, 'url' | 'ownCredentials'>,
  clock: Clock,
): Health {
  let lastAnswer: number | undefined;
  let firstSilence: number | undefined;
  let silent = 0;
  let forbidden = 0;
  let busy = 0;
  let firstBusy = 0;
  let lastError: VenfleetError | undefined;

  function describe(error: VenfleetError): VenfleetError {
    // The token endpoint's trouble is not the VTN's.
    if (error.code === 'OAUTH_UNAVAILABLE') return error;
    const problem = String(error.details.problem ?? error.message);
    // It is there, and it answers.
    if (error.details.suspect === 'too large') return new VenfleetError('VTN_TOO_LARGE', { url, problem });
    if (lastAnswer !== undefined) return new VenfleetError('VTN_LOST', { url, problem });
    const code = error.details.suspect === 'client certificate' ? 'VTN_TLS_CLIENT' : 'VTN_UNREACHABLE';
    return new VenfleetError(code, { url, problem });
  }

  function throwIfBusy(now: number, status: number, reason: string): void {
    if (!isBusyStatus(status)) {
      busy = 0;
      return;
    }
    if (++busy === 1) firstBusy = now;
    const waited = now - firstBusy;
    if (busy < fewestBusyInThat || waited < busyPatienceMs) return;
    const problem = `${reason || `HTTP ${status}`}, and nothing else for ${Math.round(waited / 60_000)} minutes`;
    throw new VenfleetError('VTN_BUSY', { url, problem });
  }

  return {
    takesNothing: () => busy >= fewestBusy,
    verdict: () => (silent > 0 && lastError ? describe(lastError) : undefined),
    answered(status, reason) {
      lastAnswer = clock.monotonic();
      silent = 0;
      throwIfBusy(lastAnswer, status, reason);
      if (ownCredentials) return;
      forbidden = status === 403 ? forbidden + 1 : 0;
      if (status === 401 || forbidden >= mostForbidden) {
        throw new VenfleetError('VTN_TOKEN_REFUSED', { url, status, problem: reason });
      }
    },
    unanswered(error) {
      const now = clock.monotonic();
      silent++;
      lastError = error;
      if (silent === 1) firstSilence = now;
      const waited = now - (firstSilence ?? now);
      const patience = lastAnswer === undefined ? patienceMs.first : patienceMs.later;
      if (silent < fewestFailures || waited < patience) return;
      throw describe(error);
    },
  };
}
