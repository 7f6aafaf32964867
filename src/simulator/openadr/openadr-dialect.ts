import type { Dialect, Handler, Reply } from '../machine/dialect.ts';
import { createRouter, type RouteTable } from '../machine/router.ts';
import type { Auth } from '../machine/tokens.ts';
import { catching, problem } from './problem.ts';
import type { Objects } from './v31/objects.ts';
import type { VenStore } from './ven-store.ts';

/** The handlers of one kind of object, by method: of all of them, and of one. */
export function methods(handlers: Record<'list' | 'add' | 'get' | 'edit' | 'remove', Handler>) {
  const { list, add, get, edit, remove } = handlers;
  return { all: { GET: list, POST: add }, one: { GET: get, PUT: edit, DELETE: remove } };
}

export function health(): Reply {
  return { status: 200, body: 'OK', contentType: 'text/plain; charset=utf-8' };
}

/** The token endpoint: what is wrong with its form is told as a `problem`, the rest as OAuth has it. */
export function tokenEndpoint(auth: Auth, challenge: string): Handler {
  return (call) => {
    const reply = auth.issue(call);
    if (reply.status === 401) return { ...reply, headers: { 'www-authenticate': challenge } };
    const formIsWrong =
      reply.status === 415 || new URLSearchParams(call.body).getAll('grant_type').length !== 1;
    if (reply.status < 400 || !formIsWrong) return reply;
    const detail = 'Form requests must have `Content-Type: application/x-www-form-urlencoded`';
    return problem(reply.status, reply.status === 415 ? detail : 'Failed to deserialize form');
  };
}

/** Puts an OpenADR VTN together; `table` has its paths but those of programs, events and the like. */
export function dialectOf(store: VenStore, objects: Objects, table: RouteTable): Dialect {
  const whole: Record<string, Record<string, Handler>> = {};
  for (const [path, handlers] of Object.entries({ ...table, ...tableOf(objects) })) {
    whole[path] = Object.fromEntries(
      Object.entries(handlers).map(([method, handler]) => [method, catching(handler)]),
    );
  }
  return {
    route: createRouter(whole, (status) =>
      status === 405 ? problem(405, 'See allow headers for allowed methods') : problem(status),
    ),
    problem,
    held: store.held,
    counts: store.counts,
    otherResourceId(id) {
      for (const n of store.resources.numbers()) {
        const other = store.resources.idOf(n);
        if (other !== id) return other;
      }
      return undefined;
    },
    wipe() {
      store.wipe();
      for (const { slots } of Object.values(objects)) slots.wipe();
    },
  };
}

function tableOf(objects: Objects): RouteTable {
  const table: Record<string, Record<string, Handler>> = {};
  for (const [kind, { handlers }] of Object.entries(objects)) {
    table[`/${kind}`] = methods(handlers).all;
    table[`/${kind}/{id}`] = methods(handlers).one;
  }
  return table;
}
