import type { SiteRow } from '../fleet/load.ts';
import type { FleetStore } from './fleet-store.ts';

/** Sites read at a time: about 300 loads, half a megabyte. */
const sitesPerPage = 50;

export interface SitePage {
  readonly sites: readonly SiteRow[];
  /** Where the next page begins; undefined: this is the last. */
  readonly next: string | undefined;
}

/** Reads one page of a VEN's sites; `after`: the `next` of the page before, undefined from the start. */
export async function sitePage(
  store: Pick<FleetStore, 'sitesOfVen'>,
  venName: string | null,
  after: string | undefined,
): Promise<SitePage> {
  const sites = await store.sitesOfVen(venName, after, sitesPerPage);
  return { sites, next: sites.length < sitesPerPage ? undefined : sites.at(-1)?.resourceId };
}

/** The sites of a VEN, page by page, never more than one in memory. */
export async function* sitePages(
  store: Pick<FleetStore, 'sitesOfVen'>,
  venName: string | null,
): AsyncGenerator<readonly SiteRow[]> {
  for (let after: string | undefined; ; ) {
    const { sites, next } = await sitePage(store, venName, after);
    if (sites.length > 0) yield sites;
    if (next === undefined) return;
    after = next;
  }
}
