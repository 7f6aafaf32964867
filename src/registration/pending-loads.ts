import { externalResourceIdOf } from '../fleet/components.ts';
import {
  type Load,
  type LoadRow,
  loadsOfSite,
  problemOfLoad,
  type SiteRow,
  siteFromRow,
  standingOf,
} from '../fleet/load.ts';
import type { FleetStore } from '../fleet/store.ts';

/** Sites read at a time: about 600 loads, a megabyte. */
const sitesPerPage = 100;

/** A load to be registered, or why its row cannot be a load. */
export type PendingLoad =
  | { readonly ok: true; readonly load: Load }
  | {
      readonly ok: false;
      readonly load: Pick<Load, 'loadId' | 'externalResourceId'>;
      readonly problem: string;
    };

/** Streams the loads of one VEN that are to be registered, a page of sites at a time. */
export async function* pendingLoads(
  store: FleetStore,
  venName: string | null,
  options: { includeDisabled: boolean; only?: ReadonlySet<string> | undefined },
): AsyncGenerator<PendingLoad[]> {
  let after: string | undefined;
  for (;;) {
    const sites = await store.sitesOfVen(venName, after, sitesPerPage);
    const last = sites.at(-1);
    if (!last) return;
    after = last.resourceId;
    yield sites.flatMap((site) => pendingOfSite(site, options));
  }
}

function pendingOfSite(
  row: SiteRow,
  { includeDisabled, only }: { includeDisabled: boolean; only?: ReadonlySet<string> | undefined },
): PendingLoad[] {
  const isPending = row.loads.map((load) => {
    if (only && !only.has(load.loadId)) return false;
    const standing = standingOf(row, load);
    return standing === 'pending' || (includeDisabled && standing === 'disabled');
  });
  if (!isPending.includes(true)) return [];
  const parsed = siteFromRow(row);
  // All loads of the site are made, since a name that two of them share is told from all of them.
  const all: PendingLoad[] = parsed.ok
    ? loadsOfSite(parsed.site, row.loads).map((load, index) => {
        const problem = problemOfLoad(row, row.loads[index] as LoadRow);
        return problem === undefined ? { ok: true, load } : { ok: false, load, problem };
      })
    : row.loads.map((load) => ({
        ok: false,
        load: {
          loadId: load.loadId,
          externalResourceId: externalResourceIdOf(row.resourceId, load.component),
        },
        problem: parsed.problem,
      }));
  return all.filter((_, index) => isPending[index]);
}
