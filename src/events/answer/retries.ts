/** How long to wait after a failed try, milliseconds: doubled with each, up to the cap. */
export interface RetryTimes {
  readonly baseMs: number;
  readonly capMs: number;
}

/** A VTN that refuses an answer may take it once somebody has put it right. */
export const usualRetryTimes: RetryTimes = { baseMs: 15_000, capMs: 900_000 };

/** When what failed is to be tried again. */
export interface Retries {
  /** Whether it may be tried at this time, milliseconds since 1970, UTC. */
  mayTry(key: string, nowMs: number): boolean;
  failed(key: string, nowMs: number): void;
  /** It failed no more, or is given up. */
  forget(key: string): void;
  /** Forgets all others. */
  keepOnly(keys: ReadonlySet<string>): void;
  /** When the first of them is to be tried; undefined: nothing failed. */
  nextMs(): number | undefined;
}

export function createRetries({ baseMs, capMs }: RetryTimes = usualRetryTimes): Retries {
  const waiting = new Map<string, { readonly tries: number; readonly nextMs: number }>();
  return {
    mayTry: (key, nowMs) => (waiting.get(key)?.nextMs ?? nowMs) <= nowMs,
    failed(key, nowMs) {
      const tries = (waiting.get(key)?.tries ?? 0) + 1;
      waiting.set(key, { tries, nextMs: nowMs + Math.min(capMs, baseMs * 2 ** (tries - 1)) });
    },
    forget: (key) => void waiting.delete(key),
    keepOnly(keys) {
      for (const key of waiting.keys()) if (!keys.has(key)) waiting.delete(key);
    },
    nextMs() {
      let least: number | undefined;
      for (const { nextMs } of waiting.values()) least = Math.min(least ?? nextMs, nextMs);
      return least;
    },
  };
}
