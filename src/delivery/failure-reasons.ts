/** Different reasons that are told apart; the loads of any more are counted together. */
const mostReasons = 100;

/** How many things of a job failed for one reason. */
export interface FailureReason {
  readonly reason: string;
  readonly loads: number;
  /** The external id of one of them. */
  readonly example: string;
}

/** What looks like an id: a UUID, many digits, or a word of letters and digits that is long enough. */
const idLike =
  /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b\d{5,}\b|\b(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{8,}\b/gi;

/** A reason with its ids blanked: what is alike in it is then the same. */
export function withoutIds(
  reason: string,
  { externalResourceId, loadId }: { readonly externalResourceId: string; readonly loadId?: string },
): string {
  const own = [externalResourceId, loadId].filter((id) => id !== undefined && id !== '') as string[];
  return own.reduce((text, id) => text.replaceAll(id, '…'), reason).replace(idLike, '…');
}

/** Counts failures by their reason, whatever ids are in it, in memory that does not grow with their number. */
export interface Reasons {
  add(failure: {
    readonly reason: string;
    readonly externalResourceId: string;
    readonly loadId?: string;
  }): void;
  /** The most frequent first; `other reasons` last. */
  list(): FailureReason[];
}

export function createReasons(): Reasons {
  const found = new Map<string, { reason: string; loads: number; example: string }>();
  let others: { loads: number; example: string } | undefined;
  return {
    add({ reason, ...ids }) {
      const { externalResourceId: example } = ids;
      const shared = withoutIds(reason, ids);
      const known = found.get(shared);
      if (known) {
        known.loads++;
        if (known.reason !== reason) known.reason = shared;
      } else if (found.size < mostReasons) found.set(shared, { reason, loads: 1, example });
      else others = { example, ...others, loads: (others?.loads ?? 0) + 1 };
    },
    list: () => [
      ...[...found.values()].sort((a, b) => b.loads - a.loads),
      ...(others ? [{ reason: 'other reasons', ...others }] : []),
    ],
  };
}
