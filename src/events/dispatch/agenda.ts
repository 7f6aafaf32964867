import type { ActingEvent } from './acting-event.ts';
import { createDueHeap, type DueHeap } from './due-heap.ts';
import type { Plan } from './plan.ts';

/** When what is asked of which loads changes next. */
export interface Agenda {
  /** Milliseconds since 1970, UTC; undefined: nothing changes any more. */
  nextMs(): number | undefined;
  /** The loads of the first time that is due by then, and that time; undefined: nothing is due by then. */
  take(untilMs: number): { readonly atMs: number; readonly loads: Iterable<number> } | undefined;
}

/** The agenda of a plan from a time on, which itself is past. */
export function createAgenda({ events }: Pick<Plan, 'events'>, fromMs: number): Agenda {
  const entries = events.map((event) =>
    event.timelineOfLoad ? ofEach(event, fromMs) : ofAll(event, fromMs),
  );
  const first = () =>
    entries.reduce(
      (least, { nextMs }) => Math.min(least, nextMs() ?? Number.POSITIVE_INFINITY),
      Number.POSITIVE_INFINITY,
    );
  return {
    nextMs() {
      const ms = first();
      return ms === Number.POSITIVE_INFINITY ? undefined : ms;
    },
    take(untilMs) {
      const atMs = first();
      if (atMs > untilMs || atMs === Number.POSITIVE_INFINITY) return undefined;
      const loads = new Set<number>();
      for (const entry of entries) if (entry.nextMs() === atMs) entry.take(atMs, loads);
      return { atMs, loads };
    },
  };
}

interface Entry {
  nextMs(): number | undefined;
  /** Adds the loads for which this is the time. */
  take(atMs: number, loads: Set<number>): void;
}

function ofAll({ timeline, resolution }: ActingEvent, fromMs: number): Entry {
  let next = timeline.nextChange(fromMs);
  return {
    nextMs: () => next,
    take(atMs, loads) {
      next = timeline.nextChange(atMs);
      for (const load of resolution.loads) loads.add(load);
    },
  };
}

/** Starts that are drawn are put on whole quarters of a second, so that not every load has a moment of its own. */
const grainMs = 250;

function ofEach({ timelineOfLoad, resolution }: ActingEvent, fromMs: number): Entry {
  const heap: DueHeap = createDueHeap();
  const add = (load: number, afterMs: number) => {
    const next = timelineOfLoad?.(load).nextChange(afterMs);
    if (next !== undefined) heap.push(load, Math.ceil(next / grainMs) * grainMs);
  };
  for (const load of resolution.loads) add(load, fromMs);
  return {
    nextMs: () => heap.nextMs(),
    take(atMs, loads) {
      while (heap.nextMs() === atMs) {
        const load = heap.pop() as number;
        loads.add(load);
        add(load, atMs);
      }
    },
  };
}
