/*
 * What holds for several profiles, or kinds of trouble, is tried with one of them, and the next scenario with the next: `npm test` has to
 * end within minutes. `npm run test:all` tries each scenario with all.
 */
import { test } from 'node:test';

/** This is `npm run test:all`. */
export const triesAll = process.env.TEST_VENFLEET_ALL === '1';

/** Where the next list begins: the first scenarios of a file's lists are not all tried with the same kind. */
let begun = 0;

/** Each kind, with a `test` that carries out every n-th of its scenarios, such that each is carried out with one kind. */
export function inTurn<T>(kinds: readonly T[]): [kind: T, tried: typeof test][] {
  const from = begun++;
  return kinds.map((kind, index) => {
    let turn = from + index;
    const isNow = () => triesAll || turn++ % kinds.length === 0;
    const tried = (...args: Parameters<typeof test>) => (isNow() ? test(...args) : Promise.resolve());
    return [kind, tried as typeof test];
  });
}

/** One of them, and the next with the next call. */
export function oneInTurn<T>(kinds: readonly T[]): readonly T[] {
  if (triesAll) return kinds;
  const at = begun++ % kinds.length;
  return kinds.slice(at, at + 1);
}
