import type { Call, Handler, Reply } from '../../machine/dialect.ts';
import { inOrder } from '../../machine/slots.ts';
import type { Caller } from '../../machine/tokens.ts';
import { created, existing, ok, pageOf, unknownReference } from '../conflict.ts';
import { bodyOf } from '../json-body.ts';
import { idOf, type ListQuery, readQuery } from '../list-query.ts';
import { refuse } from '../problem.ts';
import { identifier, name, optional } from '../readers.ts';
import type { ResourceContent } from '../ven-store.ts';
import type { Vtn } from '../vtn.ts';
import { demandType, reachOf, requestType, sharesTarget, targetsOf, writesAsBl } from './vens.ts';

/** What a request says; `venId` only if it is one of BL. */
interface Asked {
  readonly type: string;
  readonly venId: string | undefined;
  readonly content: ResourceContent;
}

function read(vtn: Vtn, call: Call): Asked {
  const body = bodyOf(call) as Record<string, unknown>;
  const type = requestType(body, 'BL_RESOURCE_REQUEST', 'VEN_RESOURCE_REQUEST');
  const asBl = type === 'BL_RESOURCE_REQUEST';
  return {
    type,
    venId: asBl ? identifier(body.venID, 'venID') : undefined,
    content: {
      resourceName: name(body.resourceName, 'resourceName'),
      attributes: optional(vtn.pack)(body.attributes, 'attributes'),
      targets: asBl ? targetsOf(body.targets) : '[]',
    },
  };
}

/** The handlers of `/resources` of 3.1. */
export function resources31(vtn: Vtn): Record<'list' | 'add' | 'get' | 'edit' | 'remove', Handler> {
  const { store, identify } = vtn;
  const seen = (call: Call, id: string) => {
    const reach = reachOf(vtn, identify(call));
    const n = store.resources.find(id);
    return n !== undefined && (reach === 'all' || store.resources.get(n)?.ven === reach) ? n : undefined;
  };
  return {
    list(call) {
      const query = readQuery(call.query, '3.1');
      return list(vtn, query, reachOf(vtn, identify(call)));
    },
    add(call) {
      const caller = identify(call);
      const asked = read(vtn, call);
      const asBl = writesAsBl(caller);
      demandType(asked.type, asBl);
      const ven = asBl ? store.vens.find(asked.venId as string) : ownVen(vtn, caller);
      return ven === undefined ? refuse(409, unknownReference) : addResource(vtn, ven, asked.content);
    },
    get(call, [id]) {
      const n = seen(call, idOf(id));
      return n === undefined ? refuse(404) : ok(store.resourceJson(n));
    },
    edit(call, [id]) {
      const wanted = idOf(id);
      const caller = identify(call);
      const asked = read(vtn, call);
      const asBl = writesAsBl(caller);
      demandType(asked.type, asBl);
      const own = asBl ? undefined : ownVen(vtn, caller);
      const n = store.resources.find(wanted) ?? refuse(404);
      const ven = store.resources.get(n)?.ven;
      if (asBl && store.vens.find(asked.venId as string) !== ven) {
        return refuse(400, 'Tried to update `ven_id` of resource.');
      }
      if (!asBl && ven !== own) return refuse(404);
      const { targets } = store.contentOf(n);
      return editResource(vtn, n, asBl ? asked.content : { ...asked.content, targets });
    },
    remove(call, [id]) {
      const wanted = idOf(id);
      const caller = identify(call);
      const own = writesAsBl(caller) ? 'all' : store.venOfClient(caller.clientId);
      const n = store.resources.find(wanted);
      if (n === undefined || (own !== 'all' && store.resources.get(n)?.ven !== own)) return refuse(404);
      return removeResource(vtn, n);
    },
  };
}

function ownVen({ store }: Vtn, caller: Caller): number {
  return store.venOfClient(caller.clientId) ?? refuse(403, 'No VEN object associated with this clientID');
}

function list({ store, switches }: Vtn, query: ListQuery, reach: 'all' | number | undefined): Reply {
  const { venID, resourceName } = query.filters;
  const { skip, limit, targets } = query;
  if (reach === 'all' && venID === undefined && resourceName === undefined && targets.length === 0) {
    return pageOf(store.resources.page(skip, limit), { skip: 0, limit }, store.resourceJson);
  }
  const asked = venID === undefined ? reach : (store.vens.find(venID) ?? -1);
  if (reach !== 'all' && asked !== reach) return pageOf([], query, store.resourceJson);
  let found: number[];
  if (asked === 'all') found = [...store.resources.numbers()];
  else if (resourceName === undefined) found = store.resourcesOf(asked ?? -1);
  else found = store.vens.get(asked ?? -1)?.names.all(resourceName) ?? [];
  if (resourceName !== undefined) {
    found = found.filter((n) => store.contentOf(n).resourceName === resourceName);
  }
  if (targets.length > 0) {
    found = found.filter((n) => sharesTarget(store.contentOf(n).targets, targets));
  }
  return pageOf(inOrder(found, switches.order), query, store.resourceJson);
}

/** Stores a resource of either version, or answers as the switches say if its VEN has one of the same name. */
export function addResource({ store, switches }: Vtn, ven: number, content: ResourceContent): Reply {
  const there = store.vens.get(ven)?.names.first(content.resourceName);
  if (there !== undefined && switches.duplicates !== 'accept') {
    return existing(switches.duplicates, () => store.resourceJson(there));
  }
  return created(store.resourceJson(store.addResource(ven, content), content));
}

/** Replaces a resource of either version; 409 if its VEN has another of the same name. */
export function editResource({ store, switches }: Vtn, n: number, content: ResourceContent): Reply {
  const { ven } = store.resources.get(n) as { ven: number };
  const named = store.vens.get(ven)?.names.all(content.resourceName) ?? [];
  if (named.some((one) => one !== n) && switches.duplicates !== 'accept') return refuse(409, 'Conflict');
  store.replaceResource(n, content);
  return ok(store.resourceJson(n));
}

/** Deletes a resource of either version. */
export function removeResource({ store }: Vtn, n: number): Reply {
  const before = store.resourceJson(n);
  store.removeResource(n);
  return ok(before);
}
