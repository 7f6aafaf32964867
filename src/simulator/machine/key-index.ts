/** Finds things by a key that should be theirs alone; several share one where a VTN takes duplicates. */
interface KeyIndex {
  first(key: string): number | undefined;
  all(key: string): number[];
  add(n: number, key: string): void;
  remove(n: number, key: string): void;
  clear(): void;
}

/**
 * Keys are not kept, only a number made of each: a hundred thousand of them would cost as much as all that is
 * indexed. `keyOf` says the key of what was added.
 */
export function createKeyIndex(keyOf: (n: number) => string): KeyIndex {
  /** One thing, as nearly always, or several: of one key, or by chance of two. */
  const byHash = new Map<number, number | number[]>();

  const all = (key: string) => {
    const found = byHash.get(hashOf(key));
    if (found === undefined) return [];
    return (typeof found === 'number' ? [found] : found).filter((n) => keyOf(n) === key);
  };
  return {
    first: (key) => all(key)[0],
    all,
    add(n, key) {
      const hash = hashOf(key);
      const found = byHash.get(hash);
      byHash.set(hash, found === undefined ? n : [found, n].flat());
    },
    remove(n, key) {
      const hash = hashOf(key);
      const rest = [byHash.get(hash) ?? []].flat().filter((one) => one !== n);
      if (rest.length === 0) byHash.delete(hash);
      else byHash.set(hash, rest.length === 1 ? (rest[0] as number) : rest);
    },
    clear: () => byHash.clear(),
  };
}

/** 30 bits, which the engine keeps in place, of the hash of Fowler, Noll and Vo. */
function hashOf(key: string): number {
  let result = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) result = Math.imul(result ^ key.charCodeAt(at), 0x01000193);
  return result >>> 2;
}
