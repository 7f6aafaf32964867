/**
 * How a request that was let through came to its end: `success`, the VTN answered and its latency tells
 * something; `dropped`, the VTN had too much to do; `ignored`, it says nothing about the VTN's load.
 */
export type PlaceEnd = 'success' | 'ignored' | 'dropped';

/** One request that has come to its end. */
export interface Sample {
  /** From its admission to its answer, milliseconds. */
  readonly rttMs: number;
  /** Requests in flight when it was let through, itself included. */
  readonly inFlight: number;
  readonly outcome: PlaceEnd;
}

/** How many requests may be in flight. Decides only; the gate enforces it. */
export interface Limit {
  /** A whole number from 1. May change with every sample. */
  limit(): number;
  sample(sample: Sample): void;
}

/** The same number all the time. */
export function fixedLimit(limit: number): Limit {
  return { limit: () => limit, sample: () => undefined };
}
