import type { IndexedLoad } from '../resolve/indexed-load.ts';
import type { LoadIndex } from '../resolve/load-index.ts';
import type { Asked } from '../setpoints/instruction.ts';
import { type Candidate, onTop } from '../timeline/precedence.ts';
import type { ActingEvent } from './acting-event.ts';

/** What the VTN asks of the fleet as it is now: which events act on which loads. */
export interface Plan {
  readonly index: LoadIndex;
  readonly events: readonly ActingEvent[];
  /** The load of this id; undefined: there is none. */
  numberOf(loadId: string): number | undefined;
  load(number: number): IndexedLoad;
  /** All loads on which an event acts. */
  concerned(): Iterable<number>;
  /**
   * What is asked of each load at this time, for as long as one asks only for this time: the same list for loads on which the
   * same events act, unless they draw starts of their own.
   */
  askedAt(ms: number): (load: number) => readonly Asked[];
}

const nothing: readonly Asked[] = [];

/** Brings events and loads together. Loads on which the same events act share what is worked out for them. */
export function makePlan(index: LoadIndex, events: readonly ActingEvent[]): Plan {
  const { setOf, sets } = setsOf(index, events);
  return {
    index,
    events,
    numberOf: (loadId) => numbersOf(index).get(loadId),
    load: (number) => index.loads[number] as IndexedLoad,
    *concerned() {
      for (let load = 0; load < setOf.length; load++) if (setOf[load] !== 0) yield load;
    },
    askedAt(ms) {
      const shared = new Map<number, readonly Asked[]>();
      return (load) => {
        const set = setOf[load] as number;
        if (set === 0) return nothing;
        const before = shared.get(set);
        if (before) return before;
        const acting = sets[set] as readonly ActingEvent[];
        const asked = onTop(acting.map((one) => candidate(one, load, ms)));
        if (!acting.some(({ timelineOfLoad }) => timelineOfLoad)) shared.set(set, asked);
        return asked;
      };
    },
  };
}

const numbersKnown = new WeakMap<LoadIndex, ReadonlyMap<string, number>>();

/** The numbers of loads by their ids: made once for each index, when one is asked for, since plans are made anew with each reading. */
function numbersOf(index: LoadIndex): ReadonlyMap<string, number> {
  let numbers = numbersKnown.get(index);
  if (!numbers) {
    numbers = new Map(index.loads.map(({ loadId }, number) => [loadId, number]));
    numbersKnown.set(index, numbers);
  }
  return numbers;
}

/** For each load the number of the set of events that act on it; set 0 is empty. */
function setsOf(index: LoadIndex, events: readonly ActingEvent[]) {
  const setOf = new Int32Array(index.loads.length);
  const sets: ActingEvent[][] = [[]];
  for (const event of events) {
    const withIt = new Map<number, number>();
    for (const load of event.resolution.loads) {
      const before = setOf[load] as number;
      let after = withIt.get(before);
      if (after === undefined) {
        after = sets.push([...(sets[before] as ActingEvent[]), event]) - 1;
        withIt.set(before, after);
      }
      setOf[load] = after;
    }
  }
  return { setOf, sets };
}

function candidate(acting: ActingEvent, load: number, ms: number): Candidate {
  const { event, program, stored, timeline, timelineOfLoad } = acting;
  const spans = (timelineOfLoad ? timelineOfLoad(load) : timeline).at(ms);
  return { event, program, version: stored.version, spans };
}
