/** Finds things by a key that should be theirs alone; several share one where a VTN takes duplicates. */
export interface KeyIndex {
  first(key: string): number | undefined;
  all(key: string): number[];
  add(n: number, key: string): void;
  remove(n: number, key: string): void;
  /** How many were ever added under a key that was there already. */
  readonly duplicates: number;
  clear(): void;
}

export function createKeyIndex(): KeyIndex {
  const firsts = new Map<string, number>();
  /** Those after the first: apart, since nearly always there are none. */
  const others = new Map<string, number[]>();
  let duplicates = 0;

  const all = (key: string) => {
    const first = firsts.get(key);
    return first === undefined ? [] : [first, ...(others.get(key) ?? [])];
  };
  return {
    first: (key) => firsts.get(key),
    all,
    add(n, key) {
      if (!firsts.has(key)) {
        firsts.set(key, n);
        return;
      }
      duplicates += 1;
      others.set(key, [...(others.get(key) ?? []), n]);
    },
    remove(n, key) {
      const rest = all(key).filter((one) => one !== n);
      firsts.delete(key);
      others.delete(key);
      if (rest.length > 0) firsts.set(key, rest[0] as number);
      if (rest.length > 1) others.set(key, rest.slice(1));
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
