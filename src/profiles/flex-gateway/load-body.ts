import { quote } from '../../core/quote.ts';
import type { Load, Site } from '../../fleet/load.ts';
import { memoize } from '../memoize.ts';
import type { ServiceLocationShape } from '../profile.ts';

/*
 * Bodies put together from pieces of JSON text. Made as objects and turned into text load by load, they were a tenth
 * of a run's time (`npm run bench -- --only profiles`). It relies on the loads of a site sharing one `Site` object and
 * following one another; where they do not, bodies are the same and only take longer.
 * test/profiles/flex-gateway/registration.test.ts holds them against the contract, test/profiles/fields.test.ts
 * against what `plan` compares (`load-fields.ts`).
 */

/** What all loads of a site have in common, as JSON text. */
interface SiteText {
  readonly site: Site;
  /** The site's part of the name, with the quote that begins it. */
  readonly name: string;
  /** From the type to the name of the next field. */
  readonly middle: string;
  /** From the service location into the list of attributes. */
  readonly end: string;
}

/**
 * Makes a function that says a load as a resource of the gateway: JSON text. Absent values are left out; numbers keep
 * the text that they have in the database.
 */
export function flexBodies(shape: ServiceLocationShape): (load: Load) => string {
  let known: SiteText | undefined;
  const endOfName = memoize((name) => quote(name).slice(1), 1_000);
  const componentAttribute = memoize((component) => attribute('load_component', component), 1_000);
  const nameAttribute = memoize((name) => attribute('load_name', name), 1_000);
  const meterAttribute = memoize((h5MeterId) => `,${attribute('h5_meter_id', h5MeterId)}`, 1);
  return (load) => {
    const { site, component, name, h5MeterId } = load;
    if (known?.site !== site) known = siteText(site, shape);
    const head = `{"id":${quote(load.loadId)},"resource_name":${known.name} - ${endOfName(name)},${known.middle}`;
    const meter = h5MeterId === undefined ? '' : meterAttribute(h5MeterId);
    const own = `${componentAttribute(component)},${nameAttribute(name)}${meter}`;
    return `${head}${quote(load.externalResourceId)},${known.end}${own}]}`;
  };
}

function siteText(site: Site, shape: ServiceLocationShape): SiteText {
  const location = shape === 'string' ? site.meterPointId : serviceLocation(site);
  const attributes = siteAttributes(site, shape).map((text) => `${text},`);
  return {
    site,
    name: quote(site.name).slice(0, -1),
    middle: `"resource_type":${quote(site.type)},"ven_name":${quote(site.venName)},"external_resource_id":`,
    end: `"service_location":${JSON.stringify(location)},"attributes":[${attributes.join('')}`,
  };
}

function serviceLocation(site: Site): object {
  return {
    meterpoint_id: site.meterPointId,
    ...(site.longitude !== undefined && { longitude: Number(site.longitude) }),
    ...(site.latitude !== undefined && { latitude: Number(site.latitude) }),
  };
}

function siteAttributes(site: Site, shape: ServiceLocationShape): string[] {
  const attributes: string[] = [];
  const add = (type: string, value: string | undefined, name = type) => {
    if (value !== undefined) attributes.push(attribute(type, value, name));
  };
  add('resource_sub_type', site.subType);
  for (const [name, value] of site.capacities) {
    // An empty text says no more than that there is no value.
    if (name !== '' && value !== '') add(snakeCase(name), value, name);
  }
  if (shape === 'string') {
    add('longitude', site.longitude);
    add('latitude', site.latitude);
  }
  add('address', site.address);
  return attributes;
}

function attribute(type: string, value: string, name = type): string {
  return `{"attribute_type":${quote(type)},"attribute_name":${quote(name)},"attribute_values":[${quote(value)}]}`;
}

/** `P_max_kw` → `p_max_kw`, `maxPower` → `max_power`, but `P_max_kWh` → `p_max_kwh`. */
const snakeCase = memoize(
  (name) =>
    name
      .replace(/([a-z0-9]{2})([A-Z])/g, '$1_$2')
      .replace(/[^\p{L}\p{N}]+/gu, '_')
      .toLowerCase(),
  1_000,
);
