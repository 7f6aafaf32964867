import { setImmediate as aTurn } from 'node:timers/promises';
import type { SiteRow } from '../fleet/load.ts';
import type { FleetStore, SitePage } from './fleet-store.ts';

/** Sites read at a time: about 300 loads, half a megabyte. */
const sitesPerPage = 50;

/** Reads one page of a VEN's sites; `after`: the `next` of the page before, undefined from the start. */
export function sitePage(
  store: Pick<FleetStore, 'sitesOfVen'>,
  venName: string | null,
  after: string | undefined,
): Promise<SitePage> {
  return store.sitesOfVen(venName, after, sitesPerPage);
}

/** The sites of a VEN, page by page, never more than one in memory; others have their turn after each. */
export async function* sitePages(
  store: Pick<FleetStore, 'sitesOfVen'>,
  venName: string | null,
): AsyncGenerator<readonly SiteRow[]> {
  for (let after: string | undefined; ; ) {
    const { sites, next } = await sitePage(store, venName, after);
    if (sites.length > 0) yield sites;
    // Reading waits for nothing outside: without this, answers, viewers and Ctrl-C would wait for the whole fleet.
    await aTurn();
    if (next === undefined) return;
    after = next;
  }
}
