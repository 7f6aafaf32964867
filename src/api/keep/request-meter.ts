import type { Clock } from '../../core/clock.ts';

/** Answers that are looked at for the median: those of ten seconds, or so many. */
const most = 4_096;
const spanMs = 10_000;

/** Requests of the last ten seconds. */
export interface RequestMeter {
  /** A request has come to its end, after so many milliseconds. */
  ended(ms: number): void;
  /** How many a second, and their median latency in milliseconds (null: there was none). */
  rates(): { readonly perSecond: number; readonly medianMs: number | null };
}

export function createRequestMeter(clock: Clock): RequestMeter {
  const endedAt = new Float64Array(most).fill(Number.NEGATIVE_INFINITY);
  const tookMs = new Float64Array(most);
  /** How many ended in each of the last seconds. */
  const perSecond = new Map<number, number>();
  const startedAt = clock.monotonic();
  let next = 0;
  return {
    ended(ms) {
      const now = clock.monotonic();
      endedAt[next] = now;
      tookMs[next] = ms;
      next = (next + 1) % most;
      const second = Math.floor(now / 1_000);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
      for (const old of perSecond.keys()) if (old <= second - spanMs / 1_000) perSecond.delete(old);
    },
    rates() {
      const now = clock.monotonic();
      const second = Math.floor(now / 1_000);
      const count = perSecond
        .entries()
        .reduce((sum, [at, ofIt]) => (at > second - spanMs / 1_000 ? sum + ofIt : sum), 0);
      const seconds = Math.min(spanMs, Math.max(1_000, now - startedAt)) / 1_000;
      const recent = tookMs.filter((_, at) => endedAt[at]! > now - spanMs).sort();
      const medianMs = recent.length === 0 ? null : Math.round(recent[recent.length >> 1]! * 10) / 10;
      return { perSecond: Math.round((count / seconds) * 10) / 10, medianMs };
    },
  };
}
