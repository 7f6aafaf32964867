import { isSameName } from '../../core/same-name.ts';
import { parseCapacities, parseLocation } from '../capacities.ts';
import {
  type Capacities,
  capacitiesText,
  capacityNames,
  objectText,
  type ResourceType,
  usualCapacities,
  usualType,
} from '../new-site.ts';
import { h5MeterOfMeterPoint } from './keys.ts';
import type { ImportedSite } from './row.ts';
import { townOfAddress } from './town.ts';

/** A site as the database has it; what is NULL there is null. */
export interface StoredSite {
  readonly resourceId: string;
  readonly resourceName: string | null;
  readonly resourceType: string | null;
  readonly resourceSubType: string | null;
  readonly meterPointId: string | null;
  readonly capacities: string | null;
  readonly location: string | null;
  readonly address: string | null;
  readonly ven: string | null;
  readonly h5MeterId: string | null;
}

/**
 * A stored site as it becomes when a file tells of it again. What the file says is taken. What it does not
 * say stays as it is, but for what was derived from something that changed: that is derived anew. A text that is only
 * spelled otherwise in Unicode keeps its stored spelling, so that nothing is to be told the VTN.
 * Refuses what would be impossible, e.g. a maximum below the stored minimum.
 */
export function mergeSite(stored: StoredSite, row: ImportedSite): StoredSite | { problem: string } {
  const { site, given } = row;
  const resourceSubType = given.has('subType')
    ? kept(stored.resourceSubType, site.resourceSubType)
    : stored.resourceSubType;
  const resourceType = mergeType(stored, row, resourceSubType);
  const meterPointId = given.has('meterPointId')
    ? kept(stored.meterPointId, site.meterPointId)
    : stored.meterPointId || site.meterPointId;
  const capacities = mergeCapacities(stored, row, resourceSubType, resourceType);
  const parsed = parseCapacities(capacities);
  if (!parsed.ok) return { problem: `with what is stored of it: ${parsed.problem}` };
  return {
    resourceId: stored.resourceId,
    resourceName: kept(stored.resourceName, site.resourceName),
    resourceType,
    resourceSubType,
    meterPointId,
    capacities,
    location: isSamePlace(stored.location, site.location) ? stored.location : site.location,
    address: kept(stored.address, site.address),
    ven: mergeVen(stored, row),
    h5MeterId: mergeMeter(stored, row, meterPointId),
  };
}

/** The stored text where the told one is the same but for its spelling. */
function kept<T extends string | null>(stored: string | null, told: T): string | T {
  return stored !== null && isSameName(stored, told) ? stored : told;
}

function mergeType(stored: StoredSite, { site, given }: ImportedSite, subType: string | null): string {
  if (given.has('type')) return site.resourceType;
  const wasDerived = !stored.resourceType || stored.resourceType === usualType(stored.resourceSubType);
  return wasDerived ? usualType(subType) : (stored.resourceType as string);
}

function mergeVen(stored: StoredSite, { site, given }: ImportedSite): string | null {
  const wasDerived = !stored.ven?.trim() || isSameName(stored.ven, townOfAddress(stored.address ?? ''));
  return given.has('ven') || wasDerived ? kept(stored.ven, site.ven) : stored.ven;
}

function mergeMeter(stored: StoredSite, { site, given }: ImportedSite, meterPointId: string): string {
  if (given.has('h5MeterId')) return kept(stored.h5MeterId, site.h5MeterId);
  const wasDerived = !stored.h5MeterId || stored.h5MeterId === h5MeterOfMeterPoint(stored.meterPointId ?? '');
  return wasDerived ? h5MeterOfMeterPoint(meterPointId) : (stored.h5MeterId as string);
}

function mergeCapacities(
  stored: StoredSite,
  { site, given }: ImportedSite,
  subType: string | null,
  type: string,
): string {
  const usual = (kind: string | null, of: string | null) => usualCapacities(kind, of as ResourceType);
  const now = valuesOf(stored.capacities);
  const wasUsual = !now || isSame(now, usual(stored.resourceSubType, stored.resourceType));
  const kept = now && !(wasUsual && !isSame(now, usual(subType, type))) ? now : undefined;
  const base = kept ?? valuesOf(capacitiesText(usual(subType, type))) ?? new Map<string, string>();
  const told = valuesOf(site.capacities) ?? new Map<string, string>();
  const changes = capacityNames.filter(
    (name) => given.has(name) && Number(base.get(name) ?? Number.NaN) !== Number(told.get(name)),
  );
  if (kept && changes.length === 0) return stored.capacities as string;
  for (const name of changes) base.set(name, told.get(name) as string);
  return objectText([...base]);
}

/** A JSON object's values as JSON text, so that numbers keep their form; undefined where it is none. */
function valuesOf(json: string | null): Map<string, string> | undefined {
  try {
    const value = JSON.parse(json ?? '', (key, item, context?: { source?: string }) => {
      if (key === '') return item;
      return typeof item === 'number' ? (context?.source ?? String(item)) : JSON.stringify(item);
    });
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? new Map(Object.entries(value as Record<string, string>)) : undefined;
  } catch {
    return undefined;
  }
}

function isSame(values: ReadonlyMap<string, string>, capacities: Capacities): boolean {
  return (
    values.size === capacityNames.length &&
    capacityNames.every((name) => Number(values.get(name)) === capacities[name])
  );
}

function isSamePlace(a: string | null, b: string): boolean {
  const [one, other] = [parseLocation(a ?? ''), parseLocation(b)];
  if (!one.ok || !other.ok || one.latitude === undefined || one.longitude === undefined) return false;
  return Number(one.latitude) === Number(other.latitude) && Number(one.longitude) === Number(other.longitude);
}
