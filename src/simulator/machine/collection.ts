import type { Call, Handler, Reply } from './dialect.ts';
import { Refusal } from './refusal.ts';
import type { Slots } from './slots.ts';
import type { DuplicateAnswer, SimulatorSwitches } from './switches.ts';
import type { Caller } from './tokens.ts';

/** What was done with a stored thing, as notifications say it. */
export type Operation = 'CREATE' | 'UPDATE' | 'DELETE';

export type Action = 'list' | 'get' | 'add' | 'edit' | 'remove';

/** What a request to a collection asks, as far as it is known without its body. */
export interface Asking<Query> {
  readonly action: Action;
  readonly caller: Caller;
  /** The VEN in the path, where it is a VEN's own collection (OpenADR 3.0). */
  readonly venId: string | undefined;
  /** Of a listing. */
  readonly query: Query | undefined;
}

/** The place of a page in a listing. */
export interface Page {
  readonly skip: number;
  readonly limit: number;
}

/** How one kind of VTN speaks, whatever the collection. What is wrong is thrown as a `Refusal`. */
export interface Manner {
  readonly switches: SimulatorSwitches;
  identify(call: Call): Caller;
  /** An id from the path. */
  id(text: string): string;
  /** The JSON of a body. */
  body(call: Call): unknown;
  problem(status: number, text?: string): Reply;
  missing(kind: string): Reply;
  /** 409; `id`: of what is there. */
  exists(kind: string, id: string | undefined): Reply;
}

/** What one collection holds and who may do what with it. What is wrong is thrown as a `Refusal`. */
export interface Rules<Asked, Query extends Page> {
  /** What one of them is called. */
  readonly kind: string;
  query(text: string): Query;
  /** Whether the caller is identified before the path's ids and the query are looked at. */
  callerFirst?(action: Action): boolean;
  /** Whether callers who may not write are refused even before the body is read. */
  readonly demandsFirst?: boolean;
  /** Whether an unknown id is refused even before the body is read. */
  readonly findsFirst?: boolean;
  read(body: unknown, asking: Asking<Query>): Asked;
  /** Refuses callers who may not do this at all. */
  demand?(asking: Asking<Query>, asked?: Asked): void;
  /** Whether the caller may see (get) or change (edit, remove) this one. */
  reaches(asking: Asking<Query>, n: number): boolean;
  /** What narrows a listing; undefined: nothing does. */
  narrow(
    asking: Asking<Query>,
    query: Query,
  ): { readonly among?: Iterable<number>; fits?(n: number): boolean } | undefined;
  /** The natural order of listings, where it is not that of storing. */
  compare?(a: number, b: number): number;
  /** Whether what is stored may (`forgetRate`) be forgotten after the answer. */
  readonly forgettable?: boolean;
  duplicates?(): DuplicateAnswer;
  /** Stores one and returns its number; or that of the one `there` already in its place. */
  add(asked: Asked, asking: Asking<Query>): number | { readonly there: number };
  replace?(n: number, asked: Asked, asking: Asking<Query>): void;
  remove(n: number): void;
  /** Has the answer wait until what is outside agrees to it, or refuses. Undefined: there is nothing to wait for. */
  confirm?(asked: Asked): Promise<void> | undefined;
  /** Makes ready to tell others of what is done with this one, as it is now; what is returned tells them. */
  tell?(operation: Operation, n: number): (() => void) | undefined;
  /** One of them as the caller sees it. */
  json(n: number, asking: Asking<Query>): string;
  /** The same, in answer to its creation. */
  created?(n: number, asked: Asked, call: Call): string;
}

export type Handlers = Readonly<Record<Action, Handler>>;

/** What lists, tells, stores, replaces and deletes things of one kind. */
export function createCollection<Asked, Query extends Page>(
  manner: Manner,
  slots: Slots<unknown>,
  rules: Rules<Asked, Query>,
): Handlers {
  const begin = (action: Action, call: Call, params: readonly string[]) => {
    const early = rules.callerFirst?.(action) ? manner.identify(call) : undefined;
    const ids = params.map((text) => manner.id(text));
    const id = action === 'list' || action === 'add' ? undefined : ids.pop();
    const query = action === 'list' ? rules.query(call.query) : undefined;
    return { id, asking: { action, venId: ids[0], query, caller: early ?? manner.identify(call) } };
  };
  const read = (asking: Asking<Query>, call: Call) => {
    if (rules.demandsFirst) rules.demand?.(asking);
    const asked = rules.read(manner.body(call), asking);
    rules.demand?.(asking, asked);
    return asked;
  };
  const find: Find<Query> = (asking, id) => {
    const n = id === undefined ? undefined : slots.find(id);
    if (n === undefined || !rules.reaches(asking, n)) throw new Refusal(manner.missing(rules.kind));
    return n;
  };
  const { add, edit } = createWriter(manner, slots, rules, find);
  return {
    list(call, params) {
      const { asking } = begin('list', call, params);
      rules.demand?.(asking);
      const whole = pageOf(asking, slots, rules, manner.switches);
      const isPartial = whole.length > 0 && call.befalls('partial');
      const numbers = isPartial ? whole.slice(0, Math.floor(whole.length / 2)) : whole;
      return { status: 200, body: `[${numbers.map((n) => rules.json(n, asking)).join()}]` };
    },
    get(call, params) {
      const { asking, id } = begin('get', call, params);
      rules.demand?.(asking);
      return { status: 200, body: rules.json(find(asking, id), asking) };
    },
    add(call, params) {
      const { asking } = begin('add', call, params);
      const asked = read(asking, call);
      const confirmed = rules.confirm?.(asked);
      return confirmed ? confirmed.then(() => add(asked, asking, call)) : add(asked, asking, call);
    },
    edit(call, params) {
      const { asking, id } = begin('edit', call, params);
      if (rules.findsFirst) find(asking, id);
      const asked = read(asking, call);
      const confirmed = rules.confirm?.(asked);
      return confirmed ? confirmed.then(() => edit(asked, asking, id)) : edit(asked, asking, id);
    },
    remove(call, params) {
      const { asking, id } = begin('remove', call, params);
      rules.demand?.(asking);
      const n = find(asking, id);
      const before = rules.json(n, asking);
      const tell = rules.tell?.('DELETE', n);
      rules.remove(n);
      tell?.();
      return { status: 200, body: before };
    },
  };
}

type Find<Query> = (asking: Asking<Query>, id: string | undefined) => number;

/** What stores and replaces what was read, and tells of it. */
function createWriter<Asked, Query extends Page>(
  manner: Manner,
  slots: Slots<unknown>,
  rules: Rules<Asked, Query>,
  find: Find<Query>,
) {
  const store = (asked: Asked, asking: Asking<Query>) => {
    const added = rules.add(asked, asking);
    if (typeof added === 'number') rules.tell?.('CREATE', added)?.();
    return added;
  };
  const add = (asked: Asked, asking: Asking<Query>, call: Call): Reply => {
    const { acceptMs } = manner.switches;
    if (acceptMs > 0) return accepted(() => store(asked, asking), acceptMs);
    const added = store(asked, asking);
    if (typeof added === 'number') {
      const body = rules.created?.(added, asked, call) ?? rules.json(added, asking);
      if (rules.forgettable && call.befalls('forget')) rules.remove(added);
      return { status: 201, body };
    }
    const how = rules.duplicates?.();
    if (how === 'existing-200' || how === 'existing-201') {
      return { status: how === 'existing-200' ? 200 : 201, body: rules.json(added.there, asking) };
    }
    if (how === '500') return manner.problem(500, 'Internal Server Error');
    return manner.exists(rules.kind, how === '409-id' ? slots.idOf(added.there) : undefined);
  };
  const edit = (asked: Asked, asking: Asking<Query>, id: string | undefined): Reply => {
    const n = find(asking, id);
    rules.replace?.(n, asked, asking);
    rules.tell?.('UPDATE', n)?.();
    return { status: 200, body: rules.json(n, asking) };
  };
  return { add, edit };
}

/** Carries out later what was checked; that it cannot be done then, as the VEN is unknown, nobody is told. */
function accepted(carryOut: () => void, afterMs: number): Reply {
  const work = () => {
    try {
      carryOut();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  };
  // Unref'd: a process whose simulator was closed need not wait for it.
  setTimeout(work, afterMs).unref();
  return { status: 202, body: '' };
}

function pageOf<Asked, Query extends Page>(
  asking: Asking<Query>,
  slots: Slots<unknown>,
  rules: Rules<Asked, Query>,
  switches: SimulatorSwitches,
): number[] {
  const query = asking.query as Query;
  const { skip, limit } = query;
  const narrow = rules.narrow(asking, query);
  if (!narrow && !rules.compare) return slots.page(skip, limit);
  const { among = slots.numbers(), fits = () => true } = narrow ?? {};
  const found = [...among].filter((n) => fits(n));
  const natural = rules.compare && switches.order === 'natural';
  return (natural ? found.sort(rules.compare) : slots.inOrder(found)).slice(skip, skip + limit);
}
