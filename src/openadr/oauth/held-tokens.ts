import type { Grant } from './token-endpoint.ts';

/** A token is renewed in the last fifth of its life, but no earlier than this before its end, in ms. */
const earliestRenewalMs = 30_000;

/** How long, in ms, a renewed token that the VTN did not take is kept before it is tried again. */
const keptForLaterMs = 5_000;

/** A token, and its times on the monotonic clock. */
export interface HeldToken {
  readonly token: string;
  readonly fetchedAt: number;
  /** Infinity where the endpoint gave no lifetime. */
  readonly expiresAt: number;
  renewAt: number;
}

/** The tokens of one client: the one in use, the one before, and one that is not taken yet. */
export interface HeldTokens {
  /** The one in use, good or not. */
  readonly present: HeldToken | undefined;
  /** The one to use at this time: what was kept for later is taken up when it is due, or no other is good. */
  at(now: number): HeldToken | undefined;
  /** Puts a new one to use. `isOldRefused`: the VTN does not take the present one any more. */
  renew(grant: Grant, now: number, isOldRefused: boolean): HeldToken;
  /**
   * The VTN does not take the present token: exchanges it for another. That is the one before, as long as it is good,
   * while the present one is kept for later; or the one that was kept. Undefined where there is neither.
   */
  exchange(now: number): HeldToken | undefined;
}

export function createHeldTokens(): HeldTokens {
  let present: HeldToken | undefined;
  let former: HeldToken | undefined;
  let later: { readonly token: HeldToken; readonly from: number } | undefined;

  function takeUpLater(): void {
    former = present;
    present = later?.token;
    later = undefined;
  }

  return {
    get present() {
      return present;
    },
    at(now) {
      if (later && (now >= later.from || now >= (present?.expiresAt ?? 0))) takeUpLater();
      return present;
    },
    renew(grant, now, isOldRefused) {
      former = isOldRefused ? undefined : present;
      later = undefined;
      present = hold(grant, now);
      return present;
    },
    exchange(now) {
      if (later) {
        takeUpLater();
        // It is the VTN that did not take it.
        former = undefined;
        return present;
      }
      if (!present || !former || now >= former.expiresAt) return undefined;
      later = { token: present, from: now + keptForLaterMs };
      present = former;
      present.renewAt = Number.POSITIVE_INFINITY;
      former = undefined;
      return present;
    },
  };
}

function hold({ token, expiresInMs }: Grant, now: number): HeldToken {
  const expiresAt = now + (expiresInMs ?? Number.POSITIVE_INFINITY);
  const renewAt =
    expiresInMs === undefined ? expiresAt : expiresAt - Math.min(earliestRenewalMs, expiresInMs / 5);
  return { token, fetchedAt: now, expiresAt, renewAt };
}
