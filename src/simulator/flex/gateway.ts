import { type Call, type Dialect, type Handler, json, type Reply } from '../machine/dialect.ts';
import { createRouter } from '../machine/router.ts';
import type { DuplicateAnswer, SimulatorSwitches } from '../machine/switches.ts';
import type { Auth } from '../machine/tokens.ts';
import { type PageQuery, parseQuery } from './page-query.ts';
import { fieldProblems, problem, unauthorized } from './problems.ts';
import { checkResource, checkVen, type ResourceBody } from './resource-check.ts';
import { createFlexStore, type FlexStore } from './store.ts';

interface Gateway {
  readonly switches: SimulatorSwitches;
  readonly auth: Auth;
  readonly store: FlexStore;
}

/** The `flex-gateway` VTN: plain REST in snake_case, with the error bodies of FastAPI. */
export function createFlexGateway(switches: SimulatorSwitches, auth: Auth): Dialect {
  const store = createFlexStore(switches);
  const gateway = { switches, auth, store };
  const guard = guarded(gateway);
  const route = createRouter(
    {
      '/resources': { GET: guard(listResources(gateway)), POST: guard(createResource(gateway)) },
      '/vens': { GET: guard(listVens(gateway)), POST: guard(createVen(gateway)) },
      '/resources/{id}': {
        GET: guard(withResource(store, (n) => ok(store.resourceJson(n)))),
        PUT: guard(withResource(store, replaceResource(gateway))),
        DELETE: guard(
          withResource(store, (n) => removed(store.resourceJson(n), () => store.removeResource(n))),
        ),
      },
      '/vens/{id}': {
        GET: guard(withVen(store, (n) => ok(store.venJson(n)))),
        DELETE: guard(withVen(store, removeVen(store))),
      },
      '/auth/token': { POST: auth.issue },
    },
    problem,
  );
  return {
    route,
    problem,
    held: store.held,
    counts: store.counts,
    wipe: store.wipe,
    otherResourceId(id) {
      for (const n of store.resources.numbers()) {
        const other = store.resources.idOf(n);
        if (other !== id) return other;
      }
      return undefined;
    },
  };
}

const ok = (body: string): Reply => ({ status: 200, body });

function removed(body: string, remove: () => void): Reply {
  remove();
  return ok(body);
}

/** Lets nobody through without a token that is accepted. */
function guarded({ auth, switches }: Gateway): (handler: Handler) => Handler {
  return (handler) => (call, params) => {
    const caller = auth.callerOf(call);
    if (caller === 'missing') return unauthorized(401, 'Not authenticated');
    if (typeof caller === 'string') {
      return unauthorized(switches.badTokenStatus || 401, `Could not validate credentials: ${caller} token`);
    }
    return handler(call, params);
  };
}

/** The JSON body of a request, or the answer to one that has none. */
function bodyOf(call: Call): { value: unknown } | { refusal: Reply } {
  if (!/^application\/json\b/i.test(call.headers['content-type'] ?? '')) {
    return { refusal: problem(415, 'Unsupported Media Type') };
  }
  try {
    return { value: JSON.parse(call.body) };
  } catch {
    return { refusal: fieldProblems([{ loc: ['body'], msg: 'JSON decode error' }]) };
  }
}

function createVen({ store, switches, auth }: Gateway): Handler {
  return (call) => {
    const body = bodyOf(call);
    if ('refusal' in body) return body.refusal;
    const problems = checkVen(body.value);
    if (problems) return fieldProblems(problems);
    const { ven_name, client_name } = body.value as { ven_name: string; client_name: string };
    const there = store.venByName(ven_name);
    if (there !== undefined) {
      return existing(switches.venDuplicates, 'VEN', store.vens.idOf(there), () => store.venJson(there));
    }
    const id = store.vens.idOf(store.addVen(ven_name, client_name));
    const auth_token = `ven-${id}`;
    auth.accept(auth_token);
    return json(201, { id, ven_name, client_name, auth_token });
  };
}

function createResource({ store, switches }: Gateway): Handler {
  return (call) => {
    const body = bodyOf(call);
    if ('refusal' in body) return body.refusal;
    const problems = checkResource(body.value, switches.serviceLocation);
    if (problems) return fieldProblems(problems);
    const resource = body.value as ResourceBody;
    const ven = store.venByName(resource.ven_name);
    if (ven === undefined) return unknownVen(switches.unknownVenStatus);
    const there = store.byExternalId(resource.external_resource_id);
    if (there !== undefined && switches.duplicates !== 'accept') {
      const id = store.resources.idOf(there);
      return existing(switches.duplicates, 'Resource', id, () => store.resourceJson(there));
    }
    const id = store.resources.idOf(store.addResource(ven, resource));
    return { status: 201, body: echo(call.body, resource, id) };
  };
}

/** The body with another id: put into the text where it is written as usual, since that is much faster. */
function echo(text: string, resource: ResourceBody, id: string): string {
  const before = '"id":"';
  const at = text.indexOf(`${before}${resource.id}"`);
  if (at < 0) return JSON.stringify({ ...resource, id });
  const from = at + before.length;
  return text.slice(0, from) + id + text.slice(from + resource.id.length);
}

function existing(
  how: Exclude<DuplicateAnswer, 'accept'>,
  what: string,
  id: string,
  whole: () => string,
): Reply {
  switch (how) {
    case '409-id':
      return json(409, { detail: `${what} already exists`, id });
    case '409':
      return problem(409, `${what} already exists`);
    case '500':
      return problem(500, 'Internal Server Error');
    default:
      return { status: how === 'existing-200' ? 200 : 201, body: whole() };
  }
}

function unknownVen(status: 404 | 422): Reply {
  if (status === 404) return problem(404, 'VEN not found');
  return fieldProblems([{ loc: ['body', 'ven_name'], msg: 'VEN not found' }]);
}

function replaceResource({ store, switches }: Gateway) {
  return (n: number, call: Call): Reply => {
    const body = bodyOf(call);
    if ('refusal' in body) return body.refusal;
    const problems = checkResource(body.value, switches.serviceLocation);
    if (problems) return fieldProblems(problems);
    const resource = body.value as ResourceBody;
    const ven = store.venByName(resource.ven_name);
    if (ven === undefined) return unknownVen(switches.unknownVenStatus);
    const there = store.allByExternalId(resource.external_resource_id);
    if (there.length > 0 && !there.includes(n)) return problem(409, 'Resource already exists');
    store.replaceResource(n, ven, resource);
    return ok(store.resourceJson(n));
  };
}

function removeVen(store: FlexStore) {
  return (n: number): Reply => {
    const { name } = store.vens.get(n)!;
    if (store.ofVen(name).length > 0) return problem(409, 'VEN has resources');
    return removed(store.venJson(n), () => store.removeVen(n));
  };
}

type ByNumber = (n: number, call: Call) => Reply;

function withResource(store: FlexStore, handler: ByNumber): Handler {
  return (call, [id]) => {
    const n = store.resources.find(id as string);
    return n === undefined ? problem(404, 'Resource not found') : handler(n, call);
  };
}

function withVen(store: FlexStore, handler: ByNumber): Handler {
  return (call, [id]) => {
    const n = store.vens.find(id as string);
    return n === undefined ? problem(404, 'VEN not found') : handler(n, call);
  };
}

function listResources({ store }: Gateway): Handler {
  return (call) => {
    const query = parseQuery(call.query, ['external_resource_id', 'ven_name']);
    if ('problems' in query) return fieldProblems(query.problems);
    const { external_resource_id: externalId, ven_name: venName } = query.filters;
    if (externalId === undefined && venName === undefined) {
      return list(store.resources.page(query.skip, query.limit), store.resourceJson);
    }
    let found = externalId === undefined ? store.ofVen(venName as string) : store.allByExternalId(externalId);
    if (externalId !== undefined && venName !== undefined) {
      const ofVen = new Set(store.ofVen(venName));
      found = found.filter((n) => ofVen.has(n));
    }
    return list(pageOf(found, query), store.resourceJson);
  };
}

function listVens({ store }: Gateway): Handler {
  return (call) => {
    const query = parseQuery(call.query, ['ven_name']);
    if ('problems' in query) return fieldProblems(query.problems);
    const { ven_name: name } = query.filters;
    if (name === undefined) return list(store.vens.page(query.skip, query.limit), store.venJson);
    const n = store.venByName(name);
    return list(pageOf(n === undefined ? [] : [n], query), store.venJson);
  };
}

function pageOf(numbers: readonly number[], { skip, limit }: PageQuery): number[] {
  return numbers.slice(skip, skip + limit);
}

function list(numbers: readonly number[], text: (n: number) => string): Reply {
  return ok(`[${numbers.map(text).join()}]`);
}
