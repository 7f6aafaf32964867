import type { Load } from '../fleet/load.ts';
import { describeBody, jsonBody, readFindRefusal, readRefusal, textField } from './answers.ts';
import { identityAttribute } from './openadr-attributes.ts';
import type { CreateOutcome, FindOutcome, RegisteredVen, WireResponse } from './profile.ts';

/** `problem` bodies (RFC 9457): the detail, else the title; OAuth-style `error_description` too. */
export function problemDetail(body: unknown): string | undefined {
  return (
    textField(body, 'detail') ??
    textField(body, 'title') ??
    textField(body, 'error_description') ??
    textField(body, 'error')
  );
}

/** Reads the answer to a POST; `isOurs` looks at the object in it. */
export function readCreate(response: WireResponse, isOurs: (object: unknown) => boolean): CreateOutcome {
  const { status } = response;
  if (status === 200 || status === 201) {
    const body = jsonBody(response);
    const id = textField(body, 'id');
    if (id === undefined) return nonsense(status, `without an id: ${describeBody(response)}`);
    if (!isOurs(body)) return { kind: 'exists', status, id, reason: `HTTP ${status} with another object` };
    return { kind: 'created', id };
  }
  if (status === 409)
    return {
      kind: 'exists',
      status,
      reason: `HTTP 409: ${problemDetail(jsonBody(response)) ?? 'it exists already'}`,
    };
  return readRefusal(response, problemDetail);
}

/**
 * The same for a load. A 409 usually means that the name is taken; OpenLEADR also says it to a VEN that it does
 * not know, and calls that a foreign key.
 */
export function readCreateLoad(load: Load, ven: RegisteredVen, response: WireResponse): CreateOutcome {
  const outcome = readCreate(response, (body) => {
    const theirs = externalIdOf(body);
    return theirs === undefined || theirs === load.externalResourceId;
  });
  if (outcome.kind === 'exists' && /foreign key/i.test(outcome.reason)) {
    return {
      kind: 'refused',
      status: 409,
      reason: `HTTP 409: the VTN does not know VEN "${ven.name}" (id ${ven.id})`,
    };
  }
  return outcome;
}

/** Reads a listing of VENs; ours is the one of that very name, as an empty filter lists them all. */
export function readFindVen(venName: string, response: WireResponse): FindOutcome {
  return readList(response, (items) => {
    const id = textField(
      items.find((item) => textField(item, 'venName') === venName),
      'id',
    );
    return id === undefined ? { kind: 'absent' } : { kind: 'found', id };
  });
}

/** Reads a listing of resources: ours is known by its external id; another one under our name is an impostor. */
export function readFindLoad(load: Load, resourceName: string, response: WireResponse): FindOutcome {
  return readList(response, (items) => {
    const ours = items.filter((item) => externalIdOf(item) === load.externalResourceId);
    const id = ours
      .map((item) => textField(item, 'id'))
      .filter((found) => found !== undefined)
      .sort()[0];
    if (id !== undefined) return { kind: 'found', id };
    const other = items.find((item) => textField(item, 'resourceName') === resourceName);
    if (other === undefined) return { kind: 'absent' };
    const whose = externalIdOf(other);
    const described = whose === undefined ? 'is not ours' : `belongs to load ${whose}`;
    return {
      kind: 'absent',
      impostor: `resource ${textField(other, 'id')} named "${resourceName}" ${described}`,
    };
  });
}

function readList(response: WireResponse, read: (items: unknown[]) => FindOutcome): FindOutcome {
  if (response.status !== 200) return readFindRefusal(response, problemDetail);
  const body = jsonBody(response);
  if (Array.isArray(body)) return read(body);
  return { kind: 'failed', status: 200, reason: `HTTP 200 without a list: ${describeBody(response)}` };
}

/** The value of the identity attribute of a resource, as a VTN answers it. */
export function externalIdOf(resource: unknown): string | undefined {
  const { attributes } = (resource ?? {}) as { attributes?: unknown };
  if (!Array.isArray(attributes)) return undefined;
  const found = attributes.find((attribute) => textField(attribute, 'type') === identityAttribute);
  const values = (found as { values?: unknown } | undefined)?.values;
  return Array.isArray(values) && typeof values[0] === 'string' ? values[0] : undefined;
}

function nonsense(status: number, what: string): CreateOutcome {
  return { kind: 'nonsense', status, reason: `HTTP ${status} ${what}` };
}
