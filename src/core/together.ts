/**
 * Makes one call of those that come while another is under way, in their order, and each caller gets what came of it: for work that
 * costs much a call, whatever it is called with, such as a commit. All of one call succeed or fail together.
 */
export function together<T>(
  work: (all: readonly T[]) => Promise<void>,
): (some: readonly T[]) => Promise<void> {
  let underWay: Promise<unknown> | undefined;
  let next: { readonly all: T[]; readonly done: Promise<void> } | undefined;
  const start = (all: readonly T[]): Promise<void> => {
    const done = work(all);
    const ended = done
      .catch(() => undefined)
      .then(() => {
        if (underWay === ended) underWay = undefined;
      });
    underWay = ended;
    return done;
  };
  return (some) => {
    if (next) {
      for (const one of some) next.all.push(one);
      return next.done;
    }
    if (!underWay) return start(some);
    const all = [...some];
    const done = underWay.then(() => {
      next = undefined;
      return start(all);
    });
    next = { all, done };
    return done;
  };
}
