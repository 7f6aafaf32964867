import { externalResourceIdOf } from '../../fleet/components.ts';
import type { LoadRow, SiteRow } from '../../fleet/load.ts';
import { standingOf } from '../../fleet/load-from-row.ts';
import type { EventStore } from '../../store/event-store.ts';
import type { FleetStore } from '../../store/fleet-store.ts';
import { sitePages } from '../../store/site-pages.ts';

/** A load that the program is to have. */
export interface LoadToEnrol {
  readonly loadId: string;
  readonly vtnResourceId: string;
  readonly externalResourceId: string;
  readonly venName: string;
}

export interface LoadsQuery {
  readonly store: Pick<FleetStore, 'sitesOfVen'> & Pick<EventStore, 'enrolledOf'>;
  readonly programId: string;
  /** Only loads of these components. Undefined: of all. */
  readonly components: readonly string[] | undefined;
  /** Also those that are enrolled already, as the database has it. */
  readonly again: boolean;
  /** Called with those of a VEN that are not to be enrolled, and why; `alreadyEnrolled`: they are. */
  onPassedOver(venName: string | null, why: 'alreadyEnrolled' | { readonly skipped: string }): void;
}

/** Streams the loads that are to be enrolled, VEN by VEN and page by page. */
export async function* loadsToEnrol(
  venNames: readonly (string | null)[],
  query: LoadsQuery,
): AsyncGenerator<LoadToEnrol[]> {
  for (const venName of venNames)
    for await (const sites of sitePages(query.store, venName)) yield await loadsOfPage(venName, sites, query);
}

async function loadsOfPage(
  venName: string | null,
  sites: readonly SiteRow[],
  { store, programId, components, again, onPassedOver }: LoadsQuery,
): Promise<LoadToEnrol[]> {
  const loads: LoadToEnrol[] = [];
  for (const site of sites)
    for (const load of site.loads) {
      const skipped = whySkipped(venName, site, load, components);
      if (skipped !== undefined) onPassedOver(venName, { skipped });
      // One that is not skipped is registered, and of a VEN.
      else
        loads.push({
          loadId: load.loadId,
          vtnResourceId: load.vtnResourceId as string,
          externalResourceId: externalResourceIdOf(site.resourceId, load.component),
          venName: venName as string,
        });
    }
  if (again || loads.length === 0) return loads;
  const enrolled = new Map(
    (
      await store.enrolledOf(
        programId,
        loads.map(({ loadId }) => loadId),
      )
    ).map(({ loadId, vtnResourceId }) => [loadId, vtnResourceId]),
  );
  return loads.filter(({ loadId, vtnResourceId }) => {
    if (enrolled.get(loadId) !== vtnResourceId) return true;
    onPassedOver(venName, 'alreadyEnrolled');
    return false;
  });
}

/** Why a load is not to be enrolled: no event would reach it; undefined: it is. */
function whySkipped(
  venName: string | null,
  site: SiteRow,
  load: LoadRow,
  components: readonly string[] | undefined,
): string | undefined {
  if (components && !components.includes(load.component)) return 'of other components';
  if (load.registrationStatus === 'SUSPENDED') return 'suspended';
  if (!site.enabled) return 'of disabled sites';
  return venName === null || standingOf(site, load) !== 'registered' ? 'not registered' : undefined;
}
