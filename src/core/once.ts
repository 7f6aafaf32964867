/** Does the work with the first call alone; all calls get what came of it (of a promise also its failure). */
export function once<T>(work: () => T): () => T {
  let done: { readonly result: T } | undefined;
  return () => {
    done ??= { result: work() };
    return done.result;
  };
}
