import type { Observed } from './observe.ts';
import { median } from './report.ts';

/** What a stretch of a run came to. */
export interface Figures {
  /** Loads taken by the VTN. */
  readonly perSecond: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Of all answers, 0 to 1: those with 429. */
  readonly refusedShare: number;
}

/** Figures of the answers that came between `from` and `to`, seconds. */
export function analyse(observed: Observed, from: number, to: number): Figures {
  const indexes = observed.at.flatMap((at, index) => (at >= from && at < to ? [index] : []));
  const took = indexes.filter((index) => observed.status[index]! < 300);
  const rtts = took.map((index) => observed.rttMs[index]!).sort((a, b) => a - b);
  const refused = indexes.filter((index) => observed.status[index] === 429).length;
  return {
    perSecond: took.length / (to - from),
    medianMs: rtts[Math.floor(rtts.length / 2)] ?? Number.NaN,
    p99Ms: rtts[Math.floor(rtts.length * 0.99)] ?? Number.NaN,
    refusedShare: indexes.length > 0 ? refused / indexes.length : 0,
  };
}

/** Length of the pieces in which a run is looked at for settling, seconds. */
const pieceS = 0.5;

/**
 * Seconds after a change at `from` until a run had settled: throughput and median latency are then, and stay
 * but for one piece in ten, within a quarter of what they are at the end of the stretch (`to`).
 */
export function settledAfter(observed: Observed, from: number, to: number): number {
  const end = analyse(observed, (from + to) / 2, to);
  const offs: number[] = [];
  const pieces = Math.floor((to - from) / pieceS);
  for (let piece = 0; piece < pieces; piece++) {
    const at = from + piece * pieceS;
    const { perSecond, medianMs } = analyse(observed, at, at + pieceS);
    const isOff = !(perSecond > 0.75 * end.perSecond && medianMs < 1.25 * end.medianMs);
    if (isOff) offs.push((piece + 1) * pieceS);
  }
  const spare = Math.floor(pieces / 10);
  return offs.length > spare ? (offs.at(-1 - spare) ?? 0) : median([0]);
}
