import { bearing } from '../../core/same-name.ts';
import type { Answer } from '../../delivery/outcome.ts';
import type { Load } from '../../fleet/load.ts';
import type { WireResponse } from '../../openadr/http/transport.ts';
import { idField, jsonBody, textField } from '../answers/json-body.ts';
import { readUpdate } from '../answers/read-changes.ts';
import { asList, readListing } from '../answers/read-list.ts';
import { scalarsOf } from '../answers/scalars.ts';
import type { Fields, RemoteResource, Updated } from '../reconciliation-profile.ts';
import { attributesOf } from './attributes.ts';
import { externalIdOf, identityAttribute } from './identity.ts';
import { problemDetail } from './problem-detail.ts';
import { resourceNameOf, venNameOf } from './wire-names.ts';

/** Reads a page of `/resources` or `/vens/{venID}/resources`. */
export function readResources(response: WireResponse): Answer<readonly RemoteResource[]> {
  return readListing(response, asList, remoteResource, problemDetail);
}

/** Reads the answer to PUT of a resource. */
export function readUpdateLoad(response: WireResponse): Answer<Updated> {
  return readUpdate(response, remoteResource, problemDetail);
}

/**
 * The resources in a VEN that was looked up by name: OpenADR 3.0 puts them there. An empty list proves
 * nothing, since some VTNs leave them out; neither does one with something in it that is no resource.
 */
export function readVenResources(
  venName: string,
  response: WireResponse,
): readonly RemoteResource[] | undefined {
  if (response.status !== 200) return undefined;
  const ownName = venNameOf(venName);
  const vens = asList(jsonBody(response)) ?? [];
  const [ven] = bearing(vens, (item) => textField(item, 'venName'), ownName) as { resources?: unknown }[];
  const items = asList(ven?.resources) ?? [];
  const resources = items.map(remoteResource).filter((resource) => resource !== undefined);
  return resources.length > 0 && resources.length === items.length ? resources : undefined;
}

/**
 * The fields of a load as its resource would list them. Targets are not among them: some VTNs leave them out,
 * and all that they are made of is in the attributes too.
 */
export function fieldsOf(load: Load): Fields {
  const attributes = attributesOf(load).map((attribute) => {
    const [value] = attribute.values;
    // As it comes back: in JSON that is read, it is a double.
    if (typeof value !== 'object') return attribute;
    return { ...attribute, values: [Number(value.rawJSON)] };
  });
  return fieldsOfResource(resourceNameOf(load), attributes);
}

function remoteResource(item: unknown): RemoteResource | undefined {
  const id = idField(item);
  if (id === undefined) return undefined;
  const name = textField(item, 'resourceName') ?? '';
  const { attributes } = item as { attributes?: unknown };
  return {
    id,
    externalResourceId: externalIdOf(item),
    name,
    venName: undefined,
    venId: textField(item, 'venID') || undefined,
    fields: fieldsOfResource(name, asList(attributes) ?? []),
  };
}

function fieldsOfResource(name: string, attributes: readonly unknown[]): Fields {
  const fields: [string, string][] = [['resourceName', name]];
  for (const attribute of attributes) {
    const type = textField(attribute, 'type');
    if (type === undefined || type === identityAttribute) continue;
    const text = scalarsOf((attribute as { values?: unknown }).values);
    if (text !== '') fields.push([type, text]);
  }
  return fields;
}
