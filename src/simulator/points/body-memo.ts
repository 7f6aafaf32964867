import { hash } from 'node:crypto';

/** Remembers what was made of a body. */
export interface BodyMemo<T> {
  /**
   * What was made of these very bytes before, or is made of them now. What is thrown is not remembered. `encoding`: the
   * same bytes in another one are another body.
   */
  of(bytes: Buffer, encoding: string, make: () => T): T;
}

/** So many bodies are kept whole: to compare two is much faster than to hash one. */
const mostBodies = 16;
/** Of so many bodies it is remembered what was made of them. */
const mostResults = 65_536;

/** A series of readings is sent once for each load that shares it: what was read of it need not be read again. */
export function createBodyMemo<T>(): BodyMemo<T> {
  let latest: { readonly bytes: Buffer; readonly encoding: string; readonly result: T }[] = [];
  const results = new Map<string, T>();

  const byHash = (bytes: Buffer, encoding: string, make: () => T): T => {
    const key = `${encoding} ${hash('sha1', bytes, 'base64')}`;
    const known = results.get(key);
    if (known !== undefined) return known;
    const result = make();
    // The oldest come first in a Map.
    if (results.size >= mostResults) for (const [oldest] of results.entries().take(1)) results.delete(oldest);
    results.set(key, result);
    return result;
  };
  return {
    of(bytes, encoding, make) {
      const there = latest.find((one) => one.encoding === encoding && one.bytes.equals(bytes));
      if (there) return there.result;
      const result = byHash(bytes, encoding, make);
      latest = [{ bytes, encoding, result }, ...latest.slice(0, mostBodies - 1)];
      return result;
    },
  };
}
