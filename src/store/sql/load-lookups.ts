import { sql } from 'kysely';
import type { LoadLookups } from '../load-lookups.ts';
import type { SqlEngine } from './engine.ts';
import { statement, type ValuesOf } from './statement.ts';

/** Looks up single loads; see `LoadLookups`. */
export function createLoadLookups(engine: SqlEngine): LoadLookups {
  const { run } = engine;
  const { byId, byResource, ofVen, byStatus, registered, setResource } = prepareLookups(engine);
  return {
    async load(loadId) {
      const [rows] = await run(byId({ loadId }));
      return rows[0] && { ...rows[0] };
    },
    async loadByVtnResourceId(id) {
      const [rows] = await run(byResource({ id }));
      return rows[0] && { ...rows[0] };
    },
    async loadsOfVen(venName) {
      const [rows] = await run(ofVen({ venName }));
      return rows.map((row) => ({ ...row }));
    },
    async countByStatus() {
      const [rows] = await run(byStatus({}));
      return Object.fromEntries(rows.map((row) => [row.status, row.loads]));
    },
    async registeredSample(limit) {
      const [rows] = await run(registered({ limit }));
      return rows.map((row) => ({ ...row }));
    },
    async setVtnResourceId(loadId, vtnResourceId, status) {
      const [rows] = await run(setResource({ loadId, vtnResourceId, status }));
      return rows.length > 0;
    },
  };
}

function prepareLookups({ db, columns }: SqlEngine) {
  const loads = () =>
    db
      .selectFrom('loads as l')
      .select([
        columns.loadId.as('loadId'),
        columns.resourceId.as('resourceId'),
        columns.component.as('loadComponent'),
        columns.loadName.as('loadName'),
        columns.h5MeterId.as('h5MeterId'),
        columns.vtnResourceId.as('vtnResourceId'),
        sql<string | null>`nullif(${columns.status}, '')`.as('registrationStatus'),
      ]);
  return {
    byId: statement((value: ValuesOf<{ loadId: string }>) =>
      loads().where(columns.load, '=', value('loadId')),
    ),
    byResource: statement((value: ValuesOf<{ id: string }>) =>
      loads().where(columns.vtnResource, '=', value('id')),
    ),
    ofVen: statement((value: ValuesOf<{ venName: string }>) =>
      loads()
        .innerJoin('resources as r', (join) => join.on(columns.isSiteOfLoad))
        .where(columns.ven, '=', value('venName'))
        .orderBy(columns.resourceId)
        .orderBy(columns.component),
    ),
    byStatus: statement(() =>
      db
        .selectFrom('loads as l')
        .select([
          sql<string>`coalesce(nullif(${columns.status}, ''), 'PENDING')`.as('status'),
          sql<number>`count(*)`.as('loads'),
        ])
        .groupBy('status'),
    ),
    registered: statement((value: ValuesOf<{ limit: number }>) =>
      loads().where('l.vtn_resource_id', 'is not', null).orderBy(columns.loadOrder).limit(value('limit')),
    ),
    setResource: statement((value: ValuesOf<{ loadId: string; vtnResourceId: string; status: string }>) =>
      db
        .updateTable('loads as l')
        .set({
          vtn_resource_id: value('vtnResourceId'),
          registration_status: value('status'),
          updated_at: sql`CURRENT_TIMESTAMP`,
        })
        .where(columns.load, '=', value('loadId'))
        .where(
          sql<boolean>`NOT EXISTS (SELECT 1 FROM loads l
            WHERE ${columns.vtnResource} = ${value('vtnResourceId')} AND ${columns.loadId} <> ${value('loadId')})`,
        )
        .returning(sql<number>`1`.as('changed')),
    ),
  };
}
