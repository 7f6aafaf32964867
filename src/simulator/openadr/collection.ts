import type { Handler } from '../machine/dialect.ts';
import { createSlots, inOrder, type Slots } from '../machine/slots.ts';
import type { SimulatorSwitches } from '../machine/switches.ts';
import type { Caller } from '../machine/tokens.ts';
import type { Identify } from './access.ts';
import { created, ok, pageOf } from './conflict.ts';
import { bodyOf } from './json-body.ts';
import { idOf, type ListQuery, readQuery } from './list-query.ts';
import type { Version } from './object-readers.ts';
import { refuse } from './problem.ts';
import type { Reader } from './readers.ts';
import type { Stamps } from './stamps.ts';

export type Content = Readonly<Record<string, unknown>>;

/** A program, event, report or subscription as it is kept. */
export interface Stored {
  readonly content: Content;
  readonly created: number;
  readonly modified: number;
  /** Who made it. */
  readonly clientId: string;
  /** Numbers of VENs: those that a 3.0 program is for, or the one that a 3.0 report is from. */
  readonly vens: readonly number[];
}

export type Action = 'see' | 'add' | 'edit' | 'remove';

/** What is peculiar to one kind of object. */
export interface Rules {
  readonly read: Reader<Record<string, unknown>>;
  /** Refuses callers who may not do this at all. Before the body is read in 3.0, after it in 3.1. */
  demand(caller: Caller, action: Action): void;
  /** The object as this caller sees it; undefined where it does not. */
  seen(caller: Caller, one: Stored, query: ListQuery | undefined): Content | undefined;
  /** Whether the filters of a listing let it through. */
  matches(one: Stored, query: ListQuery): boolean;
  /** Whether the caller may change or delete what it may not see, or not what it sees. Default: what it sees. */
  owns?(caller: Caller, one: Stored): boolean;
  /** Checks what refers to other objects and what must be unique; returns what is kept. */
  accept(content: Content, caller: Caller, before: Stored | undefined): Pick<Stored, 'content' | 'vens'>;
  /** Refuses to delete what others refer to. */
  release?(id: string): void;
  /** The object with its metadata, in the order in which the server writes it. */
  write(metadata: Content, content: Content, one: Stored): Content;
  /** What of a page's place is not checked. */
  readonly unchecked?: readonly ('skip' | 'limit')[];
  readonly newestFirst: boolean;
  /** In place of the order of storing. */
  compare?(a: Stored, b: Stored): number;
}

export interface Collection {
  readonly slots: Slots<Stored>;
  readonly handlers: Record<'list' | 'add' | 'get' | 'edit' | 'remove', Handler>;
}

/** Says what each object of this kind is to the rest of the VTN. */
export function createCollection(
  version: Version,
  switches: SimulatorSwitches,
  identify: Identify,
  stamps: Stamps,
  rulesOf: (slots: Slots<Stored>) => Rules,
): Collection {
  const slots = createSlots<Stored>(switches);
  const rules = rulesOf(slots);
  const json = (n: number, content: Content) => {
    const one = slots.get(n) as Stored;
    const metadata = {
      id: slots.idOf(n),
      createdDateTime: stamps.text(one.created),
      modificationDateTime: stamps.text(one.modified),
    };
    return JSON.stringify(rules.write(metadata, content, one));
  };
  const find = (caller: Caller, id: string) => {
    const n = slots.find(id) ?? refuse(404);
    const one = slots.get(n) as Stored;
    const owns = rules.owns ? rules.owns(caller, one) : rules.seen(caller, one, undefined) !== undefined;
    return owns ? n : refuse(404);
  };
  const shown = (caller: Caller, n: number) => {
    const one = slots.get(n) as Stored;
    return json(n, rules.seen(caller, one, undefined) ?? one.content);
  };
  return {
    slots,
    handlers: {
      list(call) {
        const query = readQuery(call.query, version, rules.unchecked);
        const caller = identify(call);
        rules.demand(caller, 'see');
        return list(slots, rules, switches, query, caller, json);
      },
      add(call) {
        const caller = identify(call);
        if (version === '3.0') rules.demand(caller, 'add');
        const content = rules.read(bodyOf(call), '');
        rules.demand(caller, 'add');
        const now = stamps.now();
        const accepted = rules.accept(content, caller, undefined);
        const n = slots.add({ ...accepted, created: now, modified: now, clientId: caller.clientId });
        return created(shown(caller, n));
      },
      get(call, [id]) {
        const wanted = idOf(id);
        const caller = identify(call);
        rules.demand(caller, 'see');
        const n = slots.find(wanted) ?? refuse(404);
        return ok(json(n, rules.seen(caller, slots.get(n) as Stored, undefined) ?? refuse(404)));
      },
      edit(call, [id]) {
        const wanted = idOf(id);
        const caller = identify(call);
        if (version === '3.0') rules.demand(caller, 'edit');
        const content = rules.read(bodyOf(call), '');
        rules.demand(caller, 'edit');
        const n = find(caller, wanted);
        const before = slots.get(n) as Stored;
        slots.replace(n, { ...before, ...rules.accept(content, caller, before), modified: stamps.now() });
        return ok(shown(caller, n));
      },
      remove(call, [id]) {
        const wanted = idOf(id);
        const caller = identify(call);
        rules.demand(caller, 'remove');
        const n = find(caller, wanted);
        rules.release?.(wanted);
        const before = shown(caller, n);
        slots.remove(n);
        return ok(before);
      },
    },
  };
}

function list(
  slots: Slots<Stored>,
  rules: Rules,
  switches: SimulatorSwitches,
  query: ListQuery,
  caller: Caller,
  json: (n: number, content: Content) => string,
) {
  const seen = new Map<number, Content>();
  for (const n of slots.numbers()) {
    const one = slots.get(n) as Stored;
    if (!rules.matches(one, query)) continue;
    const content = rules.seen(caller, one, query);
    if (content) seen.set(n, content);
  }
  let numbers = [...seen.keys()];
  const { compare } = rules;
  if (switches.order === 'natural' && compare) {
    numbers = numbers.sort((a, b) => compare(slots.get(a) as Stored, slots.get(b) as Stored));
  } else numbers = inOrder(numbers, switches.order, rules.newestFirst);
  return pageOf(numbers, query, (n) => json(n, seen.get(n) as Content));
}
