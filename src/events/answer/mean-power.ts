import { endMsOf, type Readings, readingsWithin, type TimeSpan } from '../../fleet/readings.ts';

/** A stretch of time within a reading, and the mean power in it. */
export interface PowerSpan extends TimeSpan {
  readonly watts: number;
}

/** How much of a stretch may be missing: clocks of meters are not exact. */
const mostMissing = 0.01;

/** What readings say of a stretch of time, cut off at its ends: a reading's power is taken to be the same all through its interval. */
export function powerWithin(readings: Readings, { fromMs, untilMs }: TimeSpan): PowerSpan[] {
  // The one before may reach into it.
  const { startsMs, watts } = readings;
  const after = startsMs.length - readingsWithin(readings, { fromMs, untilMs: Infinity }).startsMs.length;
  const spans: PowerSpan[] = [];
  for (let n = Math.max(0, after - 1); n < startsMs.length && (startsMs[n] as number) < untilMs; n++) {
    const from = Math.max(startsMs[n] as number, fromMs);
    const until = Math.min(endMsOf(readings, n), untilMs);
    if (from < until) spans.push({ fromMs: from, untilMs: until, watts: watts[n] as number });
  }
  return spans;
}

/** The mean power of these, W. */
export function meanOf(spans: readonly PowerSpan[]): number {
  const ms = lengthOf(spans);
  return spans.reduce((sum, one) => sum + one.watts * ((one.untilMs - one.fromMs) / ms), 0);
}

/** Whether these, which lie within it, tell the whole of a stretch. */
export function isWhole(spans: readonly PowerSpan[], { fromMs, untilMs }: TimeSpan): boolean {
  return lengthOf(spans) >= (untilMs - fromMs) * (1 - mostMissing);
}

function lengthOf(spans: readonly TimeSpan[]): number {
  return spans.reduce((sum, { fromMs, untilMs }) => sum + (untilMs - fromMs), 0);
}
