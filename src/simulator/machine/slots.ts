import { createIdSequence, type IdSequence } from './ids.ts';
import type { SimulatorSwitches } from './switches.ts';

/** Things in the order in which they were stored, found by an id that needs no table. */
export interface Slots<T> {
  /** Stores a thing and returns its number. */
  add(thing: T): number;
  get(n: number): T | undefined;
  replace(n: number, thing: T): void;
  remove(n: number): void;
  readonly size: number;
  idOf(n: number): string;
  /** The number of what has this id now, or undefined. */
  find(id: string): number | undefined;
  /** The numbers of all, in the order of storing. */
  numbers(): Iterable<number>;
  /** Puts numbers, given in rising order, into the order that the switches ask for. */
  inOrder(numbers: number[]): number[];
  /** The numbers of one page of all, in that order. */
  page(skip: number, limit: number): number[];
  wipe(): void;
}

/** `newestFirst`: the natural order of listings is the reverse of that of storing. */
export function createSlots<T>(switches: SimulatorSwitches, newestFirst = false): Slots<T> {
  let things: (T | undefined)[] = [];
  let ids: IdSequence = createIdSequence();
  let size = 0;
  let listing: number[] | undefined;
  let listedAs: SimulatorSwitches['order'] | undefined;

  const inOrder = (numbers: number[]) => ordered(numbers, switches.order, newestFirst);
  function* numbers() {
    for (let n = 0; n < things.length; n += 1) if (things[n] !== undefined) yield n;
  }
  return {
    add(thing) {
      listing = undefined;
      size += 1;
      return things.push(thing) - 1;
    },
    get: (n) => things[n],
    replace(n, thing) {
      things[n] = thing;
    },
    remove(n) {
      listing = undefined;
      size -= 1;
      things[n] = undefined;
    },
    get size() {
      return size;
    },
    idOf: (n) => ids.idOf(n),
    find(id) {
      const n = ids.numberOf(id);
      return n !== undefined && things[n] !== undefined ? n : undefined;
    },
    numbers,
    inOrder,
    page(skip, limit) {
      if (!listing || listedAs !== switches.order) {
        listedAs = switches.order;
        listing = inOrder([...numbers()]);
      }
      return listing.slice(skip, skip + limit);
    },
    wipe() {
      things = [];
      ids = createIdSequence();
      size = 0;
      listing = undefined;
    },
  };
}

/** `shuffled` is the same at every call. */
function ordered(numbers: number[], order: SimulatorSwitches['order'], newestFirst: boolean): number[] {
  if (order === 'shuffled') return numbers.sort((a, b) => scatter(a) - scatter(b));
  return (order === 'reverse') === newestFirst ? numbers : numbers.reverse();
}

function scatter(n: number): number {
  const mixed = Math.imul(n ^ (n >>> 15), 0x2c1b3c6d);
  return Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39) >>> 0;
}
