import { bearing, isSameName } from '../../core/same-name.ts';
import type { CreateOutcome, FindOutcome } from '../../delivery/outcome.ts';
import type { Load } from '../../fleet/load.ts';
import type { WireResponse } from '../../openadr/http/transport.ts';
import { idField, textField } from '../answers/json-body.ts';
import { asList, chooseId, readList } from '../answers/read-list.ts';
import type { RegisteredVen } from '../registration-profile.ts';
import { externalIdOf, identityText } from './identity.ts';
import { problemDetail } from './problem-detail.ts';
import { isKind, readCreate } from './read-create.ts';
import { resourceNameOf, venNameOf } from './wire-names.ts';

/** Reads the answer to the creation of a VEN: what it says of itself must be what we asked for. */
export function readCreateVen(venName: string, response: WireResponse): CreateOutcome {
  return readCreate(response, ['id', 'objectType', 'venName'], (body) => {
    const theirs = textField(body, 'venName');
    return isKind(body, venKinds) && (theirs === undefined || isSameName(theirs, venNameOf(venName)));
  });
}

/**
 * The same for a load. A 409 usually means that the name is taken; OpenLEADR also says it to a VEN that it does
 * not know, and calls that a foreign key.
 */
export function readCreateLoad(load: Load, ven: RegisteredVen, response: WireResponse): CreateOutcome {
  // As we sent it: then the attributes need not be parsed.
  const identity = identityText(load.externalResourceId);
  let bearsIdentity = false;
  const shorten = (name: string, field: string) => {
    if (name !== 'attributes' || !field.includes(identity)) return field;
    bearsIdentity = true;
    return '"attributes":[]';
  };
  const isOurs = (body: unknown) => {
    if (!isResourceOf(ven, body)) return false;
    if (bearsIdentity) return true;
    const whose = externalIdOf(body);
    if (whose !== undefined) return isSameName(whose, load.externalResourceId);
    // A VTN may keep attributes to itself: then the name, which is unique within the VEN, must do.
    const name = textField(body, 'resourceName');
    return name === undefined || isSameName(name, resourceNameOf(load));
  };
  const outcome = readCreate(response, resourceFields, isOurs, shorten);
  if (outcome.kind === 'exists' && /foreign key/i.test(outcome.reason)) {
    return {
      kind: 'refused',
      status: 409,
      reason: `HTTP 409: the VTN does not know VEN "${ven.name}" (id ${ven.id})`,
    };
  }
  return outcome;
}

/** What is looked at of a resource. */
const resourceFields = ['id', 'objectType', 'venID', 'resourceName', 'attributes'];

const venKinds: readonly unknown[] = ['VEN', 'BL_VEN_REQUEST', 'VEN_VEN_REQUEST'];
const resourceKinds: readonly unknown[] = ['RESOURCE', 'BL_RESOURCE_REQUEST', 'VEN_RESOURCE_REQUEST'];

/** Whether an object is a resource of this VEN, as far as it says. */
function isResourceOf(ven: RegisteredVen, object: unknown): boolean {
  const venId = textField(object, 'venID');
  return isKind(object, resourceKinds) && (venId === undefined || venId === ven.id);
}

/** Reads a listing of VENs; ours is the one of that name, as an empty filter lists them all. */
export function readFindVen(venName: string, response: WireResponse): FindOutcome {
  const ownName = venNameOf(venName);
  return readList(response, asList, problemDetail, (items): FindOutcome => {
    const [ven] = bearing(items, (item) => textField(item, 'venName'), ownName);
    if (ven === undefined) return { kind: 'absent' };
    const id = idField(ven);
    if (id === undefined) return { kind: 'failed', status: 200, reason: 'HTTP 200 with a VEN without an id' };
    const clientId = textField(ven, 'clientID') ?? textField(ven, 'clientId');
    return clientId === undefined ? { kind: 'found', id } : { kind: 'found', id, clientId };
  });
}

/**
 * Reads a listing of resources: ours is known by its external id, under our VEN; another one under our name is
 * an impostor. What is of another VEN only shows that the VTN ignores the filter.
 */
export function readFindLoad(
  load: Load,
  ven: RegisteredVen,
  response: WireResponse,
  claimedId: string | undefined,
): FindOutcome {
  const resourceName = resourceNameOf(load);
  return readList(response, asList, problemDetail, (items): FindOutcome => {
    const ofVen = items.filter((item) => isResourceOf(ven, item));
    const ours = bearing(ofVen, externalIdOf, load.externalResourceId);
    const id = chooseId(ours, claimedId);
    if (id !== undefined) return { kind: 'found', id };
    const [other] = bearing(ofVen, (item) => textField(item, 'resourceName'), resourceName);
    if (other === undefined) return { kind: 'absent' };
    const whose = externalIdOf(other);
    const described = whose === undefined ? 'is not ours' : `belongs to load ${whose}`;
    return {
      kind: 'absent',
      impostor: `resource ${idField(other)} named "${resourceName}" ${described}`,
    };
  });
}
