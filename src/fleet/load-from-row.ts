import { type Problem, parseCapacities, parseLocation } from './capacities.ts';
import { externalResourceIdOf, loadNameOf } from './components.ts';
import { isLegible } from './legible.ts';
import type { Load, LoadRow, Site, SiteRow } from './load.ts';

/** A site, or why its row cannot be one: the text names the column, so that a person finds it. */
export type SiteResult = { ok: true; site: Site } | { ok: false; problem: string };

/**
 * Makes a site of its row, or says why it cannot be: no VEN, no name, no meter point, broken JSON,
 * impossible numbers. One broken site never stops the others.
 */
export function siteFromRow(row: SiteRow): SiteResult {
  if (row.problem) return problem(row.problem);
  if (!row.ven?.trim()) return problem('the site has no VEN (resources.ven)');
  if (!row.resourceName.trim()) return problem('the site has no name (resources.resource_name)');
  if (!row.resourceType.trim()) return problem('the site has no type (resources.resource_type)');
  if (!row.meterPointId.trim()) return problem('the site has no meter point id (resources.meter_point_id)');
  const illegible = illegibleOf(namesOfSite, row);
  if (illegible) return problem(illegible);
  const capacities = parseCapacities(row.capacities);
  if (!capacities.ok) return capacities;
  const location = parseLocation(row.location);
  if (!location.ok) return location;
  return {
    ok: true,
    site: {
      resourceId: row.resourceId,
      name: row.resourceName,
      nameShared: row.nameShared,
      type: row.resourceType,
      subType: row.resourceSubType || undefined,
      meterPointId: row.meterPointId,
      venName: row.ven,
      capacities: capacities.values,
      longitude: location.longitude,
      latitude: location.latitude,
      address: row.address || undefined,
    },
  };
}

/** The loads of a site that parsed well, in the order of their rows. */
export function loadsOfSite(site: Site, rows: readonly LoadRow[]): Load[] {
  const names = rows.map((row) => loadNameOf(row.component, row.loadName));
  return rows.map((row, index) => ({
    loadId: row.loadId,
    storeRef: row.storeRef,
    externalResourceId: externalResourceIdOf(site.resourceId, row.component),
    component: row.component,
    name: names[index] as string,
    nameShared: names.some((name, other) => other !== index && name === names[index]),
    h5MeterId: row.h5MeterId || undefined,
    trace: row.trace,
    site,
  }));
}

/**
 * Why a load cannot be sent although its site can, or undefined: two loads with one external id would be one to
 * every VTN. Of two rows of one component the one that is registered counts, else the first.
 */
export function problemOfLoad({ loads }: SiteRow, load: LoadRow): string | undefined {
  if (load.problem) return load.problem;
  const { component } = load;
  if (component === '') return 'the load has no component (loads.load_component)';
  const illegible = illegibleOf(namesOfLoad, load);
  if (illegible) return illegible;
  if (!loads.some((one) => one !== load && one.component === component)) return undefined;
  const same = loads.filter((one) => one.component === component);
  const first = same.find((one) => one.registrationStatus === 'APPROVED' && one.vtnResourceId) ?? same[0];
  return first === load || !first ? undefined : `load ${first.loadId} of the site is "${component}" already`;
}

/** What identifies or names a row to others, and its column. */
const namesOfSite = [
  ['resourceId', 'the id of the site (resources.resource_id)'],
  ['resourceName', 'the name of the site (resources.resource_name)'],
] as const;
const namesOfLoad = [
  ['loadId', 'its id (loads.load_id)'],
  ['component', 'its component (loads.load_component)'],
  ['loadName', 'its name (loads.load_name)'],
] as const;

/** Which name of a row cannot be told to others, and why; undefined where all can. */
function illegibleOf<K extends string>(
  names: readonly (readonly [K, string])[],
  row: Readonly<Record<K, string | null>>,
): string | undefined {
  for (const [key, what] of names) {
    const value = row[key];
    if (value === null || isLegible(value)) continue;
    return `${what} ${value.includes('\0') ? 'has a NUL in it' : 'is not valid UTF-8'}`;
  }
  return undefined;
}

/** Where a load stands, and so what a registration does with it: only `pending` loads are sent. */
export type Standing = 'registered' | 'suspended' | 'disabled' | 'pending';

/** Where a load stands; the store counts by the same rule (`VenCounts`). */
export function standingOf(site: SiteRow, load: LoadRow): Standing {
  if (load.registrationStatus === 'APPROVED' && load.vtnResourceId) return 'registered';
  if (load.registrationStatus === 'SUSPENDED') return 'suspended';
  return site.enabled ? 'pending' : 'disabled';
}

function problem(text: string): Problem {
  return { ok: false, problem: text };
}
