import type { Clock } from '../core/clock.ts';
import type { VenfleetError } from '../core/errors.ts';

/** Requests, one after the other, of which the last all ended in the same way. */
interface Streak {
  /** How many. */
  readonly count: number;
  /** When the first of them ended, on the clock of `monotonic()`. */
  readonly since: number;
}

/**
 * What the answers of a VTN say of how it is, whoever asked. Facts alone: what to do about them is decided by those
 * who send (give-up.ts).
 */
export interface VtnHealth {
  /** It answered, with this status. */
  answered(status: number, reason: string): void;
  /** A request got no answer, for this reason: also none that could be read, or no connection was made. */
  unanswered(error: VenfleetError): void;
  /** A request was not sent, since its token was refused where tokens come from. */
  withoutToken(error: VenfleetError): void;
  /** Whether it ever answered. */
  hasAnswered(): boolean;
  /** The last requests got no answer; undefined where there was one since. */
  silence(): (Streak & { readonly error: VenfleetError }) | undefined;
  /** The last requests were not sent, for want of a token. */
  tokenless(): (Streak & { readonly error: VenfleetError }) | undefined;
  /** The last answers were all "not now" (429, 502, 503, 504). */
  busyness(): (Streak & { readonly status: number; readonly reason: string }) | undefined;
  /** The last answers all refused the token, with the same status (401 or 403). */
  refusal(): (Streak & { readonly status: number; readonly reason: string }) | undefined;
}

/** Statuses by which a VTN, or the gateway before it, takes nothing for now. */
const busyStatuses = [429, 502, 503, 504];
export const isBusyStatus = (status: number | null) => status !== null && busyStatuses.includes(status);

export function createVtnHealth(clock: Clock): VtnHealth {
  let hasAnswered = false;
  let silence: ReturnType<VtnHealth['silence']>;
  let tokenless: ReturnType<VtnHealth['tokenless']>;
  let busyness: ReturnType<VtnHealth['busyness']>;
  let refusal: ReturnType<VtnHealth['refusal']>;
  const longer = (streak: Streak | undefined): Streak => ({
    count: (streak?.count ?? 0) + 1,
    since: streak?.since ?? clock.monotonic(),
  });
  return {
    answered(status, reason) {
      hasAnswered = true;
      silence = undefined;
      tokenless = undefined;
      busyness = isBusyStatus(status) ? { ...longer(busyness), status, reason } : undefined;
      const same = refusal?.status === status ? refusal : undefined;
      refusal = status === 401 || status === 403 ? { ...longer(same), status, reason } : undefined;
    },
    unanswered(error) {
      tokenless = undefined;
      silence = { ...longer(silence), error };
    },
    withoutToken(error) {
      tokenless = { ...longer(tokenless), error };
    },
    hasAnswered: () => hasAnswered,
    silence: () => silence,
    tokenless: () => tokenless,
    busyness: () => busyness,
    refusal: () => refusal,
  };
}
