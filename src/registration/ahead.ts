interface Taken<T> {
  readonly result: Promise<IteratorResult<T>>;
  isThere: boolean;
}

/**
 * Takes items of `source` before they are asked for, so that whoever asks need not wait: one, and for each time
 * that it was not there yet, one more, up to `most`.
 */
export async function* ahead<T>(source: AsyncIterable<T>, most: number): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  const taken: Taken<T>[] = [];
  let depth = 1;
  const take = () => {
    const item: Taken<T> = { result: iterator.next(), isThere: false };
    const arrive = () => {
      item.isThere = true;
    };
    // Whoever asks for it hears of its failure.
    item.result.then(arrive, arrive);
    taken.push(item);
  };
  try {
    take();
    for (let isFirst = true; ; isFirst = false) {
      const item = taken.shift() as Taken<T>;
      if (!item.isThere && !isFirst) depth = Math.min(depth + 1, most);
      // Asked for now, so that the source goes on while this one is waited for, and then used.
      while (taken.length < depth) take();
      const { done, value } = await item.result;
      if (done) return;
      yield value;
    }
  } finally {
    await Promise.allSettled(taken.map((item) => item.result));
    await iterator.return?.();
  }
}
