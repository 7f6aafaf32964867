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

/** The items of lists, one by one. (As a generator it would cost each item three turns of the queue, not one.) */
export function flattened<T>(lists: AsyncIterable<readonly T[]>): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = lists[Symbol.asyncIterator]();
      let list: readonly T[] = [];
      let next = 0;
      const nextList = async (): Promise<IteratorResult<T>> => {
        for (;;) {
          const { done, value } = await iterator.next();
          if (done) return { done: true, value: undefined };
          list = value;
          next = 0;
          if (list.length > 0) return { done: false, value: list[next++] as T };
        }
      };
      return {
        next: () =>
          next < list.length ? Promise.resolve({ done: false, value: list[next++] as T }) : nextList(),
        async return() {
          await iterator.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

/** Items that are there, as if they came one by one. */
export async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

/** Does the work on each item, `most` of them at a time; throws the first error, and begins nothing more. */
export async function eachOf<T>(
  items: readonly T[],
  most: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  let failed = false;
  const worker = async () => {
    for (const item of left) {
      if (failed) return;
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
}
