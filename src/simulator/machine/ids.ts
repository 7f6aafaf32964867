import { randomUUID } from 'node:crypto';

/**
 * Gives out ids that look like UUIDs and hold a number, so that no table is needed to find it again.
 * Two sequences never give the same id, not even in two processes.
 */
export interface IdSequence {
  /** The id of number `n` (0 to 2^32 - 1). */
  idOf(n: number): string;
  /** The number of an id, or undefined if the id is none of this sequence. */
  numberOf(id: string): number | undefined;
}

// Multiplying by an odd number modulo 2^32 can be undone: the ids of neighbours have nothing in common.
const factor = 0x9e3779b1;
const inverse = inverseOf(factor);

export function createIdSequence(): IdSequence {
  const ending = randomUUID().slice(8);
  return {
    idOf: (n) => (Math.imul(n + 1, factor) >>> 0).toString(16).padStart(8, '0') + ending,
    numberOf(id) {
      const head = id.slice(0, 8);
      if (!id.endsWith(ending) || id.length !== 36 || !/^[0-9a-f]{8}$/.test(head)) return undefined;
      return (Math.imul(Number.parseInt(head, 16), inverse) >>> 0) - 1;
    },
  };
}

/** Newton's method doubles the number of right bits with each step. */
function inverseOf(odd: number): number {
  let x = odd;
  for (let step = 0; step < 5; step += 1) x = Math.imul(x, 2 - Math.imul(odd, x));
  return x;
}
