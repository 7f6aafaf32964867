import { hash } from 'node:crypto';

/** What was made of things, by a key of each. */
export interface ResultMemo<T> {
  /** What is remembered under this key, or is made now. What is thrown is not remembered. */
  of(key: string, make: () => T): T;
  has(key: string): boolean;
}

/** So many results are remembered, more than a fleet has loads; then the oldest is forgotten. */
const mostResults = 200_000;

export function createResultMemo<T>(): ResultMemo<T> {
  const results = new Map<string, T>();
  return {
    has: (key) => results.has(key),
    of(key, make) {
      const known = results.get(key);
      if (known !== undefined) return known;
      const result = make();
      if (results.size >= mostResults) {
        // The oldest come first in a Map.
        for (const oldest of results.keys().take(1)) results.delete(oldest);
      }
      results.set(key, result);
      return result;
    },
  };
}

export function hashOf(bytes: Buffer): string {
  return hash('sha1', bytes, 'base64');
}
