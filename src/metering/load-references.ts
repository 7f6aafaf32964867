import type { Load, SiteRow } from '../fleet/load.ts';
import { loadsOfSite, problemOfLoad, siteFromRow } from '../fleet/load-from-row.ts';
import type { MeteringProfile } from '../profiles/metering-profile.ts';
import type { FleetStore } from '../store/fleet-store.ts';
import type { RegistrationStore } from '../store/registration-store.ts';
import { sitePages } from '../store/site-pages.ts';
import type { ReportPlan, SeriesTask } from './plan-reports.ts';

/** How reports refer to loads, by load id, or why their rows cannot be loads. */
interface References {
  readonly references: ReadonlyMap<string, string>;
  readonly problems: ReadonlyMap<string, string>;
}

type ReferenceOf = NonNullable<MeteringProfile['resourceRefOf']>;

/**
 * How reports refer to the loads of a plan. Loads whose rows cannot be loads are failed in the plan that is returned; their readings are
 * no part of it.
 */
export async function withReferences(
  plan: ReportPlan,
  store: Pick<FleetStore, 'sitesOfVen'> & Pick<RegistrationStore, 'venIds'>,
  referenceOf: ReferenceOf,
): Promise<{ plan: ReportPlan; references: ReadonlyMap<string, string> }> {
  const venNames = new Set(plan.tasks.flatMap(({ loads }) => loads.map(({ venName }) => venName)));
  const { references, problems } = await readReferences(store, venNames, referenceOf);
  const unsent = new Map(plan.unsent);
  const tasks = plan.tasks.flatMap((task): SeriesTask[] => {
    const loads = task.loads.filter((load) => {
      if (references.has(load.loadId)) return true;
      const reason = problems.get(load.loadId) ?? 'its row in the database cannot be read';
      unsent.set(load, { at: 'failed', reason });
      return false;
    });
    return loads.length > 0 ? [{ ...task, loads }] : [];
  });
  return { plan: { ...plan, tasks, unsent }, references };
}

/** Reads how reports refer to the loads of these VENs. One pass over their sites. */
async function readReferences(
  store: Pick<FleetStore, 'sitesOfVen'> & Pick<RegistrationStore, 'venIds'>,
  venNames: Iterable<string | null>,
  referenceOf: ReferenceOf,
): Promise<References> {
  const references = new Map<string, string>();
  const problems = new Map<string, string>();
  const venIds = await store.venIds();
  const readSite = (row: SiteRow) => {
    const parsed = siteFromRow(row);
    const loads = parsed.ok ? loadsOfSite(parsed.site, row.loads) : [];
    for (const [n, loadRow] of row.loads.entries()) {
      const problem = parsed.ok ? problemOfLoad(row, loadRow) : parsed.problem;
      const { loadId, vtnResourceId } = loadRow;
      if (problem === undefined)
        references.set(loadId, referenceOf(loads[n] as Load, vtnResourceId ?? '', venIds.get(row.ven ?? '')));
      else problems.set(loadId, problem);
    }
  };
  for (const venName of venNames) {
    for await (const sites of sitePages(store, venName)) sites.forEach(readSite);
  }
  return { references, problems };
}
