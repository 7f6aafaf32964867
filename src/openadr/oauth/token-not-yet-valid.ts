import type { Clock } from '../../core/clock.ts';
import type { HeldToken } from './held-tokens.ts';

/** How long to wait, in ms, each time that the VTN calls a fresh token invalid. */
const waitsMs = [1_000, 2_000, 2_000];

/** A token is fresh for so long after it was fetched, in ms. */
const freshMs = 5_000;

/** For so long, in ms, no further token is waited for where waiting did not help. */
const vainForMs = 60_000;

/**
 * Waits for tokens to become valid: the VTN's clock may be some seconds behind the one of the token endpoint, and then
 * a fresh token is "issued in the future".
 */
export interface TokenValidityWait {
  /** Ends when the token that is being waited for is tried again; undefined where none is. */
  readonly underWay: Promise<void> | undefined;
  /** The VTN calls this token invalid. Waits, and says whether to try it again: three times, over 5 s, while it is fresh. */
  wait(token: HeldToken): Promise<boolean>;
}

export function createTokenValidityWait(clock: Clock, signal: AbortSignal | undefined): TokenValidityWait {
  let underWay: Promise<void> | undefined;
  let last: HeldToken | undefined;
  let waits = 0;
  let vainUntil = 0;
  return {
    get underWay() {
      return underWay;
    },
    async wait(token) {
      const now = clock.monotonic();
      if (underWay === undefined) {
        if (token !== last) {
          if (now < vainUntil || now >= token.fetchedAt + freshMs) return false;
          last = token;
          waits = 0;
        }
        const ms = waitsMs[waits];
        if (ms === undefined) {
          vainUntil = now + vainForMs;
          return false;
        }
        waits++;
        underWay = clock.sleep(ms, signal).finally(() => {
          underWay = undefined;
        });
      }
      await underWay;
      return !signal?.aborted;
    },
  };
}
