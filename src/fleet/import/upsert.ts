import type { NewSite } from '../new-site.ts';
import { meterPointOfSite, resourceIdOfPlace } from './keys.ts';
import { mergeSite, type StoredSite } from './merge.ts';
import type { ImportedSite } from './row.ts';

/** A stored site, and how many loads it has. */
export type FoundSite = StoredSite & { readonly loadCount: number };

/** The stored fleet, as rows of a file are brought into it. */
export interface StoredFleet {
  byResourceId(resourceId: string): FoundSite | undefined;
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
  if (!found.site) {
    fleet.insert(row.site);
    return 'inserted';
  }
  const { loadCount, ...stored } = found.site;
  const merged = mergeSite(stored, row);
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
