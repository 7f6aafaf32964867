/** Least and most of each number in a `PacingChoice`. */
export const pacingBounds = {
  /** Requests in flight. */
  concurrency: [1, 10_000],
  /** Requests in a batch. */
  batchSize: [1, 10_000],
  /** Seconds between one batch and the next. */
  delaySeconds: [0, 3_600],
  /** Requests a second. A choice without a bound leaves it out; only on the command line 0 says the same. */
  maxRate: [0, 1_000_000],
} as const;
