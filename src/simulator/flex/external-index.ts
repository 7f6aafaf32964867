/** Finds resources by their external id, of which there may be several where a VTN takes duplicates. */
export interface ExternalIndex {
  first(externalId: string): number | undefined;
  all(externalId: string): number[];
  add(n: number, externalId: string): void;
  remove(n: number, externalId: string): void;
  /** How many were ever added under an external id that was there. */
  readonly duplicates: number;
  clear(): void;
}

export function createExternalIndex(): ExternalIndex {
  const firsts = new Map<string, number>();
  /** Those after the first: apart, since nearly always there are none. */
  const others = new Map<string, number[]>();
  let duplicates = 0;

  const all = (externalId: string) => {
    const first = firsts.get(externalId);
    return first === undefined ? [] : [first, ...(others.get(externalId) ?? [])];
  };
  return {
    first: (externalId) => firsts.get(externalId),
    all,
    add(n, externalId) {
      if (!firsts.has(externalId)) {
        firsts.set(externalId, n);
        return;
      }
      duplicates += 1;
      others.set(externalId, [...(others.get(externalId) ?? []), n]);
    },
    remove(n, externalId) {
      const rest = all(externalId).filter((one) => one !== n);
      firsts.delete(externalId);
      others.delete(externalId);
      if (rest.length > 0) firsts.set(externalId, rest[0] as number);
      if (rest.length > 1) others.set(externalId, rest.slice(1));
    },
    get duplicates() {
      return duplicates;
    },
    clear() {
      firsts.clear();
      others.clear();
      duplicates = 0;
    },
  };
}
