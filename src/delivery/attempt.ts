import { type ErrorCode, VenfleetError } from '../core/errors.ts';
import type { StandAside, Transport, WireRequest, WireResponse } from '../openadr/http/transport.ts';
import { whyGiveUp } from './give-up.ts';
import type { Answer, CreateOutcome, PagedFindOutcome } from './outcome.ts';
import type { Ending } from './pacing/gate.ts';
import type { Sender } from './sender.ts';
import type { VtnLink } from './vtn-link.ts';

export type Outcome = CreateOutcome | PagedFindOutcome | Answer<unknown>;

/** No answer, or no request: what it means depends on the kind of request (`lost`). */
export type Unanswered<L> = { kind: L | 'failed' | 'refused'; status: null; reason: string };

/** Sends once and reads the answer, of which the VTN's health is told. `standAside`: where to wait for a token. */
export function attempt<T extends Outcome, L extends 'ambiguous' | 'failed'>(
  request: WireRequest,
  read: (response: WireResponse) => T,
  lost: L,
  sender: Sender,
  standAside: StandAside,
): Promise<T | Unanswered<L>> {
  const { link } = sender;
  const { transport, health, waits, clock } = link;
  const throwIfPointless = () => {
    const error = whyGiveUp(health, sender, clock.monotonic());
    if (error) throw error;
  };
  return transport.send(request, standAside).then(
    (response) => {
      const outcome = read(response);
      health.answered(response.status, 'reason' in outcome ? outcome.reason : '');
      if ('retryAfterMs' in outcome && outcome.retryAfterMs !== undefined)
        waits.asked('vtn', response.status, outcome.retryAfterMs);
      throwIfPointless();
      return outcome;
    },
    (error: unknown) => {
      if (!(error instanceof VenfleetError)) throw error;
      if (isOwnRefusal(error, transport)) return { kind: 'refused', status: null, reason: error.message };
      noteUnanswered(error, link);
      if (!error.retryable) throw error;
      throwIfPointless();
      const kind = error.code === 'VTN_NO_ANSWER' ? lost : 'failed';
      return { kind, status: null, reason: error.message };
    },
  );
}

/**
 * The link's transport for requests that are no sender's: the VTN's health is told of those that got no answer, whatever the reason.
 */
export function tellingTransport(link: VtnLink): Transport {
  const { transport } = link;
  return {
    ...transport,
    send: (request, standAside) =>
      transport.send(request, standAside).catch((error: unknown) => {
        if (error instanceof VenfleetError) noteUnanswered(error, link);
        throw error;
      }),
  };
}

/** Nothing can be said to the VTN now: there is no connection, TLS fails, no answer comes, it cannot be read, or there is no token. */
function noteUnanswered(error: VenfleetError, { transport, health }: VtnLink): void {
  if (isOwnRefusal(error, transport)) return;
  if (isTokenRefusal(error)) health.withoutToken(error);
  else health.unanswered(error);
}

const answered: Ending = { end: 'success' };
const overloaded: Ending = { end: 'dropped' };
const unclear: Ending = { end: 'ignored' };

/** What an outcome says about how much the VTN has to do. */
export function endingOf(outcome: {
  readonly kind: string;
  readonly status?: number | null;
  readonly retryAfterMs?: number;
}): Ending {
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

/** What says that there is no token for a client. */
const refusals: readonly ErrorCode[] = [
  'CREDENTIALS_MISSING',
  'OAUTH_REFUSED',
  'OAUTH_SCOPE',
  'OAUTH_AUDIENCE',
  'TOKEN_INVALID',
];

/** Whether there is no token, as who gives them out says: none for this client, or none at all. */
const isTokenRefusal = (error: unknown): error is VenfleetError =>
  error instanceof VenfleetError && (refusals.includes(error.code) || error.code === 'OAUTH_ENDPOINT');

/** Whether an error concerns the one client alone with whose credentials a request was to go out. */
export function isOwnRefusal(error: unknown, { ownCredentials }: Pick<Transport, 'ownCredentials'>): boolean {
  return ownCredentials === true && error instanceof VenfleetError && refusals.includes(error.code);
}
