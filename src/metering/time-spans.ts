import type { TimeSpan } from '../fleet/readings.ts';

/** What two spans have in common; undefined where that is nothing. */
export function common(a: TimeSpan, b: TimeSpan): TimeSpan | undefined {
  const fromMs = Math.max(a.fromMs, b.fromMs);
  const untilMs = Math.min(a.untilMs, b.untilMs);
  return fromMs < untilMs ? { fromMs, untilMs } : undefined;
}

/** What of a span none of `taken` covers, in order of time; `taken` is in order of time. */
export function without(span: TimeSpan, taken: readonly TimeSpan[]): TimeSpan[] {
  const left: TimeSpan[] = [];
  let { fromMs } = span;
  for (const one of taken) {
    if (one.untilMs <= fromMs) continue;
    if (one.fromMs >= span.untilMs) break;
    if (one.fromMs > fromMs) left.push({ fromMs, untilMs: one.fromMs });
    fromMs = one.untilMs;
  }
  if (fromMs < span.untilMs) left.push({ fromMs, untilMs: span.untilMs });
  return left;
}

/**
 * Cuts a span where multiples of `lengthMs` since 1970 lie in it, so that the same instant always falls into the same
 * piece.
 */
export function* pieces(span: TimeSpan, lengthMs: number): Generator<TimeSpan> {
  let { fromMs } = span;
  while (fromMs < span.untilMs) {
    const untilMs = Math.min((Math.floor(fromMs / lengthMs) + 1) * lengthMs, span.untilMs);
    yield { fromMs, untilMs };
    fromMs = untilMs;
  }
}
