import type { Clock } from '../../core/clock.ts';
import { longestRetryAfterMs } from '../../core/retry.ts';
import type { WireResponse } from '../http/transport.ts';

/** Requests to one endpoint at a time, of all clients together. */
const mostInFlight = 8;

/** How long `Retry-After` may put off one request in all, in ms. After that, the last such answer counts. */
const longestDelayMs = 180_000;

/** The shortest pause, in ms, where `Retry-After` says 0, or a time that is past. */
const shortestPauseMs = 1_000;

/**
 * Paces the requests of all clients to one endpoint: hundreds of VENs with credentials of their own want their
 * tokens at once, and an endpoint that says 429 to one of them means all.
 */
export interface TokenRequestPace {
  /**
   * Sends when it is its turn, and once more after each 429 or 503 with a `Retry-After`; nothing is sent to the
   * endpoint before the time that it asked for. Gives the last such answer after three minutes of that, and undefined
   * where `signal` aborts.
   */
  send(
    ask: () => Promise<WireResponse>,
    signal: AbortSignal | undefined,
    onPause?: OnPause,
  ): Promise<WireResponse | undefined>;
}

/** Called when an answer asked to be left alone for so many milliseconds. */
export type OnPause = (pause: { readonly status: number; readonly ms: number }) => void;

const paces = new WeakMap<Clock, Map<string, TokenRequestPace>>();

/** The pace of an endpoint, by its address without query; one for all clients of this process. */
export function paceOf(endpoint: string, clock: Clock): TokenRequestPace {
  const known = paces.get(clock) ?? new Map<string, TokenRequestPace>();
  paces.set(clock, known);
  const pace = known.get(endpoint) ?? createPace(clock);
  known.set(endpoint, pace);
  return pace;
}

function createPace(clock: Clock): TokenRequestPace {
  const waiting = new Set<Turn>();
  /** The last answer that said: not now. */
  let lastBusy: WireResponse | undefined;
  let inFlight = 0;
  /** After a refusal one request goes ahead; each success lets one more beside it. */
  let limit = mostInFlight;
  let pausedUntil = 0;
  let pause: AbortController | undefined;

  function letIn(): void {
    const now = clock.monotonic();
    for (const turn of waiting) if (now - turn.since >= longestDelayMs) turn.end(false);
    if (now < pausedUntil) {
      waitFor(pausedUntil - now);
      return;
    }
    for (const turn of waiting) {
      if (inFlight >= limit) return;
      inFlight++;
      turn.end(true);
    }
  }

  function waitFor(ms: number): void {
    if (pause || waiting.size === 0) return;
    const sleeping = new AbortController();
    pause = sleeping;
    void clock.sleep(ms, sleeping.signal).then(() => {
      pause = undefined;
      letIn();
    });
  }

  /** Resolves with whether it may send: not where it was put off for too long, or the signal aborts. */
  function turnOf(since: number, signal: AbortSignal | undefined): Promise<boolean> {
    return new Promise((resolve) => {
      const stop = () => turn.end(false);
      const turn: Turn = {
        since,
        end(maySend) {
          waiting.delete(turn);
          signal?.removeEventListener('abort', stop);
          if (waiting.size === 0) pause?.abort();
          resolve(maySend);
        },
      };
      if (signal?.aborted) return resolve(false);
      signal?.addEventListener('abort', stop, { once: true });
      waiting.add(turn);
      letIn();
    });
  }

  function done(response: WireResponse | undefined, onPause: OnPause | undefined): void {
    inFlight--;
    if (response && isBusy(response)) {
      lastBusy = response;
      limit = 1;
      const { retryAfterMs } = response;
      if (retryAfterMs !== undefined) {
        const ms = Math.min(Math.max(retryAfterMs, shortestPauseMs), longestRetryAfterMs);
        pausedUntil = Math.max(pausedUntil, clock.monotonic() + ms);
        onPause?.({ status: response.status, ms });
      }
    } else if (response) limit = Math.min(limit + 1, mostInFlight);
    letIn();
  }

  return {
    async send(ask, signal, onPause) {
      const since = clock.monotonic();
      while (await turnOf(since, signal)) {
        let response: WireResponse | undefined;
        try {
          response = await ask();
        } finally {
          done(response, onPause);
        }
        if (!isBusy(response) || response.retryAfterMs === undefined) return response;
      }
      return signal?.aborted ? undefined : lastBusy;
    },
  };
}

interface Turn {
  /** When it was first waited for, on the monotonic clock. */
  readonly since: number;
  end(maySend: boolean): void;
}

function isBusy({ status }: WireResponse): boolean {
  return status === 429 || status === 503;
}
