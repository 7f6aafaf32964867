import type { Call, Handler } from '../../machine/dialect.ts';
import { inOrder } from '../../machine/slots.ts';
import type { Caller } from '../../machine/tokens.ts';
import { rolesOf } from '../access.ts';
import type { Packed } from '../attributes.ts';
import { unpack } from '../attributes.ts';
import { created, existing, ok, pageOf } from '../conflict.ts';
import { bodyOf } from '../json-body.ts';
import { idOf, type ListQuery, readQuery } from '../list-query.ts';
import { refuse } from '../problem.ts';
import { invalid, isObject, name, optional, text } from '../readers.ts';
import { addResource, editResource, removeResource } from '../v31/resources.ts';
import { removeVen } from '../v31/vens.ts';
import type { ResourceContent, Targets, VenContent } from '../ven-store.ts';
import type { Vtn } from '../vtn.ts';

type Crud = Record<'list' | 'add' | 'get' | 'edit' | 'remove', Handler>;

/** Targets are valuesMaps of texts. */
function targetsOf(vtn: Vtn, value: unknown): Packed | undefined {
  const packed = optional(vtn.pack)(value, 'targets');
  if (packed)
    for (const one of value as { values: unknown[] }[]) for (const item of one.values) text(item, 'targets');
  return packed;
}

function read(call: Call): Record<string, unknown> {
  const body = bodyOf(call);
  return isObject(body) ? body : invalid('body', 'expected an object');
}

function venOf(vtn: Vtn, call: Call): VenContent {
  const body = read(call);
  return {
    venName: name(body.venName, 'venName'),
    clientId: '',
    attributes: optional(vtn.pack)(body.attributes, 'attributes'),
    targets: targetsOf(vtn, body.targets),
  };
}

/** The VENs that a caller sees: all, or those that it acts for. */
function reachOf({ store }: Vtn, caller: Caller): 'all' | ReadonlySet<number> {
  const roles = rolesOf(caller);
  if (roles.venManager) return 'all';
  if (!roles.ven) return refuse(403, 'User not authorized to access this vens');
  return new Set(caller.venIds.map((id) => store.vens.find(id) ?? -1));
}

/** 401, not 403, as OpenLEADR 0.1. */
function demandVenManager(caller: Caller): void {
  if (!rolesOf(caller).venManager) refuse(401, 'User does not have the required role');
}

function hasTarget(targets: Targets, wanted: ListQuery['target']): boolean {
  if (!wanted) return true;
  if (targets === undefined || typeof targets === 'string') return false;
  const list = JSON.parse(unpack(targets)) as { type: string; values: string[] }[];
  return list.some(
    ({ type, values }) => type === wanted.type && values.some((value) => wanted.values.includes(value)),
  );
}

/** The handlers of `/vens` of 3.0. */
export function vens30(vtn: Vtn): Crud {
  const { store, switches, identify } = vtn;
  return {
    list(call) {
      const query = readQuery(call.query, '3.0');
      const reach = reachOf(vtn, identify(call));
      const { venName } = query.filters;
      const named = venName === undefined ? [...store.vens.numbers()] : [store.venByName(venName) ?? -1];
      const found = named.filter(
        (n) =>
          n >= 0 && (reach === 'all' || reach.has(n)) && hasTarget(store.vens.get(n)?.targets, query.target),
      );
      return pageOf(inOrder(found, switches.order, true), query, store.venJson);
    },
    add(call) {
      demandVenManager(identify(call));
      const asked = venOf(vtn, call);
      const there = store.venByName(asked.venName);
      if (there !== undefined) return existing(switches.venDuplicates, () => store.venJson(there));
      return created(store.venJson(store.addVen(asked)));
    },
    get(call, [id]) {
      const wanted = idOf(id);
      const reach = reachOf(vtn, identify(call));
      const n = store.vens.find(wanted);
      return n === undefined || (reach !== 'all' && !reach.has(n)) ? refuse(404) : ok(store.venJson(n));
    },
    edit(call, [id]) {
      const wanted = idOf(id);
      demandVenManager(identify(call));
      const asked = venOf(vtn, call);
      const n = store.vens.find(wanted) ?? refuse(404);
      const named = store.venByName(asked.venName);
      if (named !== undefined && named !== n) return refuse(409, 'Conflict');
      store.replaceVen(n, asked);
      return ok(store.venJson(n));
    },
    remove(call, [id]) {
      const wanted = idOf(id);
      demandVenManager(identify(call));
      return removeVen(vtn, wanted);
    },
  };
}

/** The handlers of `/vens/{venID}/resources` of 3.0. */
export function resources30(vtn: Vtn): Crud {
  const { store, switches, identify } = vtn;
  const contentOf = (call: Call): ResourceContent => {
    const body = read(call);
    return {
      resourceName: name(body.resourceName, 'resourceName'),
      attributes: optional(vtn.pack)(body.attributes, 'attributes'),
      targets: targetsOf(vtn, body.targets),
    };
  };
  const find = (venId: string, id: string) => {
    const n = store.resources.find(id);
    return n !== undefined && store.resources.get(n)?.ven === store.vens.find(venId) ? n : refuse(404);
  };
  return {
    list(call, [venID]) {
      const venId = idOf(venID);
      const query = readQuery(call.query, '3.0');
      demandVen(identify(call), venId);
      const ven = store.vens.find(venId) ?? -1;
      const { resourceName } = query.filters;
      const named =
        resourceName === undefined
          ? store.resourcesOf(ven)
          : (store.vens.get(ven)?.names.all(resourceName) ?? []);
      const found = named.filter((n) => hasTarget(store.contentOf(n).targets, query.target));
      return pageOf(inOrder(found, switches.order), query, store.resourceJson);
    },
    add(call, [venID]) {
      const caller = identify(call);
      const venId = idOf(venID);
      const content = contentOf(call);
      demandVen(caller, venId);
      const ven = store.vens.find(venId);
      return ven === undefined
        ? refuse(409, 'A foreign key constraint is violated')
        : addResource(vtn, ven, content);
    },
    get(call, [venID, id]) {
      const [venId, wanted] = [idOf(venID), idOf(id)];
      demandVen(identify(call), venId);
      return ok(store.resourceJson(find(venId, wanted)));
    },
    edit(call, [venID, id]) {
      const caller = identify(call);
      const [venId, wanted] = [idOf(venID), idOf(id)];
      const content = contentOf(call);
      demandVen(caller, venId);
      return editResource(vtn, find(venId, wanted), content);
    },
    remove(call, [venID, id]) {
      const caller = identify(call);
      const [venId, wanted] = [idOf(venID), idOf(id)];
      demandVen(caller, venId);
      return removeResource(vtn, find(venId, wanted));
    },
  };
}

/** A VEN's resources are for those who manage VENs and for those who act for this one. */
function demandVen(caller: Caller, venId: string): void {
  const roles = rolesOf(caller);
  if (roles.venManager || (roles.ven && caller.venIds.includes(venId))) return;
  refuse(403, 'User not authorized to access this resource');
}
