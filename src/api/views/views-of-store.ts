import { systemClock } from '../../core/clock.ts';
import { withoutIds } from '../../delivery/failure-reasons.ts';
import { componentNames } from '../../fleet/components.ts';
import { throwIfScopeUnknown } from '../../metering/known-scope.ts';
import { reportedOfVens } from '../../monitoring/reporting-status.ts';
import { type ProfileName, profileNamed } from '../../profiles/choose-profile.ts';
import type { ProfileOptions } from '../../profiles/profile.ts';
import type { FailureCount } from '../../store/fleet-views.ts';
import type { Store } from '../../store/store.ts';
import { eventsProfileOf, recordedProfile, throwIfEventUnknown } from '../event-status/events-of-store.ts';
import { explanationOf } from '../event-status/explanation.ts';
import { handedInstructions } from '../event-status/handed.ts';
import { detailsOf, eventSummaries } from '../event-status/summary.ts';
import type { FleetViews } from './fleet-views.ts';
import { readingsOfLoad } from './load-readings.ts';
import { toldOfLoad } from './told-of-load.ts';

export interface FleetViewsOptions extends ProfileOptions {
  /** The fleet database. */
  readonly dbPath: string;
  /** The meter file, HDF5 or a table. */
  readonly meterData?: string | undefined;
  /** How the VTN speaks. Default: as the one on which the fleet was registered last. */
  readonly profile?: ProfileName | undefined;
}

/** The views of a store that is open. `kept` makes a result once, while nothing is written. */
export function viewsOfStore(
  store: Store,
  options: FleetViewsOptions,
  kept: <T>(name: string, make: () => Promise<T>) => Promise<T>,
): Omit<FleetViews, 'mark' | 'databaseBytes' | 'close'> {
  const eventsProfile = () => eventsProfileOf(options, store);
  return {
    counts: () =>
      kept('counts', async () => ({
        cells: await store.countsByVenAndComponent(),
        sites: await store.countSites(),
      })),
    venPlaces: () => kept('venPlaces', () => store.venPlaces()),
    failures: (of) =>
      kept(`failures ${JSON.stringify(of)}`, async () => withIdsBlanked(await store.failureCounts(of))),
    findLoads: (search) => store.findLoads(search),
    async load(loadId) {
      const load = await store.seenLoad(loadId);
      if (!load) return undefined;
      const name = options.profile ?? (await recordedProfile(store));
      const profile = await profileNamed(name).jobs.registration(options);
      return {
        ...load,
        componentName: componentNames[load.component] ?? load.component,
        sent: await toldOfLoad(load, profile, store),
        inForce: await inForce(store, loadId),
        instructions: await handedInstructions(store, { loadId, limit: 100 }),
      };
    },
    async readings(loadId, wish) {
      const load = await store.seenLoad(loadId);
      return load && readingsOfLoad(load, options.meterData, wish);
    },
    events: () => kept('events', async () => eventSummaries(await eventsProfile(), store)),
    async event(eventId) {
      await throwIfEventUnknown(store, eventId);
      return detailsOf(eventId, await eventsProfile(), store);
    },
    async explain(eventId, loadId) {
      await throwIfEventUnknown(store, eventId);
      if (loadId !== undefined) await throwIfScopeUnknown(store, { loadIds: [loadId] });
      return explanationOf({ eventId, loadId }, await eventsProfile(), store);
    },
    instructions: (of) => handedInstructions(store, of),
    dispatchTotals: (sinceMs) => store.dispatchTotals(sinceMs, systemClock.now()),
    async reports() {
      const found = await kept('reports', async () =>
        Promise.all(
          (await store.reportedKinds()).map(async (kind) => ({
            kind,
            byVen: await store.reportingByVen(kind, {}),
          })),
        ),
      );
      return found.map(({ kind, byVen }) => reportedOfVens(kind, byVen, systemClock.now()));
    },
    runs: (of) => store.runs(of),
  };
}

/** What a load was told last by each sink, as far as that still holds. */
async function inForce(store: Store, loadId: string) {
  const now = new Date(systemClock.now()).toISOString();
  const told = await handedInstructions(store, { loadId, inForce: true, limit: 100 });
  return told.filter(({ until }) => until === null || until > now);
}

/** Reasons that are the same but for ids in them are one; the most frequent first. */
function withIdsBlanked(counts: readonly FailureCount[]): FailureCount[] {
  const found = new Map<string, FailureCount>();
  for (const count of counts) {
    const { example, status } = count;
    const reason = withoutIds(count.reason, example);
    const key = JSON.stringify([reason, status]);
    const known = found.get(key);
    if (!known) found.set(key, count);
    else
      found.set(key, {
        ...{ reason, status, example: known.example, loads: known.loads + count.loads },
        vens: [...new Set([...known.vens, ...count.vens])],
        latest: [known.latest, count.latest].sort().at(-1) as string,
      });
  }
  return [...found.values()].sort((a, b) => b.loads - a.loads);
}
