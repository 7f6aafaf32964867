import { type RawBuilder, sql } from 'kysely';
import { externalResourceIdOf, loadNameOf } from '../../fleet/components.ts';
import type { FleetStatistics, KnownFailure, LoadCounts, LoadSample } from '../statistics.ts';
import { countWhere, isOneOf } from './counts.ts';
import type { SqlEngine } from './engine.ts';
import { loadConditions } from './load-conditions.ts';
import { bound } from './statement.ts';

/** Statistics of these VENs (undefined: of all); changes nothing. */
export function createStatistics(engine: SqlEngine, vens: readonly string[] | undefined): FleetStatistics {
  const { batch, columns } = engine;
  const isMeant = vens === undefined ? sql<boolean>`true` : isOneOf(batch.texts(JSON.stringify(vens)));
  return {
    byStatus: () => countByStatus(engine, isMeant),
    async byVen() {
      const rows = await countBy(engine, columns.venName, isMeant);
      return rows.map(({ key, counts }) => ({ venId: key, ...counts }));
    },
    async byComponent() {
      const rows = await countBy(engine, sql<string>`l.load_component`, isMeant);
      return rows.map(({ key, counts }) => ({ component: key, ...counts }));
    },
    samples: (limit) => samples(engine, limit, isMeant),
    latestFailures: (limit) => latestFailures(engine, limit, isMeant),
  };
}

async function countByStatus({ db, run }: SqlEngine, isMeant: RawBuilder<boolean>) {
  const [rows] = await run(
    bound(
      db
        .selectFrom('loads as l')
        .leftJoin('resources as r', 'r.resource_id', 'l.resource_id')
        .select([
          sql<string>`coalesce(l.registration_status, 'PENDING')`.as('status'),
          sql<number>`count(*)`.as('loads'),
        ])
        .where(isMeant)
        .groupBy('status')
        .orderBy('status'),
    ),
  );
  return rows.map((row) => ({ ...row }));
}

async function countBy<K>(
  { db, columns, run }: SqlEngine,
  key: RawBuilder<K>,
  isMeant: RawBuilder<boolean>,
): Promise<{ key: K; counts: LoadCounts }[]> {
  const { registered, suspended, disabled } = loadConditions(columns);
  const skipped = sql<boolean>`(${suspended} OR ${disabled})`;
  const hasFailed = sql<boolean>`(f.load_id IS NOT NULL AND NOT ${registered} AND NOT ${skipped})`;
  const [rows] = await run(
    bound(
      db
        .selectFrom('loads as l')
        .leftJoin('resources as r', 'r.resource_id', 'l.resource_id')
        .leftJoin('venfleet_failures as f', 'f.load_id', 'l.load_id')
        .select([
          key.as('key'),
          sql<number>`count(*)`.as('total'),
          countWhere(registered).as('registered'),
          countWhere(skipped).as('skipped'),
          countWhere(hasFailed).as('failed'),
        ])
        .where(isMeant)
        .groupBy('key')
        .orderBy('key', (order) => order.asc().nullsFirst()),
    ),
  );
  return rows.map(({ key: group, total, registered: done, skipped: left, failed }) => ({
    key: group as K,
    counts: { total, registered: done, failed, waiting: total - done - left - failed, skipped: left },
  }));
}

async function samples(
  { db, run }: SqlEngine,
  limit: number,
  isMeant: RawBuilder<boolean>,
): Promise<LoadSample[]> {
  const [rows] = await run(
    bound(
      db
        .selectFrom('loads as l')
        .leftJoin('resources as r', 'r.resource_id', 'l.resource_id')
        .select(['l.load_id', 'l.resource_id', 'l.load_component', 'l.load_name', 'l.vtn_resource_id'])
        .where('l.vtn_resource_id', 'is not', null)
        .where(isMeant)
        .orderBy('l.id')
        .limit(limit),
    ),
  );
  return rows.map((row) => ({
    loadId: row.load_id,
    externalResourceId: externalResourceIdOf(row.resource_id, row.load_component),
    loadName: loadNameOf(row.load_component, row.load_name),
    vtnResourceId: row.vtn_resource_id as string,
  }));
}

async function latestFailures(
  { db, run }: SqlEngine,
  limit: number,
  isMeant: RawBuilder<boolean>,
): Promise<KnownFailure[]> {
  const [rows] = await run(
    bound(
      db
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
        .limit(limit),
    ),
  );
  return rows.map((row) => ({
    loadId: row.load_id,
    externalResourceId: externalResourceIdOf(row.resource_id, row.load_component),
    venId: row.ven,
    status: row.status,
    reason: row.reason,
    failedAt: row.failed_at,
  }));
}
