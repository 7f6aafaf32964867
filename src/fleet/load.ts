import type { Trace } from '../core/trace.ts';
import {
  type Capacity,
  type NumberText,
  type Problem,
  parseCapacities,
  parseLocation,
} from './capacities.ts';
import { externalResourceIdOf, loadNameOf } from './components.ts';

export type NameShared = 'no' | 'name' | 'meter';

/** A site's row in the database (`resources`); texts are as stored. */
export interface SiteRow {
  readonly resourceId: string;
  readonly resourceName: string;
  readonly resourceType: string;
  readonly resourceSubType: string | null;
  readonly meterPointId: string;
  readonly capacities: string;
  readonly location: string;
  readonly address: string | null;
  readonly ven: string | null;
  readonly enabled: boolean;
  /** Whether another site of the same VEN has the same name; `meter`: and the same meter point. */
  readonly nameShared: NameShared;
  /** Why this row cannot be a site, where the store knows already. */
  readonly problem: string | null;
  readonly loads: readonly LoadRow[];
}

/** A load's row in the database (`loads`), with what venfleet itself remembers of it. */
export interface LoadRow {
  readonly loadId: string;
  /** By what the store finds the row soonest: its own affair, to be handed back to it. */
  readonly storeRef: unknown;
  readonly component: string;
  readonly loadName: string | null;
  readonly h5MeterId: string | null;
  readonly vtnResourceId: string | null;
  /** PENDING, APPROVED or SUSPENDED. */
  readonly registrationStatus: string | null;
  /** What is known of its having been sent, while it is not registered. */
  readonly trace: Trace;
  /** Why this row cannot be a load, where the store knows already. */
  readonly problem: string | null;
}

/** What all loads behind one meter share. Absent values are undefined, never empty. */
export interface Site {
  readonly resourceId: string;
  readonly name: string;
  readonly nameShared: NameShared;
  /** DSR, EV, BATTERY or PV. */
  readonly type: string;
  readonly subType: string | undefined;
  readonly meterPointId: string;
  readonly venName: string;
  /** Capacity names as stored, with the text of their values as stored (kW or kWh for the usual four). */
  readonly capacities: readonly Capacity[];
  /** Degrees, WGS 84, as stored. */
  readonly longitude: NumberText | undefined;
  readonly latitude: NumberText | undefined;
  readonly address: string | undefined;
}

/** One electrical load: what becomes one resource on the VTN. */
export interface Load {
  readonly loadId: string;
  /** See `LoadRow`. */
  readonly storeRef: unknown;
  readonly externalResourceId: string;
  readonly component: string;
  readonly name: string;
  /** Another load of the same site has the same name. */
  readonly nameShared: boolean;
  readonly h5MeterId: string | undefined;
  readonly trace: Trace;
  readonly site: Site;
}

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
  if (row.resourceId.includes('\0'))
    return problem('the id of the site (resources.resource_id) has a NUL in it');
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
  if (component.includes('\0')) return 'its component (loads.load_component) has a NUL in it';
  if (!loads.some((one) => one !== load && one.component === component)) return undefined;
  const same = loads.filter((one) => one.component === component);
  const first = same.find((one) => one.registrationStatus === 'APPROVED' && one.vtnResourceId) ?? same[0];
  return first === load || !first ? undefined : `load ${first.loadId} of the site is "${component}" already`;
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
