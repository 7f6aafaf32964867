/** Does works one after the other, in the order in which they are asked for. */
export interface Serially {
  <T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when all that was asked for until now has ended. */
  settled(): Promise<void>;
}

/** A work that fails keeps no other from its turn. */
export function createSerially(): Serially {
  let chain: Promise<unknown> = Promise.resolve();
  const serially = <T>(work: () => Promise<T>): Promise<T> => {
    const next = chain.then(work, work);
    chain = next.catch(() => undefined);
    return next;
  };
  return Object.assign(serially, { settled: async () => void (await chain) });
}
