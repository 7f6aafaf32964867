import { sql } from 'kysely';
import { parseLocation } from '../../../fleet/capacities.ts';
import { isLegible } from '../../../fleet/legible.ts';
import type { FleetViewStore, SeenLoadState, VenComponentCounts, VenPlace } from '../../fleet-views.ts';
import type { LoadCounts } from '../../statistics.ts';
import type { SqlEngine } from '../engine.ts';
import { statement } from '../statement.ts';
import { loadState } from './load-state.ts';

/** Counts loads by VEN and component, and finds where VENs are. One pass each. */
export function createVenCounts({
  db,
  columns,
  run,
  runEach,
}: SqlEngine): Pick<FleetViewStore, 'countsByVenAndComponent' | 'venPlaces'> {
  const byState = statement(() =>
    db
      .selectFrom('loads as l')
      .leftJoin('resources as r', (join) => join.on(columns.isSiteOfLoad))
      .select([
        columns.venName.as('venName'),
        columns.component.as('component'),
        loadState(columns).as('state'),
        sql<number>`count(*)`.as('loads'),
      ])
      .groupBy(['venName', 'component', 'state'])
      .orderBy('venName', (order) => order.asc().nullsFirst())
      .orderBy('component'),
  );
  const locations = statement(() =>
    db
      .selectFrom('resources as r')
      .select([columns.venName.as('venName'), sql<string | null>`CAST(r.location AS TEXT)`.as('location')])
      .where('r.ven', 'is not', null)
      .orderBy(columns.ven),
  );
  return {
    async countsByVenAndComponent() {
      const [rows] = await run(byState({}));
      const cells = new Map<string, Counted>();
      for (const { venName: read, component, state, loads } of rows) {
        const venName = read !== null && isLegible(read) ? read : null;
        const key = JSON.stringify([venName, component]);
        const cell = cells.get(key) ?? { venName, component, ...noLoads };
        cells.set(key, cell);
        cell.total += loads;
        cell[countOf[state]] += loads;
      }
      const all = [...cells.values()];
      const isNameless = ({ venName }: VenComponentCounts) => venName === null;
      return [...all.filter(isNameless), ...all.filter((cell) => !isNameless(cell))];
    },
    async venPlaces() {
      const places = new Map<
        string,
        { sites: number; placed: number; latitude: number; longitude: number }
      >();
      await runEach(locations({}), ({ venName, location }) => {
        if (venName === null || !isLegible(venName)) return;
        const place = places.get(venName) ?? { sites: 0, placed: 0, latitude: 0, longitude: 0 };
        places.set(venName, place);
        place.sites++;
        const parsed = parseLocation(location ?? '');
        if (!parsed.ok || parsed.latitude === undefined || parsed.longitude === undefined) return;
        place.placed++;
        place.latitude += Number(parsed.latitude);
        place.longitude += Number(parsed.longitude);
      });
      return [...places].map(([venName, { sites, placed, latitude, longitude }]): VenPlace => {
        const middle = (sum: number) => (placed === 0 ? null : sum / placed);
        return { venName, latitude: middle(latitude), longitude: middle(longitude), sites };
      });
    },
  };
}

type Counted = { -readonly [K in keyof VenComponentCounts]: VenComponentCounts[K] };

const noLoads: LoadCounts = { total: 0, registered: 0, failed: 0, waiting: 0, skipped: 0 };

const countOf = {
  registered: 'registered',
  failed: 'failed',
  waiting: 'waiting',
  suspended: 'skipped',
  disabled: 'skipped',
} as const satisfies Record<SeenLoadState, keyof LoadCounts>;
