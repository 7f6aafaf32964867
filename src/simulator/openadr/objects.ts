import { type Action, createCollection, type Handlers, type Operation } from '../machine/collection.ts';
import type { Call } from '../machine/dialect.ts';
import type { Slots } from '../machine/slots.ts';
import type { Caller } from '../machine/tokens.ts';
import { type ListQuery, readQuery } from './list-query.ts';
import type { Change } from './notices.ts';
import { refuse, refuseUnknownReference } from './problem.ts';
import type { Reader } from './readers.ts';
import { type Account, type Content, createStoredObjects, type Stored } from './stored-objects.ts';
import type { Vtn } from './vtn.ts';

/** What is peculiar to one kind of object. */
export interface ObjectRules {
  readonly objectType: Change['objectType'];
  /** The JSON of a request. Default: the manner's. */
  body?(call: Call): unknown;
  readonly read: Reader<Record<string, unknown>>;
  /** Refuses callers who may not do this at all. */
  demand(caller: Caller, action: Action): void;
  /** The object as this caller sees it; undefined where it does not. */
  seen(caller: Caller, one: Stored, query: ListQuery | undefined): Content | undefined;
  /** Whether the filters of a listing let it through. */
  matches(one: Stored, query: ListQuery): boolean;
  /** Whether the caller may change or delete what it may not see, or not what it sees. Default: what it sees. */
  owns?(caller: Caller, one: Stored): boolean;
  /** The field of the name. */
  readonly nameField?: string;
  /** Checks what refers to other objects; `refuseTaken` refuses (409) a name that another object has. */
  accept?(
    content: Content,
    caller: Caller,
    before: Stored | undefined,
    refuseTaken: () => void,
  ): { readonly content: Content; readonly vens?: readonly number[] };
  /** Of the program that the object belongs to, for notifications. Default: that in its field. */
  programOf?(content: Content): unknown;
  /** As `Rules.confirm`. */
  confirm?(content: Content): Promise<void> | undefined;
  /** Whether it is kept from everybody's eyes for now. */
  isHidden?(): boolean;
  /** Refuses to delete what others refer to. */
  release?(id: string): void;
  /** The object with its metadata, in the order in which the server writes it. Default: metadata first. */
  write?(metadata: Content, content: Content, one: Stored): Content;
  /** What of a page's place is not checked. */
  readonly unchecked?: readonly ('skip' | 'limit')[];
  /** The JSON of an object. */
  stringify?(object: Content): string;
  readonly account?: Account;
  /** Whether what is stored may be forgotten after the answer. */
  readonly forgettable?: boolean;
  readonly newestFirst: boolean;
  /** In place of the order of storing. */
  compare?(a: Stored, b: Stored): number;
}

export interface ObjectCollection {
  readonly slots: Slots<Stored>;
  /** All, as they are stored. */
  lines(): Iterable<object>;
  wipe(): void;
  readonly handlers: Handlers;
}

export type Objects = Readonly<Record<'programs' | 'events' | 'reports' | 'subscriptions', ObjectCollection>>;

/** A collection of objects that are kept whole. */
export function objectCollection(vtn: Vtn, rules: ObjectRules): ObjectCollection {
  const { version, switches, manner, stamps, notices } = vtn;
  const objects = createStoredObjects(switches, rules.newestFirst, rules.nameField, rules.account);
  const { slots, get: stored } = objects;
  const { compare, body = manner.body } = rules;
  const accepted = (asked: Content, caller: Caller, n: number | undefined) => {
    const before = n === undefined ? undefined : stored(n);
    const refuseTaken = () => {
      if (objects.isTaken(asked, n)) refuse(409, 'Conflict');
    };
    return rules.accept?.(asked, caller, before, refuseTaken) ?? { content: asked };
  };
  const { jsonOf, lines, changeOf } = createTelling(vtn, rules, slots);
  const handlers = createCollection<Content, ListQuery>({ ...manner, body }, slots, {
    kind: 'object',
    query: (text) => readQuery(text, version, rules.unchecked),
    demandsFirst: version === '3.0',
    read: (body) => rules.read(body, ''),
    demand({ caller, action, query }) {
      rules.demand(caller, action);
      // As OpenLEADR, whose database refuses what was not checked before.
      if (query && (query.skip < 0 || query.limit < 0)) refuse(500, 'A database error occurred');
    },
    reaches({ caller, action }, n) {
      const one = stored(n);
      if (action === 'get' && rules.isHidden?.()) return false;
      if (action !== 'get' && rules.owns) return rules.owns(caller, one);
      return rules.seen(caller, one, undefined) !== undefined;
    },
    narrow: ({ caller }, query) => ({
      fits: (n) =>
        !rules.isHidden?.() &&
        rules.matches(stored(n), query) &&
        rules.seen(caller, stored(n), query) !== undefined,
    }),
    ...(compare && { compare: (a, b) => compare(stored(a), stored(b)) }),
    ...(rules.forgettable && { forgettable: true }),
    ...(rules.confirm && { confirm: rules.confirm }),
    tell: (operation, n) => notices.prepare(() => changeOf(operation, n)),
    add(asked, { caller }) {
      const content = accepted(asked, caller, undefined);
      return objects.add({ vens: [], ...content, ...stamps.fresh(), clientId: caller.clientId });
    },
    replace(n, asked, { caller }) {
      const content = accepted(asked, caller, n);
      objects.replace(n, { ...stored(n), ...content, modified: stamps.now() });
    },
    remove(n) {
      rules.release?.(slots.idOf(n));
      objects.remove(n);
    },
    json(n, { caller, query }) {
      const one = stored(n);
      return jsonOf(n, one, rules.seen(caller, one, query) ?? one.content);
    },
  });
  return { slots, handlers, lines, wipe: objects.wipe };
}

/** How objects are told of: to those who ask, and to those who want to know. */
function createTelling({ stamps }: Vtn, rules: ObjectRules, slots: Slots<Stored>) {
  const { write = (metadata, content) => ({ ...metadata, ...content }), stringify = JSON.stringify } = rules;
  const stored = (n: number) => slots.get(n) as Stored;
  const jsonOf = (n: number, one: Stored, content: Content) => {
    const metadata = {
      id: slots.idOf(n),
      createdDateTime: stamps.text(one.created),
      modificationDateTime: stamps.text(one.modified),
    };
    return stringify(write(metadata, content, one));
  };
  function* lines() {
    for (const n of slots.numbers()) yield JSON.parse(jsonOf(n, stored(n), stored(n).content)) as object;
  }
  const changeOf = (operation: Operation, n: number): Change => {
    const one = stored(n);
    const { content } = one;
    const id = slots.idOf(n);
    const programId = rules.objectType === 'PROGRAM' ? id : (rules.programOf?.(content) ?? content.programID);
    return {
      ...{ objectType: rules.objectType, operation, id, content },
      programId: programId as string | undefined,
      jsonFor(caller) {
        const seen = rules.seen(caller, one, undefined);
        return seen && jsonOf(n, one, seen);
      },
    };
  };
  return { jsonOf, lines, changeOf };
}

/** Refuses (409) to delete what another object refers to. */
export function demandUnused({ slots }: ObjectCollection, field: string, id: string): void {
  for (const n of slots.numbers()) {
    if (slots.get(n)?.content[field] === id) refuseUnknownReference();
  }
}

/** The object with the id that another one names in a field. */
export function referred({ slots }: ObjectCollection, id: unknown): Stored | undefined {
  return slots.get(slots.find(id as string) ?? -1);
}

/** Whether an object has in these fields what a listing's filters of the same names ask for. */
export function hasFields(content: Content, { filters }: ListQuery, ...fields: readonly string[]): boolean {
  return fields.every((field) => filters[field] === undefined || content[field] === filters[field]);
}

/** Events by priority, those without one last, and then the newest first. */
export function compareEvents(a: Stored, b: Stored): number {
  const rank = ({ content }: Stored) => (content.priority as number | null) ?? Infinity;
  return rank(a) === rank(b) ? b.created - a.created : rank(a) - rank(b);
}

/** The filters of a listing of subscriptions; one without a program is for every program. */
export function matchesSubscription({ content }: Stored, query: ListQuery): boolean {
  const { objects } = query.filters;
  const operations = content.objectOperations as readonly { objects: readonly string[] }[];
  return (
    hasFields(content, query, 'clientName') &&
    (content.programID === undefined || hasFields(content, query, 'programID')) &&
    (objects === undefined || operations.some((one) => one.objects.includes(objects)))
  );
}
