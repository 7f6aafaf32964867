import { hash } from 'node:crypto';

/** Remembers what was made of a body. */
export interface BodyMemo<T> {
  /** What was made of these very bytes before, or is made of them now. What is thrown is not remembered. */
  of(body: Buffer, make: () => T): T;
  clear(): void;
}

/** So many bodies are kept whole: to compare two is much faster than to hash one. */
const mostBodies = 16;
/** Of so many bodies it is remembered what was made of them. */
const mostResults = 65_536;

/** A series of readings is sent once for each load that shares it: what was read of it need not be read again. */
export function createBodyMemo<T>(): BodyMemo<T> {
  let latest: { readonly body: Buffer; readonly result: T }[] = [];
  const results = new Map<string, T>();

  const make = (body: Buffer, maker: () => T): T => {
    const key = hash('sha1', body, 'base64');
    const known = results.get(key);
    if (known !== undefined) return known;
    const result = maker();
    // The oldest come first in a Map.
    if (results.size >= mostResults) for (const [oldest] of results.entries().take(1)) results.delete(oldest);
    results.set(key, result);
    return result;
  };
  return {
    of(body, maker) {
      const there = latest.find((one) => one.body.length === body.length && one.body.equals(body));
      if (there) return there.result;
      const result = make(body, maker);
      latest = [{ body, result }, ...latest.slice(0, mostBodies - 1)];
      return result;
    },
    clear() {
      latest = [];
      results.clear();
    },
  };
}
