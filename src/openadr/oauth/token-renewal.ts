import { systemClock } from '../../core/clock.ts';
import { VenfleetError } from '../../core/errors.ts';
import type { TokenSource } from '../http/transport.ts';
import { type AskedToken, tellingFetcher } from './asked-token.ts';
import { createHeldTokens, type HeldToken } from './held-tokens.ts';
import { type TokenEndpointOptions, tokenFetcher } from './token-endpoint.ts';
import { createTokenValidityWait } from './token-not-yet-valid.ts';

/** OAuth2 client credentials (RFC 6749, section 4.4), and where to turn them into tokens. */
export interface OAuthOptions extends TokenEndpointOptions {
  /** Told of each token that was asked for, once it is here or cannot be had; however many requests waited for it. */
  readonly onToken?: (asked: AskedToken) => void;
}

/** How long a try to renew that failed holds back the next, while the old token still serves, in ms. */
const renewalPauseMs = 1_000;

/**
 * How long a final refusal stands before the endpoint is asked again, in ms: with wrong credentials, each of
 * thousands of requests would otherwise ask once more, and lock the client out.
 */
const refusalStandsMs = 10_000;

/** How old a token is at least, in ms, that is renewed for what was refused to a fresh one before. */
const youthMs = 60_000;

/**
 * A token source that fetches its token when first asked, shares one fetch among all who wait, renews it before
 * it expires while requests go on with the old one, and renews it when the VTN refuses it. On 403 as well as
 * on 401: that is how OpenLEADR answers an expired token. Where a renewed token is refused again the refusal has
 * another cause (a missing scope): for such requests no token is renewed in its first minute again.
 *
 * A fresh token that the VTN calls invalid may become valid in a moment. Where it was renewed ahead of time, requests
 * go on with the old one meanwhile, as long as that is good; else they wait, up to 5 s.
 *
 * `token` throws OAUTH_REFUSED, OAUTH_SCOPE, OAUTH_AUDIENCE, OAUTH_ENDPOINT, OAUTH_UNAVAILABLE, TOKEN_INVALID, VTN_TLS,
 * VTN_TLS_CLIENT, TLS_INVALID and PROXY_INVALID; none of them means that anything was sent to the VTN. No error holds
 * the secret or a token. Throws VTN_URL and OAUTH_ENDPOINT for the addresses themselves.
 */
export function oauthTokens(options: OAuthOptions): TokenSource {
  const clock = options.clock ?? systemClock;
  const { clientId, onToken } = options;
  const fetcher = tokenFetcher(options);
  const fetchGrant = onToken ? tellingFetcher(fetcher, clientId, onToken, clock) : fetcher;
  const held = createHeldTokens();
  const validityWait = createTokenValidityWait(clock, options.signal);
  /** The last token that the VTN refused. */
  let refusedToken: string | undefined;
  let fetching: Promise<string> | undefined;
  let refusal: { error: VenfleetError; until: number } | undefined;
  /** What a fresh token was refused for, each with the status: there are no more than kinds of requests. */
  const hopeless = new Set<string>();

  function fetchOnce(): Promise<string> {
    if (refusal !== undefined && clock.monotonic() < refusal.until) return Promise.reject(refusal.error);
    const asked = clock.monotonic();
    fetching ??= fetchGrant()
      .then((grant) => {
        refusal = undefined;
        return held.renew(grant, asked, held.present?.token === refusedToken).token;
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

  function tokenNow(): Promise<string> | string {
    const now = clock.monotonic();
    const present = held.at(now);
    if (present === undefined || now >= present.expiresAt) return fetchOnce();
    // The VTN does not take it any more, and another is on its way: no further request needs to find that out.
    if (fetching !== undefined && present.token === refusedToken) return fetching.catch(() => present.token);
    if (now >= present.renewAt && fetching === undefined) renewAhead(present);
    return present.token;
  }

  return {
    // While a token ripens, it is not tried by further requests.
    token: () => (validityWait.underWay === undefined ? tokenNow() : validityWait.underWay.then(tokenNow)),
    async calledInvalid(token) {
      const { present } = held;
      if (present?.token !== token) return undefined;
      const other = held.exchange(clock.monotonic());
      if (other !== undefined) return other.token;
      return (await validityWait.wait(present)) ? token : undefined;
    },
    async refused(token, status, operation) {
      // Another request may have had it renewed already, or be about to.
      const current = fetching === undefined ? held.present?.token : await fetching;
      if (current !== token) return current;
      refusedToken = token;
      const now = clock.monotonic();
      const isYoung = held.present !== undefined && now < held.present.fetchedAt + youthMs;
      if (isYoung && hopeless.has(`${status} ${operation}`)) return undefined;
      const other = held.exchange(now);
      if (other !== undefined) return other.token;
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
