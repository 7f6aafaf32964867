import type { Load } from '../fleet/load.ts';

/** OpenADR's valuesMap. */
export interface ValuesMap {
  readonly type: string;
  readonly values: readonly (string | number)[];
}

/** The private attribute by which a resource is known as ours. */
export const identityAttribute = 'EXTERNAL_RESOURCE_ID';

/**
 * A load's attributes (OpenADR 3 Definition, "Resource attributes"): the standard LOCATION (longitude, latitude),
 * MAX_POWER_CONSUMPTION and MAX_POWER_EXPORT (kW); all else under private types in upper case.
 */
export function attributesOf(load: Load): ValuesMap[] {
  const { site } = load;
  const attributes: ValuesMap[] = [];
  const add = (type: string, value: string | number | undefined) => {
    if (value !== undefined && value !== '') attributes.push({ type, values: [value] });
  };
  add(identityAttribute, load.externalResourceId);
  add('METER_POINT_ID', site.meterPointId);
  add('LOAD_COMPONENT', load.component);
  add('LOAD_NAME', load.name);
  add('H5_METER_ID', load.h5MeterId);
  add('RESOURCE_TYPE', site.type);
  add('RESOURCE_SUB_TYPE', site.subType);
  add('ADDRESS', site.address);
  if (site.longitude !== undefined && site.latitude !== undefined) {
    attributes.push({ type: 'LOCATION', values: [Number(site.longitude), Number(site.latitude)] });
  }
  for (const [name, value] of site.capacities) addCapacity(add, name, numberOrText(value));
  return attributes;
}

function addCapacity(
  add: (type: string, value: string | number) => void,
  name: string,
  value: string | number,
) {
  if (name === 'P_max_kw') return add('MAX_POWER_CONSUMPTION', value);
  add(privateType(name), value);
  if (name === 'P_min_kw' && typeof value === 'number' && value < 0) add('MAX_POWER_EXPORT', Math.abs(value));
}

/** `E_max_kwh` → `E_MAX_KWH`, `maxPower` → `MAX_POWER`; at most 128 characters. */
function privateType(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase()
    .slice(0, 128);
}

function numberOrText(text: string): string | number {
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}
