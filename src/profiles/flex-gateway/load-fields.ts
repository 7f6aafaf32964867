import type { Load } from '../../fleet/load.ts';
import { scalarsOf } from '../answers/scalars.ts';
import type { Fields } from '../reconciliation-profile.ts';

/** Plain fields that are compared; ids are told apart by themselves, and others that the VTN lists are its own. */
const plainFields = ['resource_name', 'resource_type', 'ven_name'] as const;

/**
 * The fields of a resource, sent or listed: attributes by their names, the service location in whichever shape
 * it has. What is empty counts as absent.
 */
export function fieldsOfResource(resource: object): Fields {
  const body = resource as Record<string, unknown>;
  const fields: [string, string][] = [];
  const add = (name: string, value: unknown) => {
    const text = scalarsOf(value);
    if (text !== '') fields.push([name, text]);
  };
  for (const name of plainFields) add(name, body[name]);
  addLocation(add, body.service_location);
  if (Array.isArray(body.attributes)) for (const one of body.attributes) addAttribute(add, one);
  return fields;
}

/** The fields of a load's resource, in the order in which a VTN that echoes it lists them. */
export function fieldsOfLoad({ site, component, name, h5MeterId }: Load): Fields {
  const fields: [string, string][] = [
    ['resource_name', `${site.name} - ${name}`],
    ['resource_type', site.type],
    ['ven_name', site.venName],
    ['service_location', site.meterPointId],
  ];
  const add = (field: string, value: string | undefined) => {
    if (value !== undefined && value !== '') fields.push([field, value]);
  };
  add('resource_sub_type', site.subType);
  for (const [field, value] of site.capacities) add(field, value);
  add('longitude', site.longitude);
  add('latitude', site.latitude);
  add('address', site.address);
  add('load_component', component);
  add('load_name', name);
  add('h5_meter_id', h5MeterId);
  return fields;
}

function addLocation(add: (name: string, value: unknown) => void, location: unknown): void {
  if (typeof location !== 'object' || location === null) {
    add('service_location', location);
    return;
  }
  const { meterpoint_id, longitude, latitude } = location as Record<string, unknown>;
  add('service_location', meterpoint_id);
  add('longitude', longitude);
  add('latitude', latitude);
}

function addAttribute(add: (name: string, value: unknown) => void, attribute: unknown): void {
  if (typeof attribute !== 'object' || attribute === null) return;
  const {
    attribute_name: name,
    attribute_type: type,
    attribute_values,
  } = attribute as Record<string, unknown>;
  const known = typeof name === 'string' && name !== '' ? name : type;
  if (typeof known === 'string') add(known, attribute_values);
}
