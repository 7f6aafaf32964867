import { shortHash } from '../../core/short-hash.ts';
import type { Capacity } from '../../fleet/capacities.ts';
import type { Load, Site } from '../../fleet/load.ts';
import { capacityNames } from '../../fleet/new-site.ts';
import { memoize } from '../memoize.ts';
import { identityAttribute, identityText } from './identity.ts';
import { type RawNumber, type ValuesMap, valuesMapText } from './values-map.ts';
import { cleanText } from './wire-names.ts';

/*
 * Attributes are made in two forms: as values, which `plan` compares, and as JSON text, which is sent. Text is put
 * together from pieces, since making all of it anew for each load was a tenth of a run's time
 * (`npm run bench -- --only profiles`). It relies on the loads of a site sharing one `Site` object, which is never
 * changed. test/profiles/fields.test.ts holds the two forms together, test/profiles/openadr/registration.test.ts
 * the text against the contract.
 */

// ES2026, and in Node since 21; TypeScript does not know it yet.
const { rawJSON } = JSON as unknown as { rawJSON(text: string): RawNumber };

/**
 * A load's attributes (OpenADR 3 Definition, "Resource attributes"): the standard LOCATION (longitude, latitude),
 * MAX_POWER_CONSUMPTION and MAX_POWER_EXPORT (kW); all else under private types in upper case.
 */
export function attributesOf(load: Load): ValuesMap[] {
  const own = ownTexts(load).map(([type, text]) => ({ type, values: [text] }));
  return [...own, ...siteAttributes(load.site).attributes];
}

/** The same as JSON text. */
export function attributesText({ externalResourceId, component, name, h5MeterId, site }: Load): string {
  const own = identityText(cleanText(externalResourceId));
  const meter = h5MeterId === undefined ? '' : andText('H5_METER_ID', h5MeterId);
  return `[${own}${componentText(component)}${nameText(name)}${meter},${siteAttributes(site).text}]`;
}

const andText = (type: string, text: string) =>
  text === '' ? '' : `,${valuesMapText(type, cleanText(text))}`;
const componentText = memoize((component) => andText('LOAD_COMPONENT', component), 1_000);
const nameText = memoize((name) => andText('LOAD_NAME', name), 1_000);

type Text = readonly [type: string, text: string];

function ownTexts({ externalResourceId, component, name, h5MeterId }: Load): Text[] {
  return texts([
    [identityAttribute, externalResourceId],
    ['LOAD_COMPONENT', component],
    ['LOAD_NAME', name],
    ['H5_METER_ID', h5MeterId],
  ]);
}

/** Those that say something, as they may go to a VTN. */
function texts(all: readonly (readonly [type: string, value: string | undefined])[]): Text[] {
  return all.flatMap(([type, value]) =>
    value === undefined || value === '' ? [] : [[type, cleanText(value)]],
  );
}

/** What all loads of a site share. */
interface SiteAttributes {
  readonly attributes: readonly ValuesMap[];
  /** As JSON text, without the brackets of the list; never empty, as each site has a type. */
  readonly text: string;
}

/** Made once for each site, and forgotten with it. */
const ofSites = new WeakMap<Site, SiteAttributes>();

function siteAttributes(site: Site): SiteAttributes {
  const known = ofSites.get(site);
  if (known) return known;
  const { meterPointId, type, subType, address, longitude, latitude } = site;
  const attributes: ValuesMap[] = texts([
    ['METER_POINT_ID', meterPointId],
    ['RESOURCE_TYPE', type],
    ['RESOURCE_SUB_TYPE', subType],
    ['ADDRESS', address],
  ]).map(([name, text]) => ({ type: name, values: [text] }));
  if (longitude !== undefined && latitude !== undefined) {
    attributes.push({ type: 'LOCATION', values: [Number(longitude), Number(latitude)] });
  }
  const capacities = site.capacities.filter(([name, value]) => name !== '' && value !== '');
  attributes.push(...capacityAttributes(capacities));
  const made = { attributes, text: JSON.stringify(attributes).slice(1, -1) };
  ofSites.set(site, made);
  return made;
}

/** Types that are not for capacities: two attributes of one type would be one to most readers. */
const reserved: ReadonlySet<string> = new Set([
  identityAttribute,
  'METER_POINT_ID',
  'LOAD_COMPONENT',
  'LOAD_NAME',
  'H5_METER_ID',
  'RESOURCE_TYPE',
  'RESOURCE_SUB_TYPE',
  'ADDRESS',
  'LOCATION',
  'MAX_POWER_CONSUMPTION',
  'MAX_POWER_EXPORT',
]);

function capacityAttributes(capacities: readonly Capacity[]): ValuesMap[] {
  const types = capacities.map(([name]) => plainType(name));
  return capacities.flatMap((capacity, index) => {
    const [name] = capacity;
    const value = wireValue(capacity);
    const type = types[index] as string;
    const isAlone = types.indexOf(type) === index && types.lastIndexOf(type) === index;
    const isOwn = usual.has(name) || (isAlone && isUsable(type));
    const attributes: ValuesMap[] = [{ type: isOwn ? type : hashedType(name, type), values: [value] }];
    const exported = name === 'P_min_kw' ? -Number(capacity[1]) : 0;
    if (exported > 0) attributes.push({ type: 'MAX_POWER_EXPORT', values: [exported] });
    return attributes;
  });
}

/** Those that every site has keep their types, whatever else there is. */
const usual: ReadonlySet<string> = new Set(capacityNames);

/** `E_max_kwh` → `E_MAX_KWH`, `maxPower` → `MAX_POWER`. */
function plainType(name: string): string {
  if (name === 'P_max_kw') return 'MAX_POWER_CONSUMPTION';
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
}

function isUsable(type: string): boolean {
  return type.length <= 128 && /[A-Z0-9]/.test(type) && !reserved.has(type) && !/_[0-9A-F]{16}$/.test(type);
}

/** For a name whose type others have too, or that leaves nothing of it: `MAX_POWER_6A5F…`. */
function hashedType(name: string, type: string): string {
  return `${type.slice(0, 110)}_${shortHash(name).toUpperCase()}`;
}

/** Texts stay texts, whatever they look like; what is too long for a double keeps its digits. */
function wireValue([, value, isText]: Capacity): string | number | RawNumber {
  if (isText) return cleanText(value);
  const number = Number(value);
  if (String(number) === value) return number;
  if (value.trim() === '' || !Number.isFinite(number)) return value;
  return /\d{16}/.test(value.replace('.', '')) && isJsonNumber(value) ? rawJSON(value) : number;
}

const isJsonNumber = (text: string) => /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text);
