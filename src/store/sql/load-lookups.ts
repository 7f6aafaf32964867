import { type Selectable, sql } from 'kysely';
import type { LoadLookups, LoadRecord } from '../load-lookups.ts';
import { withDatabaseErrors } from '../sqlite/errors.ts';
import type { FleetDatabase } from '../sqlite/open-sqlite.ts';
import type { Tables } from './tables.ts';

const columns = [
  'l.load_id',
  'l.resource_id',
  'l.load_component',
  'l.load_name',
  'l.h5_meter_id',
  'l.vtn_resource_id',
  'l.registration_status',
] as const;

export function createLoadLookups({ db, path }: FleetDatabase): LoadLookups {
  const loads = () => db.selectFrom('loads as l').select(columns);
  const guarded = <T>(work: () => Promise<T>) => withDatabaseErrors(path, work);
  const one = async (query: Promise<LoadColumns | undefined>) => {
    const row = await query;
    return row && loadRecord(row);
  };
  return {
    load: (loadId) => guarded(() => one(loads().where('l.load_id', '=', loadId).executeTakeFirst())),
    loadByVtnResourceId: (id) =>
      guarded(() => one(loads().where('l.vtn_resource_id', '=', id).executeTakeFirst())),
    loadsOfVen: (venName) =>
      guarded(async () => {
        const rows = await loads()
          .innerJoin('resources as r', 'r.resource_id', 'l.resource_id')
          .where('r.ven', '=', venName)
          .orderBy('l.resource_id')
          .orderBy('l.load_component')
          .execute();
        return rows.map(loadRecord);
      }),
    countByStatus: () =>
      guarded(async () => {
        const rows = await db
          .selectFrom('loads')
          .select([
            sql<string>`coalesce(registration_status, 'PENDING')`.as('status'),
            sql<number>`count(*)`.as('n'),
          ])
          .groupBy('status')
          .execute();
        return Object.fromEntries(rows.map((row) => [row.status, row.n]));
      }),
    registeredSample: (limit) =>
      guarded(async () => {
        const rows = await loads()
          .where('l.vtn_resource_id', 'is not', null)
          .orderBy('l.id')
          .limit(limit)
          .execute();
        return rows.map(loadRecord);
      }),
    setVtnResourceId: (loadId, vtnResourceId, status) =>
      guarded(async () => {
        const result = await db
          .updateTable('loads')
          .set({
            vtn_resource_id: vtnResourceId,
            registration_status: status,
            updated_at: sql`CURRENT_TIMESTAMP`,
          })
          .where('load_id', '=', loadId)
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom('loads as o')
                  .select('o.load_id')
                  .where('o.vtn_resource_id', '=', vtnResourceId)
                  .where('o.load_id', '<>', loadId),
              ),
            ),
          )
          .executeTakeFirst();
        return result.numUpdatedRows > 0n;
      }),
  };
}

type LoadColumns = Pick<
  Selectable<Tables['loads']>,
  | 'load_id'
  | 'resource_id'
  | 'load_component'
  | 'load_name'
  | 'h5_meter_id'
  | 'vtn_resource_id'
  | 'registration_status'
>;

function loadRecord(row: LoadColumns): LoadRecord {
  return {
    loadId: row.load_id,
    resourceId: row.resource_id,
    loadComponent: row.load_component,
    loadName: row.load_name,
    h5MeterId: row.h5_meter_id,
    vtnResourceId: row.vtn_resource_id,
    registrationStatus: row.registration_status,
  };
}
