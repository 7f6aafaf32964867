import type { Call, Handler, Reply } from '../../machine/dialect.ts';
import { inOrder } from '../../machine/slots.ts';
import type { Caller } from '../../machine/tokens.ts';
import { demandScope } from '../access.ts';
import { created, existing, ok, pageOf } from '../conflict.ts';
import { bodyOf } from '../json-body.ts';
import { idOf, readQuery } from '../list-query.ts';
import { refuse } from '../problem.ts';
import { identifier, invalid, isIdentifier, isObject, list, name, optional } from '../readers.ts';
import type { Targets, VenContent } from '../ven-store.ts';
import type { Vtn } from '../vtn.ts';

/** Who reads: all VENs (BL), or the caller's own alone; 403 without a scope for it. */
export function reachOf(vtn: Vtn, caller: Caller): 'all' | number | undefined {
  const scope = demandScope(caller, 'read_all', 'read_ven_objects');
  return scope === 'read_all' ? 'all' : vtn.store.venOfClient(caller.clientId);
}

/** Whether the caller writes as BL; 403 without a scope for either. */
export function writesAsBl(caller: Caller): boolean {
  return demandScope(caller, 'write_vens_bl', 'write_vens_ven') === 'write_vens_bl';
}

/** The kind of a request body (`BL_VEN_REQUEST`), of the two that there are; 400 for another. */
export function requestType(body: unknown, bl: string, ven: string): string {
  if (!isObject(body)) return invalid('body', 'expected an object');
  const { objectType } = body;
  if (objectType === undefined) return invalid('objectType', 'missing field `objectType`');
  return objectType === bl || objectType === ven
    ? objectType
    : invalid('objectType', `unknown variant \`${objectType}\`, expected \`${bl}\` or \`${ven}\``);
}

/** 400 where the kind of the body is not the caller's. */
export function demandType(type: string, asBl: boolean): void {
  if (type.startsWith('BL_') === asBl) return;
  refuse(400, `Did receive a ${type}, but user is authenticated as a ${asBl ? 'BL' : 'VEN'} client`);
}

/** Targets as JSON text, ready to be sent again. */
export function targetsOf(value: unknown): string {
  if (value === undefined || value === null) return '[]';
  const good = Array.isArray(value) && value.every((one) => typeof one === 'string' && isIdentifier(one));
  // Identifiers have no letters that JSON would have to escape.
  if (good) return value.length === 0 ? '[]' : `["${value.join('","')}"]`;
  return JSON.stringify(list(identifier)(value, 'targets'));
}

/** Whether one of the wanted targets is among these (in JSON; targets have no letters that JSON escapes). */
export function sharesTarget(targets: Targets, wanted: readonly string[]): boolean {
  return typeof targets === 'string' && wanted.some((one) => targets.includes(`"${one}"`));
}

function venOf(body: Record<string, unknown>, vtn: Vtn, clientId: string, targets: string): VenContent {
  return {
    venName: name(body.venName, 'venName'),
    clientId,
    attributes: optional(vtn.pack)(body.attributes, 'attributes'),
    targets,
  };
}

/** The handlers of `/vens` of 3.1. */
export function vens31(vtn: Vtn): Record<'list' | 'add' | 'get' | 'edit' | 'remove', Handler> {
  const { store, switches, identify } = vtn;
  const bodyFor = (call: Call) => {
    const body = bodyOf(call);
    return {
      body: body as Record<string, unknown>,
      type: requestType(body, 'BL_VEN_REQUEST', 'VEN_VEN_REQUEST'),
    };
  };
  return {
    list(call) {
      const query = readQuery(call.query, '3.1');
      const reach = reachOf(vtn, identify(call));
      const { venName } = query.filters;
      const all = reach === 'all' && venName === undefined && query.targets.length === 0;
      if (all) return pageOf(store.vens.page(query.skip, query.limit), { ...query, skip: 0 }, store.venJson);
      let found = venName === undefined ? [...store.vens.numbers()] : [store.venByName(venName) ?? -1];
      found = found.filter((n) => n >= 0 && (reach === 'all' || n === reach));
      if (query.targets.length > 0) {
        found = found.filter((n) => sharesTarget(store.vens.get(n)?.targets, query.targets));
      }
      return pageOf(inOrder(found, switches.order, true), query, store.venJson);
    },
    add(call) {
      const caller = identify(call);
      const { body, type } = bodyFor(call);
      const asked =
        type === 'BL_VEN_REQUEST'
          ? venOf(body, vtn, identifier(body.clientID, 'clientID'), targetsOf(body.targets))
          : venOf(body, vtn, caller.clientId, '[]');
      demandType(type, writesAsBl(caller));
      const there = store.venByName(asked.venName) ?? store.venOfClient(asked.clientId);
      if (there !== undefined) return existing(switches.venDuplicates, () => store.venJson(there));
      return created(store.venJson(store.addVen(asked)));
    },
    get(call, [id]) {
      const wanted = idOf(id);
      const reach = reachOf(vtn, identify(call));
      const n = store.vens.find(wanted);
      return n === undefined || (reach !== 'all' && n !== reach) ? refuse(404) : ok(store.venJson(n));
    },
    edit(call, [id]) {
      const wanted = idOf(id);
      const caller = identify(call);
      const { body, type } = bodyFor(call);
      const asked = venOf(body, vtn, caller.clientId, '[]');
      const clientId = type === 'BL_VEN_REQUEST' ? identifier(body.clientID, 'clientID') : caller.clientId;
      const targets = targetsOf(type === 'BL_VEN_REQUEST' ? body.targets : undefined);
      const asBl = writesAsBl(caller);
      demandType(type, asBl);
      return editVen(vtn, wanted, { ...asked, clientId, targets }, asBl);
    },
    remove(call, [id]) {
      const wanted = idOf(id);
      writesAsBl(identify(call));
      // As OpenLEADR: nobody asks whose VEN it is.
      return removeVen(vtn, wanted);
    },
  };
}

function editVen({ store }: Vtn, id: string, asked: VenContent, asBl: boolean): Reply {
  const n = store.vens.find(id) ?? refuse(404);
  const before = store.vens.get(n) as VenContent;
  if (before.clientId !== asked.clientId) {
    return asBl ? refuse(400, 'Tried to update `client_id` of VEN.') : refuse(404);
  }
  const named = store.venByName(asked.venName);
  if (named !== undefined && named !== n) return refuse(409, 'Conflict');
  store.replaceVen(n, asBl ? asked : { ...asked, targets: before.targets });
  return ok(store.venJson(n));
}

/** Deletes a VEN of either version; 403 as long as it has resources. */
export function removeVen({ store }: Vtn, id: string): Reply {
  const n = store.vens.find(id) ?? refuse(404);
  if (store.resourcesOf(n).length > 0) return refuse(403, 'Cannot delete VEN with associated resources');
  const before = store.venJson(n);
  store.removeVen(n);
  return ok(before);
}
