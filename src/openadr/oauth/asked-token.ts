import type { Clock } from '../../core/clock.ts';
import { type ErrorCode, VenfleetError } from '../../core/errors.ts';
import type { Grant } from './token-endpoint.ts';

/** A token that was asked for, and what came of it; never the token. */
export interface AskedToken {
  readonly clientId: string;
  /** `refused`: the endpoint refuses the client, or what it asks for; `failed`: it could not be had for another reason. */
  readonly outcome: 'got' | 'refused' | 'failed';
  /** When it expires, milliseconds since 1970, UTC; null: none came, or the endpoint gave no lifetime. */
  readonly expiresMs: number | null;
  /** Why none came; null: it did, or that was not foreseen. */
  readonly code: ErrorCode | null;
}

const refusals: readonly ErrorCode[] = ['OAUTH_REFUSED', 'OAUTH_SCOPE', 'OAUTH_AUDIENCE'];

/** The same fetching; `onToken` is told what comes of it. */
export function tellingFetcher(
  fetchGrant: () => Promise<Grant>,
  clientId: string,
  onToken: (asked: AskedToken) => void,
  clock: Clock,
): () => Promise<Grant> {
  return async () => {
    const askedMs = clock.now();
    let grant: Grant;
    try {
      grant = await fetchGrant();
    } catch (error) {
      const code = error instanceof VenfleetError ? error.code : null;
      const outcome = code !== null && refusals.includes(code) ? 'refused' : 'failed';
      onToken({ clientId, outcome, expiresMs: null, code });
      throw error;
    }
    const { expiresInMs } = grant;
    const expiresMs = expiresInMs === undefined ? null : askedMs + expiresInMs;
    onToken({ clientId, outcome: 'got', expiresMs, code: null });
    return grant;
  };
}
