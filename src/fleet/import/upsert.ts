import type { NewSite } from '../new-site.ts';
import { meterPointOfSite, resourceIdOfPlace } from './keys.ts';
import { mergeSite, type StoredSite } from './merge.ts';
import type { ImportedSite } from './row.ts';

/** A stored site, and how many loads it has. */
export type FoundSite = StoredSite & { readonly loadCount: number };

/** The stored fleet, as rows of a file are brought into it. */
export interface StoredFleet {
  byResourceId(resourceId: string): FoundSite | undefined;
  /** The ids of stored sites that are this one in another spelling of Unicode, or with white space at the ends. */
  otherSpellings(resourceId: string): readonly string[];
  /** A VEN's name as stored sites spell it; of several spellings the composed one, or the first. As it is, where none has it. */
  venSpelling(venName: string): string;
  /** Two at most: more than one is one too many. */
  byMeterPoint(meterPointId: string): readonly FoundSite[];
  insert(site: NewSite): void;
  /** Brings a site up to date, and its loads where it has another meter. */
  update(before: StoredSite, after: StoredSite): void;
  insertLoads(resourceId: string, loads: NewSite['loads']): void;
}

/** What became of a row, or why it cannot be stored. */
export type UpsertOutcome = 'inserted' | 'updated' | 'unchanged' | { readonly problem: string };

/** Stores a site as a file tells of it: inserts one that is not there, merges into one that is (`mergeSite`). */
export function upsertSite(row: ImportedSite, fleet: StoredFleet): UpsertOutcome {
  const found = findSite(row, fleet);
  if ('problem' in found) return found;
  const ven = fleet.venSpelling(row.site.ven);
  if (!found.site) {
    fleet.insert({ ...row.site, ven });
    return 'inserted';
  }
  const { loadCount, ...stored } = found.site;
  const merged = mergeSite(stored, { ...row, site: { ...row.site, ven } });
  if ('problem' in merged) return merged;
  const isChanged = !isSame(stored, merged);
  if (isChanged) fleet.update(stored, merged);
  if (loadCount > 0) return isChanged ? 'updated' : 'unchanged';
  const loads = row.site.loads.map((load) => ({ ...load, h5MeterId: merged.h5MeterId ?? load.h5MeterId }));
  fleet.insertLoads(stored.resourceId, loads);
  return 'updated';
}

/** Finds the stored site that a row means, if any. */
function findSite(
  { site, given }: ImportedSite,
  fleet: StoredFleet,
): { readonly site: FoundSite | undefined } | { readonly problem: string } {
  const own = fleet.byResourceId(site.resourceId);
  const others = fleet.otherSpellings(site.resourceId);
  if (others.length > (own ? 0 : 1)) {
    const several = 'several stored sites have this resource_id, in different spellings of Unicode';
    return { problem: `${several}, or with spaces at the ends: only one should be left` };
  }
  if (others[0] !== undefined) return { site: fleet.byResourceId(others[0]) };
  if (own || given.has('resourceId') || !given.has('meterPointId')) return { site: own };
  const [behind, another] = fleet.byMeterPoint(site.meterPointId);
  if (another) {
    return { problem: `several stored sites have meter point ${site.meterPointId}: give its resource_id` };
  }
  if (behind) return { site: behind };
  // It may have been imported before its meter point was known.
  const place = fleet.byResourceId(resourceIdOfPlace(site.resourceName, site.address));
  const isUnknown = place?.meterPointId === meterPointOfSite(place?.resourceId ?? '');
  return { site: isUnknown ? place : undefined };
}

function isSame(stored: StoredSite, merged: StoredSite): boolean {
  const fields = Object.keys(merged) as (keyof StoredSite)[];
  return fields.every((field) => stored[field] === merged[field]);
}
