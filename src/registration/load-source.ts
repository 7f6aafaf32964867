import { externalResourceIdOf } from '../fleet/components.ts';
import type { Load, LoadRow, SiteRow } from '../fleet/load.ts';
import { loadsOfSite, problemOfLoad, siteFromRow, standingOf } from '../fleet/load-from-row.ts';
import { sentHashOf } from '../fleet/load-hash.ts';
import type { RegisteredVen, RegistrationProfile } from '../profiles/registration-profile.ts';
import type { FleetStore } from '../store/fleet-store.ts';
import { sitePage } from '../store/site-pages.ts';

/** Which loads to read: those of one VEN that are to be registered. */
export interface PageQuery {
  readonly venName: string | null;
  /** The `next` of the page before; undefined: from the start. */
  readonly after: string | undefined;
  /** The VEN as the VTN knows it; undefined: nothing is to be sent. */
  readonly ven: RegisteredVen | undefined;
  readonly includeDisabled: boolean;
  /** Only these loads, by their ids. */
  readonly only: ReadonlySet<string> | undefined;
}

/** A load to be registered, with what is to be sent, or why its row cannot be a load. */
export type PendingLoad =
  | {
      readonly ok: true;
      readonly load: Load;
      /** What the VTN is told (`RegistrationProfile.loadBody`), and its hash (`sentHashOf`); undefined without a VEN. */
      readonly body: string | undefined;
      readonly sentHash: string | undefined;
    }
  | {
      readonly ok: false;
      readonly load: Pick<Load, 'loadId' | 'storeRef' | 'externalResourceId' | 'trace'>;
      readonly problem: string;
    };

export interface LoadPage {
  readonly loads: readonly PendingLoad[];
  /** Where the next page begins; undefined: this is the last. */
  readonly next: string | undefined;
}

/** Where a run has its loads from: the database, page by page. */
export type LoadSource = (query: PageQuery) => Promise<LoadPage>;

/** Reads loads from the store, on this thread, and makes what is to be sent of them. */
export function createLoadSource(
  store: Pick<FleetStore, 'sitesOfVen'>,
  profile: Pick<RegistrationProfile, 'loadBody'>,
): LoadSource {
  return async (query) => {
    const { sites, next } = await sitePage(store, query.venName, query.after);
    return { loads: sites.flatMap((site) => pendingOfSite(site, query, profile)), next };
  };
}

function pendingOfSite(
  row: SiteRow,
  { ven, includeDisabled, only }: PageQuery,
  profile: Pick<RegistrationProfile, 'loadBody'>,
): PendingLoad[] {
  const isPending = row.loads.map((load) => {
    if (only && !only.has(load.loadId)) return false;
    const standing = standingOf(row, load);
    return standing === 'pending' || (includeDisabled && standing === 'disabled');
  });
  if (!isPending.includes(true)) return [];
  const parsed = siteFromRow(row);
  if (!parsed.ok)
    return row.loads.filter((_, n) => isPending[n]).map((load) => brokenLoad(row, load, parsed.problem));
  // All loads of the site are made, since a name that two of them share is told from all of them.
  return loadsOfSite(parsed.site, row.loads).flatMap((load, n): PendingLoad[] => {
    if (!isPending[n]) return [];
    const loadRow = row.loads[n] as LoadRow;
    const problem = problemOfLoad(row, loadRow);
    if (problem !== undefined) return [brokenLoad(row, loadRow, problem)];
    const body = ven && profile.loadBody(load, ven);
    return [{ ok: true, load, body, sentHash: ven && sentHashOf(load) }];
  });
}

function brokenLoad(
  row: SiteRow,
  { loadId, storeRef, component, trace }: LoadRow,
  problem: string,
): PendingLoad {
  const externalResourceId = externalResourceIdOf(row.resourceId, component);
  return { ok: false, load: { loadId, storeRef, externalResourceId, trace }, problem };
}
