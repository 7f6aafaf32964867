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

function prepareLookups({ db }: SqlEngine) {
  const loads = () =>
    db
      .selectFrom('loads as l')
      .select([
        'l.load_id as loadId',
        'l.resource_id as resourceId',
        'l.load_component as loadComponent',
        'l.load_name as loadName',
        'l.h5_meter_id as h5MeterId',
        'l.vtn_resource_id as vtnResourceId',
        'l.registration_status as registrationStatus',
      ]);
  return {
    byId: statement((value: ValuesOf<{ loadId: string }>) =>
      loads().where('l.load_id', '=', value('loadId')),
    ),
    byResource: statement((value: ValuesOf<{ id: string }>) =>
      loads().where('l.vtn_resource_id', '=', value('id')),
    ),
    ofVen: statement((value: ValuesOf<{ venName: string }>) =>
      loads()
        .innerJoin('resources as r', 'r.resource_id', 'l.resource_id')
        .where('r.ven', '=', value('venName'))
        .orderBy('l.resource_id')
        .orderBy('l.load_component'),
    ),
    byStatus: statement(() =>
      db
        .selectFrom('loads')
        .select([
          sql<string>`coalesce(registration_status, 'PENDING')`.as('status'),
          sql<number>`count(*)`.as('loads'),
        ])
        .groupBy('status'),
    ),
    registered: statement((value: ValuesOf<{ limit: number }>) =>
      loads().where('l.vtn_resource_id', 'is not', null).orderBy('l.id').limit(value('limit')),
    ),
    setResource: statement((value: ValuesOf<{ loadId: string; vtnResourceId: string; status: string }>) =>
      db
        .updateTable('loads')
        .set({
          vtn_resource_id: value('vtnResourceId'),
          registration_status: value('status'),
          updated_at: sql`CURRENT_TIMESTAMP`,
        })
        .where('load_id', '=', value('loadId'))
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('loads as o')
                .select('o.load_id')
                .where('o.vtn_resource_id', '=', value('vtnResourceId'))
                .where('o.load_id', '<>', value('loadId')),
            ),
          ),
        )
        .returning('load_id'),
    ),
  };
}
