import { type RawBuilder, sql } from 'kysely';
import { isLegible } from '../../fleet/legible.ts';
import type { FleetScope, FleetStore } from '../fleet-store.ts';
import type { MeteredLoad, ReportingStore, ReportScope } from '../reporting-store.ts';
import { isOneOf } from './counts.ts';
import type { SqlEngine } from './engine.ts';
import { createInterning } from './interning.ts';
import { loadConditions } from './load-conditions.ts';
import { bound } from './statement.ts';

/** Reads the loads that reports are about; see `ReportingStore`. */
export function createMeteredLoads(
  engine: SqlEngine,
  counts: Pick<FleetStore, 'countByVen'>,
): Pick<ReportingStore, 'meteredLoads' | 'loadComponents' | 'knownLoadIds'> {
  const { db, batch, columns, run, runEach } = engine;
  const { registered } = loadConditions(columns);
  return {
    async meteredLoads(scope) {
      const once = createInterning();
      return runEach(
        bound(
          db
            .selectFrom('loads as l')
            .leftJoin('resources as r', (join) => join.on(columns.isSiteOfLoad))
            .select([
              columns.loadId.as('loadId'),
              columns.resourceId.as('resourceId'),
              columns.venName.as('venName'),
              columns.h5MeterId.as('meterId'),
              columns.component.as('component'),
              sql<string | null>`CASE WHEN ${registered} THEN ${columns.vtnResourceId} END`.as(
                'vtnResourceId',
              ),
              sql<number>`${columns.isDisabled} OR ${columns.status} = 'SUSPENDED'`.as('isOff'),
            ])
            .where(isInScope(engine, scope, await vensOf(scope, counts)))
            .orderBy('meterId')
            .orderBy('component')
            .orderBy('venName', (order) => order.asc().nullsFirst())
            .orderBy('loadId'),
        ),
        ({ loadId, resourceId, venName, meterId, component, vtnResourceId, isOff }): MeteredLoad => ({
          loadId,
          resourceId: once(resourceId),
          venName: venName !== null && isLegible(venName) ? once(venName) : null,
          meterId: once(meterId),
          component: once(component),
          vtnResourceId,
          isOff: Boolean(isOff),
        }),
      );
    },
    async loadComponents() {
      const [rows] = await run(
        bound(
          db
            .selectFrom('loads as l')
            .select(columns.component.as('component'))
            .distinct()
            .orderBy('component'),
        ),
      );
      return rows.map(({ component }) => component);
    },
    async knownLoadIds(ids) {
      const [rows] = await run(
        bound(
          db
            .selectFrom('loads as l')
            .select(columns.loadId.as('loadId'))
            .where(sql<boolean>`${columns.load} IN ${batch.texts(JSON.stringify(ids))}`),
        ),
      );
      return new Set(rows.map(({ loadId }) => loadId));
    },
  };
}

/** The VENs of a scope by name; undefined: all, and what has none. */
export async function vensOf(
  { vens, limitVens }: FleetScope,
  counts: Pick<FleetStore, 'countByVen'>,
): Promise<readonly string[] | undefined> {
  if (limitVens === undefined) return vens;
  return (await counts.countByVen({ ...(vens && { vens }), limitVens })).flatMap(
    ({ venName }) => venName ?? [],
  );
}

/** Whether a load is in the scope; `vens`: those of it (`vensOf`). */
export function isInScope(
  { batch, columns }: SqlEngine,
  { components, loadIds }: ReportScope,
  vens: readonly string[] | undefined,
): RawBuilder<boolean> {
  const conditions = [
    ...(vens ? [isOneOf(columns, batch.texts(JSON.stringify(vens)))] : []),
    ...(components ? [sql`${columns.component} IN ${batch.texts(JSON.stringify(components))}`] : []),
    ...(loadIds ? [sql`${columns.load} IN ${batch.texts(JSON.stringify(loadIds))}`] : []),
  ];
  return conditions.length === 0 ? sql<boolean>`true` : sql<boolean>`(${sql.join(conditions, sql` AND `)})`;
}
