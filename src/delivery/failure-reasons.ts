/** Different reasons that are told apart; the loads of any more are counted together. */
const mostReasons = 100;

/** How many things of a job failed for one reason. */
export interface FailureReason {
  readonly reason: string;
  readonly loads: number;
  /** The external id of one of them. */
  readonly example: string;
}

/** Counts failures by their reason, in memory that does not grow with their number. */
export interface Reasons {
  add(failure: { readonly reason: string; readonly externalResourceId: string }): void;
  /** The most frequent first; `other reasons` last. */
  list(): FailureReason[];
}

export function createReasons(): Reasons {
  const found = new Map<string, { loads: number; example: string }>();
  let others: { loads: number; example: string } | undefined;
  return {
    add({ reason, externalResourceId: example }) {
      const known = found.get(reason);
      if (known) known.loads++;
      else if (found.size < mostReasons) found.set(reason, { loads: 1, example });
      else others = { example, ...others, loads: (others?.loads ?? 0) + 1 };
    },
    list: () => [
      ...[...found]
        .map(([reason, { loads, example }]) => ({ reason, loads, example }))
        .sort((a, b) => b.loads - a.loads),
      ...(others ? [{ reason: 'other reasons', ...others }] : []),
    ],
  };
}
