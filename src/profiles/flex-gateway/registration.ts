import type { CreateOutcome, FindOutcome } from '../../delivery/outcome.ts';
import type { WireRequest, WireResponse } from '../../openadr/http/transport.ts';
import { pickFields } from '../answers/pick-fields.ts';
import { readChange, readListing, readUpdate } from '../answers/read-changes.ts';
import {
  describeBody,
  idField,
  jsonBody,
  readFindRefusal,
  readRefusal,
  reasonOf,
  textField,
} from '../answers/read-refusal.ts';
import type { ReconciliationProfile, RemoteResource } from '../reconciliation-profile.ts';
import { flexBodies, type ServiceLocationShape } from './load-body.ts';
import { fieldsOfLoad, fieldsOfResource } from './load-fields.ts';

export type { ServiceLocationShape } from './load-body.ts';

/** The seed's own VTN: snake_case REST, resources known by `external_resource_id`. */
export function flexGatewayProfile(
  options: { serviceLocation?: ServiceLocationShape | undefined } = {},
): ReconciliationProfile {
  const loadBody = flexBodies(options.serviceLocation ?? 'string');
  const findByExternalId = ({ externalResourceId }: { externalResourceId: string }): WireRequest => ({
    method: 'GET',
    path: `/resources?external_resource_id=${encodeURIComponent(externalResourceId)}`,
  });
  return {
    name: 'flex-gateway',
    looksUpVenFirst: false,
    loadsNameVenBy: 'name',
    // The gateway itself says 422.
    foreignVtnRefusesWith: 400,
    createVen: (venName) => ({
      method: 'POST',
      path: '/vens',
      body: JSON.stringify({ ven_name: venName, client_name: `Client_${venName}` }),
    }),
    readCreateVen,
    findVen: (venName) => ({ method: 'GET', path: `/vens?ven_name=${encodeURIComponent(venName)}` }),
    readFindVen,
    loadBody,
    createLoad: (load, _ven, body = loadBody(load)) => ({ method: 'POST', path: '/resources', body }),
    readCreateLoad: (load, _ven, response) =>
      readCreate(response, 'external_resource_id', load.externalResourceId),
    findLoad: findByExternalId,
    readFindLoad: (load, _ven, response, claimedId) =>
      readFind(response, 'external_resource_id', load.externalResourceId, claimedId),
    // `skip` and `limit`, PUT and DELETE are not in the gateway's description: they are assumed to be as in
    // OpenADR 3, whose words it speaks. A gateway that ignores them and lists all at once is understood too.
    listing: {
      of: 'all-vens',
      askForPage: ({ skip, limit }) => ({ method: 'GET', path: `/resources?skip=${skip}&limit=${limit}` }),
    },
    readResources: (response) => readListing(response, listOf, remoteResource, validationDetail),
    fieldsOf: fieldsOfLoad,
    updateLoad: (load, _ven, id) => ({
      method: 'PUT',
      path: `/resources/${encodeURIComponent(id)}`,
      body: loadBody(load),
    }),
    readUpdateLoad: (response) => readUpdate(response, remoteResource, validationDetail),
    removeResource: (id) => ({ method: 'DELETE', path: `/resources/${encodeURIComponent(id)}` }),
    readRemoveResource: (response) => readChange(response, validationDetail),
    findResource: findByExternalId,
  };
}

function remoteResource(item: unknown): RemoteResource | undefined {
  const id = idField(item);
  if (id === undefined) return undefined;
  return {
    id,
    externalResourceId: textField(item, 'external_resource_id'),
    name: textField(item, 'resource_name') ?? '',
    venName: textField(item, 'ven_name'),
    fields: fieldsOfResource(item as object),
  };
}

/**
 * A VEN's 409 is success (unlike a load's, which may be another's): with its id at once, without it as soon as a
 * look-up was tried.
 */
function readCreateVen(venName: string, response: WireResponse): CreateOutcome {
  const outcome = readCreate(response, 'ven_name', venName);
  if (outcome.kind !== 'exists' || outcome.status !== 409) return outcome;
  return outcome.id === undefined ? { ...outcome, id: venName } : { kind: 'created', id: outcome.id };
}

/** Where the VTN said that it has the VEN, but not under which id, its name serves: loads refer to it by name. */
function readFindVen(venName: string, response: WireResponse, claimedId: string | undefined): FindOutcome {
  const outcome = readFind(response, 'ven_name', venName, undefined);
  const isFinal = outcome.kind === 'absent' || outcome.kind === 'refused';
  return isFinal && claimedId === venName ? { kind: 'found', id: venName } : outcome;
}

/** `key` is the field by which this VTN knows the object, `own` our value of it. */
function readCreate(response: WireResponse, key: string, own: string): CreateOutcome {
  const { status } = response;
  if (status === 200 || status === 201) {
    const body = jsonBody({ body: pickFields(response.body, ['id', key]) });
    const id = idField(body);
    const theirs = textField(body, key);
    if (id === undefined) {
      return { kind: 'nonsense', status, reason: `HTTP ${status} without an id: ${describeBody(response)}` };
    }
    if (theirs === own || (theirs === undefined && status === 201)) return { kind: 'created', id };
    const said =
      theirs === undefined ? `HTTP 200 without ${key}` : `HTTP ${status} for another ${key}, "${theirs}"`;
    return { kind: 'exists', status, id, reason: said };
  }
  if (status === 409) {
    const body = jsonBody(response);
    const id = idField(body);
    const reason = reasonOf(response, validationDetail(body) ?? 'it exists already');
    return id === undefined ? { kind: 'exists', status, reason } : { kind: 'exists', status, id, reason };
  }
  return readRefusal(response, validationDetail);
}

function readFind(
  response: WireResponse,
  key: string,
  own: string,
  claimedId: string | undefined,
): FindOutcome {
  if (response.status === 404) return { kind: 'absent' };
  if (response.status !== 200) return readFindRefusal(response, validationDetail);
  const listed = listOf(jsonBody(response));
  if (!listed)
    return { kind: 'failed', status: 200, reason: `HTTP 200 without a list: ${describeBody(response)}` };
  // A VTN may ignore the filter: only what bears our own key is ours.
  const ids = listed.filter((item) => textField(item, key) === own).map((item) => idField(item));
  const ours = ids.filter((id) => id !== undefined).sort();
  const id = claimedId !== undefined && ours.includes(claimedId) ? claimedId : ours[0];
  return id === undefined ? { kind: 'absent' } : { kind: 'found', id };
}

/** The list in a listing: the body itself, or the one list of an envelope such as `{"items": […]}`. */
function listOf(body: unknown): unknown[] | undefined {
  if (Array.isArray(body)) return body;
  if (typeof body !== 'object' || body === null) return undefined;
  const lists = Object.values(body).filter((value) => Array.isArray(value));
  return lists.length === 1 ? lists[0] : undefined;
}

/** `{"detail": [{"loc": ["body", "service_location"], "msg": "…"}]}`, or a text in its place. */
function validationDetail(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { detail } = body as { detail?: unknown };
  if (!Array.isArray(detail)) {
    return textField(body, 'detail') ?? textField(body, 'message') ?? textField(body, 'error');
  }
  const parts = detail.map((item: unknown) => {
    const { loc } = (item ?? {}) as { loc?: unknown };
    const where = Array.isArray(loc) ? loc.join('.') : undefined;
    return [where, textField(item, 'msg')].filter(Boolean).join(': ');
  });
  return parts.filter(Boolean).join('; ') || undefined;
}
