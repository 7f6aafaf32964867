import { sql } from 'kysely';
import { isLegible } from '../../fleet/legible.ts';
import type { EventLoad, EventStore } from '../event-store.ts';
import type { SqlEngine } from './engine.ts';
import { createInterning } from './interning.ts';
import { loadConditions } from './load-conditions.ts';
import { statement } from './statement.ts';

/** Loads that are read at once: others have their turn between. */
const pageLoads = 1_000;

/** Reads the loads of the fleet as events need them; see `EventStore`. */
export function createEventLoads(engine: SqlEngine): Pick<EventStore, 'eventLoads'> {
  const { snapshot } = engine;
  const { sharedNames, ofSites, withoutSite } = prepareLoads(engine);
  return {
    async *eventLoads() {
      const once = createInterning();
      const read = await snapshot();
      try {
        const shared = new Map<string, EventLoad['nameShared']>();
        for await (const rows of read.pages(sharedNames({}), pageLoads)) {
          for (const { siteId, nameShared } of rows) shared.set(siteId, nameShared);
        }
        const loadOf = ({ venName, siteId, unreachable, ...row }: LoadRecord): EventLoad => ({
          ...row,
          siteId: once(siteId),
          siteName: once(row.siteName),
          component: once(row.component),
          loadName: row.loadName === null ? null : once(row.loadName),
          subType: row.subType === null ? null : once(row.subType),
          meterPointId: once(row.meterPointId),
          venName: venName !== null && isLegible(venName) ? once(venName) : null,
          capacities: once(row.capacities),
          nameShared: shared.get(siteId) ?? 'no',
          unreachable,
        });
        for await (const rows of read.pages(ofSites({}), pageLoads)) yield rows.map(loadOf);
        for await (const rows of read.pages(withoutSite({}), pageLoads)) yield rows.map(loadOf);
      } finally {
        await read.close();
      }
    },
  };
}

type LoadRecord = Omit<EventLoad, 'nameShared'>;

function prepareLoads({ db, columns }: SqlEngine) {
  const { registered } = loadConditions(columns);
  const ofLoad = [
    columns.loadId.as('loadId'),
    columns.storeRef.as('storeRef'),
    columns.component.as('component'),
    columns.loadName.as('loadName'),
    columns.vtnResourceId.as('vtnResourceId'),
    columns.resourceId.as('siteId'),
    sql<EventLoad['unreachable']>`CASE WHEN ${columns.status} = 'SUSPENDED' THEN 'suspended'
      WHEN ${columns.isDisabled} THEN 'disabled' WHEN NOT ${registered} THEN 'not-registered' END`.as(
      'unreachable',
    ),
  ] as const;
  return {
    /** The sites that share their name with another of their VEN. */
    sharedNames: statement(() =>
      db
        .selectFrom('resources as r')
        .select([
          sql<string>`CAST(${columns.site} AS TEXT)`.as('siteId'),
          columns.nameShared.as('nameShared'),
        ])
        .where(sql<boolean>`${columns.nameShared} <> 'no'`),
    ),
    ofSites: statement(() =>
      db
        .selectFrom('resources as r')
        .crossJoin('loads as l')
        .select([
          ...ofLoad,
          columns.venName.as('venName'),
          columns.siteName.as('siteName'),
          columns.siteSubType.as('subType'),
          columns.meterPointId.as('meterPointId'),
          columns.capacities.as('capacities'),
        ])
        .where(sql<boolean>`${columns.siteOfLoad} = ${columns.site}`)
        .where(columns.isSiteOfLoad)
        .orderBy(columns.ven, (order) => order.asc().nullsFirst())
        .orderBy(columns.site)
        .orderBy('component')
        .orderBy(columns.loadOrder),
    ),
    withoutSite: statement(() =>
      db
        .selectFrom('loads as l')
        .leftJoin('resources as r', (join) => join.on(columns.isSiteOfLoad))
        .select([
          ...ofLoad,
          sql<string | null>`NULL`.as('venName'),
          sql<string>`''`.as('siteName'),
          sql<string | null>`NULL`.as('subType'),
          sql<string>`''`.as('meterPointId'),
          sql<string>`''`.as('capacities'),
        ])
        .where('r.resource_id', 'is', null)
        .orderBy('siteId')
        .orderBy('component')
        .orderBy(columns.loadOrder),
    ),
  };
}
