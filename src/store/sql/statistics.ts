import { type RawBuilder, sql } from 'kysely';
import { externalResourceIdOf, loadNameOf } from '../../fleet/components.ts';
import { withDatabaseErrors } from '../sqlite/errors.ts';
import type { FleetDatabase } from '../sqlite/open-sqlite.ts';
import type { FleetStatistics, LoadCounts } from '../statistics.ts';
import { loadConditions } from './load-conditions.ts';

/** Statistics over an open SQLite database, of these VENs (undefined: of all); changes nothing. */
export function createSqliteStatistics(
  database: FleetDatabase,
  vens?: readonly string[] | undefined,
): FleetStatistics {
  const { db, path } = database;
  const isMeant = vens === undefined ? sql<boolean>`1` : sql<boolean>`r.ven IN (${sql.join(vens)})`;
  const guarded = <T>(work: () => Promise<T>) => withDatabaseErrors(path, work);
  return {
    byStatus: () =>
      guarded(() =>
        db
          .selectFrom('loads as l')
          .leftJoin('resources as r', 'r.resource_id', 'l.resource_id')
          .select([
            sql<string>`coalesce(l.registration_status, 'PENDING')`.as('status'),
            sql<number>`count(*)`.as('loads'),
          ])
          .where(isMeant)
          .groupBy('status')
          .orderBy('status')
          .execute(),
      ),
    byVen: () =>
      guarded(() =>
        countBy<'venId', string | null>(database, 'venId', loadConditions(database).venName, isMeant),
      ),
    byComponent: () =>
      guarded(() =>
        countBy<'component', string>(database, 'component', sql<string>`l.load_component`, isMeant),
      ),
    samples: (limit) => guarded(() => samples(database, limit, isMeant)),
    latestFailures: (limit) => guarded(() => latestFailures(database, limit, isMeant)),
  };
}

async function countBy<K extends string, V>(
  database: FleetDatabase,
  key: K,
  value: RawBuilder<V>,
  isMeant: RawBuilder<boolean>,
): Promise<(Record<K, V> & LoadCounts)[]> {
  const { registered, suspended, disabled } = loadConditions(database);
  const skipped = sql`(${suspended} OR ${disabled})`;
  const rows = await database.db
    .selectFrom('loads as l')
    .leftJoin('resources as r', 'r.resource_id', 'l.resource_id')
    .leftJoin('venfleet_failures as f', 'f.load_id', 'l.load_id')
    .select([
      value.as('key'),
      sql<number>`count(*)`.as('total'),
      sql<number>`total(${registered})`.as('registered'),
      sql<number>`total(${skipped})`.as('skipped'),
      sql<number>`total(f.load_id IS NOT NULL AND NOT ${registered} AND NOT ${skipped})`.as('failed'),
    ])
    .where(isMeant)
    .groupBy('key')
    .orderBy('key')
    .execute();
  return rows.map(({ key: group, total, registered: done, skipped: left, failed }) => {
    const counts = { total, registered: done, failed, waiting: total - done - left - failed, skipped: left };
    return { [key]: group, ...counts } as Record<K, V> & LoadCounts;
  });
}

async function samples({ db }: FleetDatabase, limit: number, isMeant: RawBuilder<boolean>) {
  const rows = await db
    .selectFrom('loads as l')
    .leftJoin('resources as r', 'r.resource_id', 'l.resource_id')
    .select(['l.load_id', 'l.resource_id', 'l.load_component', 'l.load_name', 'l.vtn_resource_id'])
    .where('l.vtn_resource_id', 'is not', null)
    .where(isMeant)
    .orderBy('l.id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    loadId: row.load_id,
    externalResourceId: externalResourceIdOf(row.resource_id, row.load_component),
    loadName: loadNameOf(row.load_component, row.load_name),
    vtnResourceId: row.vtn_resource_id as string,
  }));
}

async function latestFailures({ db }: FleetDatabase, limit: number, isMeant: RawBuilder<boolean>) {
  const rows = await db
    .selectFrom('venfleet_failures as f')
    .innerJoin('loads as l', 'l.load_id', 'f.load_id')
    .leftJoin('resources as r', 'r.resource_id', 'l.resource_id')
    .select([
      'f.load_id',
      'l.resource_id',
      'l.load_component',
      'r.ven',
      'f.status',
      'f.reason',
      'f.failed_at',
    ])
    .where(isMeant)
    .orderBy('f.failed_at', 'desc')
    .orderBy('l.id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    loadId: row.load_id,
    externalResourceId: externalResourceIdOf(row.resource_id, row.load_component),
    venId: row.ven,
    status: row.status,
    reason: row.reason,
    failedAt: row.failed_at,
  }));
}
