import { sql } from 'kysely';
import { countWhere } from './counts.ts';
import type { SqlEngine } from './engine.ts';
import { loadConditions } from './load-conditions.ts';
import { statement } from './statement.ts';

/** What the fleet and its registration look like from afar. */
export interface FleetLook {
  readonly mark: string;
  /** When a row was changed last, as the database writes it; null: it does not say. */
  readonly updatedAt: string | null;
}

/** Looks at the whole fleet; see `EventStore.fleetMark`. Two changes within one second may look the same. */
export function createFleetLook({ db, columns, run }: SqlEngine): () => Promise<FleetLook> {
  const { registered, suspended } = loadConditions({ ...columns, isDisabled: sql<boolean>`false` });
  const loads = statement(() =>
    db
      .selectFrom('loads as l')
      .select([
        sql<number>`count(*)`.as('count'),
        countWhere(registered).as('registered'),
        countWhere(suspended).as('suspended'),
        sql<string | null>`CAST(max(${columns.loadOrder}) AS TEXT)`.as('last'),
        sql<number | null>`sum(length(l.vtn_resource_id))`.as('ids'),
        sql<number | null>`sum(length(l.load_name))`.as('names'),
        sql<string | null>`CAST(max(l.updated_at) AS TEXT)`.as('updatedAt'),
      ]),
  );
  const sites = statement(() =>
    db
      .selectFrom('resources as r')
      .select([
        sql<number>`count(*)`.as('count'),
        countWhere(columns.isDisabled).as('disabled'),
        sql<number | null>`sum(length(r.ven))`.as('vens'),
        sql<number | null>`sum(length(r.resource_name))`.as('names'),
        sql<number | null>`sum(length(r.meter_point_id))`.as('meters'),
        sql<number | null>`sum(length(r.resource_sub_type))`.as('subTypes'),
        sql<number | null>`sum(length(r.capacities))`.as('capacities'),
        sql<string | null>`CAST(max(${columns.siteUpdatedAt}) AS TEXT)`.as('updatedAt'),
      ]),
  );
  return async () => {
    const [[ofLoads]] = await run(loads({}));
    const [[ofSites]] = await run(sites({}));
    const values = [...Object.values(ofLoads ?? {}), ...Object.values(ofSites ?? {})];
    const times = [ofLoads?.updatedAt, ofSites?.updatedAt].filter((one) => typeof one === 'string');
    return { mark: values.map((one) => one ?? '').join(' '), updatedAt: times.sort().at(-1) ?? null };
  };
}
