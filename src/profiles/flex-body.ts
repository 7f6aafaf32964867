import type { Load, Site } from '../fleet/load.ts';

/** How a deployment wants the service location: the meter point id alone, or an object with coordinates. */
export type ServiceLocationShape = 'string' | 'object';

/** What all loads of a site have in common, as JSON text. */
interface SiteText {
  readonly site: Site;
  /** From the type to the name of the next field. */
  readonly middle: string;
  /** From the service location into the list of attributes. */
  readonly end: string;
}

/**
 * Makes what says a load as this VTN's resource: JSON text. Absent values are left out; numbers keep the text of
 * the database. The part that loads of a site share is made once for those that follow one another: made as
 * objects and turned into text for each load, bodies were a tenth of a run's time.
 */
export function flexBodies(shape: ServiceLocationShape): (load: Load) => string {
  let known: SiteText | undefined;
  return (load) => {
    const { site, component, name, h5MeterId } = load;
    if (known?.site !== site) known = siteText(site, shape);
    const own = [attribute('load_component', component), attribute('load_name', name)];
    if (h5MeterId !== undefined) own.push(attribute('h5_meter_id', h5MeterId));
    const head = `{"id":${quote(load.loadId)},"resource_name":${quote(`${site.name} - ${name}`)}`;
    return `${head},${known.middle}${quote(load.externalResourceId)},${known.end}${own.join()}]}`;
  };
}

function siteText(site: Site, shape: ServiceLocationShape): SiteText {
  const location = shape === 'string' ? site.meterPointId : serviceLocation(site);
  const attributes = siteAttributes(site, shape).map((text) => `${text},`);
  return {
    site,
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
  for (const [name, value] of site.capacities) add(snakeCase(name), value, name);
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

/** No quotes, backslashes, control characters or halves of a surrogate pair: nothing to escape. */
const plain = /^[ !#-[\]-~\u00a0-\ud7ff]*$/;

const quote = (text: string) => (plain.test(text) ? `"${text}"` : JSON.stringify(text));

/** Names of capacities are few. */
const snakeCased = new Map<string, string>();

/** `P_max_kw` → `p_max_kw`, `maxPower` → `max_power`. */
function snakeCase(name: string): string {
  let made = snakeCased.get(name);
  if (made === undefined) {
    made = name
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .replace(/[^A-Za-z0-9]+/g, '_')
      .toLowerCase();
    if (snakeCased.size < 1_000) snakeCased.set(name, made);
  }
  return made;
}
