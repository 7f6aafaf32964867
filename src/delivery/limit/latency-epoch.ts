import type { Sample } from './in-flight-limit.ts';

/** What the answers of one stretch of time say, all of them to requests sent under one and the same limit. */
export interface EpochResult {
  readonly limit: number;
  /** Mean latency, milliseconds; a few extreme ones count for less. */
  readonly rttMs: number;
  /** Answers a second that the VTN gave with so many in flight. */
  readonly perSecond: number;
  /** There was enough to send to keep the limit reached: only then does it tell what the limit does. */
  readonly full: boolean;
  /** Of all answers, 0 to 1. */
  readonly droppedShare: number;
}

/** Collects samples until there are enough of them. */
export interface Epoch {
  /** The result, with the sample that completes it. */
  add(sample: Sample, now: number): EpochResult | undefined;
}

/** Latencies above so many times the lower quartile count as that: one stalled request is not the mean. */
const extreme = 8;
/** A request that failed after so long, milliseconds, was not just unlucky. */
const hopelessMs = 5_000;

/** How long an epoch lasts, in time and in rounds of answers: a round is as many as may be in flight. */
export interface EpochLength {
  /** Milliseconds from the first answer that counts. */
  readonly leastMs: number;
  /** Answers to requests of this epoch that do not count: until a raised limit shows in latency. */
  readonly roundsBefore: number;
  readonly rounds: number;
}

/**
 * Opens an epoch at `openedAt`. Its length is counted in rounds as much as in time, so that a stall of the VTN
 * cannot stretch it.
 */
export function createEpoch(limit: number, openedAt: number, length: EpochLength): Epoch {
  const needed = Math.max(length.rounds * limit, 8);
  const rtts: number[] = [];
  let before = length.roundsBefore * limit;
  let from: number | undefined;
  let answers = 0;
  let dropped = 0;
  let crowded = 0;
  return {
    add({ rttMs, inFlight, outcome }, now) {
      // An answer to a request that was sent before tells of the limit before. (A fraction: clocks are floats.)
      if (now - rttMs < openedAt - 1e-6) return undefined;
      if (before-- > 0) return undefined;
      answers++;
      if (inFlight >= limit * 0.9) crowded++;
      if (outcome === 'success') rtts.push(rttMs);
      else if (outcome === 'dropped' || rttMs >= hopelessMs) dropped++;
      from ??= now;
      if (answers < needed || now - from < length.leastMs) return undefined;
      const rtt = meanOf(rtts);
      return {
        limit,
        rttMs: rtt,
        // Little's law; a count over time would depend on where in a burst of answers it begins.
        perSecond: (limit / rtt) * 1000,
        full: crowded > answers / 2,
        droppedShare: dropped / answers,
      };
    },
  };
}

function meanOf(rtts: number[]): number {
  if (rtts.length === 0) return Number.NaN;
  rtts.sort((a, b) => a - b);
  const most = extreme * rtts[Math.floor(rtts.length / 4)]!;
  let sum = 0;
  for (const rtt of rtts) sum += Math.min(rtt, most);
  return sum / rtts.length;
}
