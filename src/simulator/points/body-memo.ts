import { createResultMemo, hashOf } from './result-memo.ts';

/** Remembers what was made of whole bodies. */
export interface BodyMemo<T> {
  /**
   * What was made of these very bytes before, or is made of them now. What is thrown is not remembered. `encoding`: the
   * same bytes in another one are another body.
   */
  of(bytes: Buffer, encoding: string, make: () => T): T;
}

/** So many bodies are kept themselves: to compare two is much faster than to hash one. */
const mostBodies = 16;

/** A series of readings is sent once for each load that shares it: what was read of it need not be read again. */
export function createBodyMemo<T>(): BodyMemo<T> {
  let latest: { readonly bytes: Buffer; readonly encoding: string; readonly result: T }[] = [];
  const results = createResultMemo<T>();
  return {
    of(bytes, encoding, make) {
      const there = latest.find((one) => one.encoding === encoding && one.bytes.equals(bytes));
      if (there) return there.result;
      const result = results.of(`${encoding} ${hashOf(bytes)}`, make);
      latest = [{ bytes, encoding, result }, ...latest.slice(0, mostBodies - 1)];
      return result;
    },
  };
}
