import { bearing, isSameName } from '../../core/same-name.ts';
import type { Answer, CreateOutcome, FindOutcome } from '../../delivery/outcome.ts';
import type { Load } from '../../fleet/load.ts';
import type { WireResponse } from '../../openadr/http/transport.ts';
import { describeBody, idField, jsonBody, textField } from '../answers/json-body.ts';
import { pickFields } from '../answers/pick-fields.ts';
import { readUpdate } from '../answers/read-changes.ts';
import { chooseId, readList, readListing } from '../answers/read-list.ts';
import { readConflict, readRefusal } from '../answers/read-refusal.ts';
import type { RemoteResource, Updated } from '../reconciliation-profile.ts';
import { listOf } from './list-of.ts';
import { fieldsOfResource } from './load-fields.ts';
import { validationDetail } from './validation-detail.ts';

/**
 * A VEN's 409 is success (unlike a load's, which may be another's): with its id at once, without it as soon as a
 * look-up was tried.
 */
export function readCreateVen(venName: string, response: WireResponse): CreateOutcome {
  const outcome = readCreate(response, 'ven_name', venName);
  if (outcome.kind !== 'exists' || outcome.status !== 409) return outcome;
  return outcome.id === undefined ? { ...outcome, id: venName } : { kind: 'created', id: outcome.id };
}

/** Where the VTN said that it has the VEN, but not under which id, its name serves: loads refer to it by name. */
export function readFindVen(
  venName: string,
  response: WireResponse,
  claimedId: string | undefined,
): FindOutcome {
  const outcome = readFind(response, 'ven_name', venName, undefined);
  const isFinal = outcome.kind === 'absent' || outcome.kind === 'refused';
  return isFinal && claimedId === venName ? { kind: 'found', id: venName } : outcome;
}

/** Reads the answer to the creation of a load. */
export function readCreateLoad(load: Load, response: WireResponse): CreateOutcome {
  return readCreate(response, 'external_resource_id', load.externalResourceId);
}

/** Reads a look-up of a load. */
export function readFindLoad(load: Load, response: WireResponse, claimedId: string | undefined): FindOutcome {
  return readFind(response, 'external_resource_id', load.externalResourceId, claimedId);
}

/** Reads a page of the listing. */
export function readResources(response: WireResponse): Answer<readonly RemoteResource[]> {
  return readListing(response, listOf, remoteResource, validationDetail);
}

/** Reads the answer to PUT of a resource. */
export function readUpdateLoad(response: WireResponse): Answer<Updated> {
  return readUpdate(response, remoteResource, validationDetail);
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
    if (isSameName(theirs, own) || (theirs === undefined && status === 201)) return { kind: 'created', id };
    const said =
      theirs === undefined ? `HTTP 200 without ${key}` : `HTTP ${status} for another ${key}, "${theirs}"`;
    return { kind: 'exists', status, id, reason: said };
  }
  if (status === 409) {
    const id = idField(jsonBody(response));
    return { ...readConflict(response, validationDetail), ...(id !== undefined && { id }) };
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
  return readList(response, listOf, validationDetail, (items): FindOutcome => {
    // A VTN may ignore the filter: only what bears our own key is ours.
    const id = chooseId(
      bearing(items, (item) => textField(item, key), own),
      claimedId,
    );
    return id === undefined ? { kind: 'absent' } : { kind: 'found', id };
  });
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
