import { createKeyIndex } from '../machine/key-index.ts';
import { createSlots, type Slots } from '../machine/slots.ts';
import type { SimulatorSwitches } from '../machine/switches.ts';
import type { Dated } from './stamps.ts';

export type Content = Readonly<Record<string, unknown>>;

/** A program, event, report or subscription as it is kept. */
export interface Stored extends Dated {
  readonly content: Content;
  /** Who made it. */
  readonly clientId: string;
  /** Numbers of VENs: those that a 3.0 program is for, or the one that a 3.0 report is from. */
  readonly vens: readonly number[];
}

/** Is told of what is stored, and of what is no more. */
export interface Account {
  add(content: Content): void;
  remove(content: Content): void;
}

/** Objects of one kind, found by id and by name. */
export interface StoredObjects {
  readonly slots: Slots<Stored>;
  get(n: number): Stored;
  add(one: Stored): number;
  replace(n: number, one: Stored): void;
  remove(n: number): void;
  /** Whether the name of this content is that of an object other than number `n`. No name is no other's. */
  isTaken(content: Content, n: number | undefined): boolean;
  wipe(): void;
}

/** `nameField`: the field of the name, where it is looked at. */
export function createStoredObjects(
  switches: SimulatorSwitches,
  newestFirst: boolean,
  nameField: string | undefined,
  account: Account | undefined,
): StoredObjects {
  const slots = createSlots<Stored>(switches, newestFirst);
  const get = (n: number) => slots.get(n) as Stored;
  const nameOf = (content: Content) => {
    const name = nameField && content[nameField];
    return typeof name === 'string' ? name : undefined;
  };
  const names = createKeyIndex((n) => nameOf(get(n).content) as string);
  const name = (n: number, content: Content) => {
    const itsName = nameOf(content);
    if (itsName !== undefined) names.add(n, itsName);
  };
  const unname = (n: number, content: Content) => {
    const itsName = nameOf(content);
    if (itsName !== undefined) names.remove(n, itsName);
  };
  return {
    slots,
    get,
    add(one) {
      const n = slots.add(one);
      name(n, one.content);
      account?.add(one.content);
      return n;
    },
    replace(n, one) {
      const before = get(n).content;
      unname(n, before);
      slots.replace(n, one);
      name(n, one.content);
      // In this order, so that what both hold is not given up in between.
      account?.add(one.content);
      account?.remove(before);
    },
    remove(n) {
      const { content } = get(n);
      unname(n, content);
      slots.remove(n);
      account?.remove(content);
    },
    isTaken(content, n) {
      const name = nameOf(content);
      return name !== undefined && names.all(name).some((one) => one !== n);
    },
    wipe() {
      for (const n of slots.numbers()) account?.remove(get(n).content);
      slots.wipe();
      names.clear();
    },
  };
}
