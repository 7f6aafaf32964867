/** Numbers of loads, by when each is due next: the earliest first. */
export interface DueHeap {
  /** When the first is due; undefined: there is none. */
  nextMs(): number | undefined;
  push(load: number, dueMs: number): void;
  /** Takes out the first. */
  pop(): number | undefined;
}

/** A binary heap over two plain lists: a hundred thousand loads may each have a time of their own. */
export function createDueHeap(): DueHeap {
  const times: number[] = [];
  const loads: number[] = [];
  const swap = (one: number, other: number) => {
    [times[one], times[other]] = [times[other] as number, times[one] as number];
    [loads[one], loads[other]] = [loads[other] as number, loads[one] as number];
  };
  const at = (index: number) => times[index] ?? Number.POSITIVE_INFINITY;
  return {
    nextMs: () => times[0],
    push(load, dueMs) {
      let index = times.push(dueMs) - 1;
      loads.push(load);
      for (let parent = (index - 1) >> 1; index > 0 && at(parent) > at(index); parent = (index - 1) >> 1) {
        swap(index, parent);
        index = parent;
      }
    },
    pop() {
      if (times.length === 0) return undefined;
      swap(0, times.length - 1);
      const load = loads.pop();
      times.pop();
      for (let index = 0; ; ) {
        const left = 2 * index + 1;
        const least = at(left) <= at(left + 1) ? left : left + 1;
        if (at(least) >= at(index)) return load;
        swap(index, least);
        index = least;
      }
    },
  };
}
