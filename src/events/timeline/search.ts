/** How many of `length` things, which are in order, come before a point: `isBefore` holds of the first ones and of no later one. */
export function countBefore(length: number, isBefore: (n: number) => boolean): number {
  let from = 0;
  let until = length;
  while (from < until) {
    const middle = Math.floor((from + until) / 2);
    if (isBefore(middle)) from = middle + 1;
    else until = middle;
  }
  return from;
}

/** The first of these, which are in order, that is later. */
export function firstAfter(inOrder: ArrayLike<number>, ms: number): number | undefined {
  return inOrder[countBefore(inOrder.length, (n) => (inOrder[n] as number) <= ms)];
}
