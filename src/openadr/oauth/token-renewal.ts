import { type Clock, systemClock } from '../../core/clock.ts';
import { VenfleetError } from '../../core/errors.ts';
import type { TokenSource } from '../http/transport.ts';
import { type Grant, type TokenEndpointOptions, tokenFetcher } from './token-endpoint.ts';

/** OAuth2 client credentials (RFC 6749, section 4.4), and where to turn them into tokens. */
export interface OAuthOptions extends TokenEndpointOptions {
  readonly clock?: Clock;
}

/** A token is renewed in the last fifth of its life, but no earlier than this before its end, in ms. */
const earliestRenewalMs = 30_000;

/** How long a try to renew that failed holds back the next, while the old token still serves, in ms. */
const renewalPauseMs = 1_000;

/**
 * How long a final refusal stands before the endpoint is asked again, in ms: with wrong credentials, each of
 * thousands of requests would otherwise ask once more, and lock the client out.
 */
const refusalStandsMs = 10_000;

/** How old a token is at least, in ms, that is renewed for what was refused to a fresh one before. */
const youthMs = 60_000;

interface HeldToken {
  readonly token: string;
  /** On the monotonic clock. */
  readonly fetchedAt: number;
  /** On the monotonic clock; Infinity where the endpoint gave no lifetime. */
  readonly expiresAt: number;
  renewAt: number;
}

/**
 * A token source that fetches its token when first asked, shares one fetch among all who wait, renews it before
 * it expires while requests go on with the old one, and renews it when the VTN refuses it. On 403 as well as
 * on 401: that is how OpenLEADR answers an expired token. Where a renewed token is refused again the refusal has
 * another cause (a missing scope): for the like of that request, a token is not renewed in its first minute again.
 *
 * `token` throws OAUTH_REFUSED, OAUTH_SCOPE, OAUTH_ENDPOINT, OAUTH_UNAVAILABLE, TOKEN_INVALID, VTN_TLS and
 * VTN_TLS_CLIENT; none of them means that anything was sent to the VTN. No error holds the secret or a token.
 * Throws VTN_URL, OAUTH_ENDPOINT and TLS_INVALID for the addresses and certificates themselves.
 */
export function oauthTokens(options: OAuthOptions): TokenSource {
  const clock = options.clock ?? systemClock;
  const fetchGrant = tokenFetcher(options);
  let held: HeldToken | undefined;
  let fetching: Promise<string> | undefined;
  let refusal: { error: VenfleetError; until: number } | undefined;
  /** What a fresh token was refused for, each with the status: there are no more than kinds of requests. */
  const hopeless = new Set<string>();

  function fetchOnce(): Promise<string> {
    if (refusal !== undefined && clock.monotonic() < refusal.until) return Promise.reject(refusal.error);
    const asked = clock.monotonic();
    fetching ??= fetchGrant()
      .then((grant) => {
        held = hold(grant, asked);
        refusal = undefined;
        return held.token;
      })
      .catch((error: unknown) => {
        if (error instanceof VenfleetError && !error.retryable)
          refusal = { error, until: clock.monotonic() + refusalStandsMs };
        throw error;
      })
      .finally(() => {
        fetching = undefined;
      });
    return fetching;
  }

  /** Renews beside the requests; while the old token lives, a failure is no more than a reason to try again. */
  function renewAhead(old: HeldToken): void {
    fetchOnce().catch(() => {
      old.renewAt = clock.monotonic() + renewalPauseMs;
    });
  }

  return {
    token() {
      if (held === undefined) return fetchOnce();
      const now = clock.monotonic();
      if (now >= held.expiresAt) return fetchOnce();
      if (now >= held.renewAt && fetching === undefined) renewAhead(held);
      return held.token;
    },
    async refused(token, status, operation) {
      // Another request may have had it renewed already, or be about to.
      const current = fetching === undefined ? held?.token : await fetching;
      if (current !== token) return current;
      const isYoung = held !== undefined && clock.monotonic() < held.fetchedAt + youthMs;
      if (isYoung && hopeless.has(`${status} ${operation}`)) return undefined;
      const renewed = await fetchOnce();
      if (renewed !== token) return renewed;
      hopeless.add(`${status} ${operation}`);
      return undefined;
    },
    refusedAgain(_, status, operation) {
      hopeless.add(`${status} ${operation}`);
    },
  };
}

function hold({ token, expiresInMs }: Grant, now: number): HeldToken {
  if (expiresInMs === undefined)
    return {
      token,
      fetchedAt: now,
      expiresAt: Number.POSITIVE_INFINITY,
      renewAt: Number.POSITIVE_INFINITY,
    };
  const expiresAt = now + expiresInMs;
  return {
    token,
    fetchedAt: now,
    expiresAt,
    renewAt: expiresAt - Math.min(earliestRenewalMs, expiresInMs / 5),
  };
}
