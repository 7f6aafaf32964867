import { type RawBuilder, sql } from 'kysely';
import { externalResourceIdOf, loadNameOf } from '../../fleet/components.ts';
import { isLegible } from '../../fleet/legible.ts';
import type { FleetStatistics, KnownFailure, LoadCounts, LoadSample } from '../statistics.ts';
import { countWhere, gatherNameless, isOneOf } from './counts.ts';
import type { SqlEngine } from './engine.ts';
import { loadConditions } from './load-conditions.ts';
import { bound } from './statement.ts';

/** Statistics of these VENs (undefined: of all); changes nothing. */
export function createStatistics(engine: SqlEngine, vens: readonly string[] | undefined): FleetStatistics {
  const { batch, columns } = engine;
  const isMeant =
    vens === undefined ? sql<boolean>`true` : isOneOf(columns, batch.texts(JSON.stringify(vens)));
  return {
    byStatus: () => countByStatus(engine, isMeant),
    async byVen() {
      const rows = await countBy(engine, columns.venName, isMeant);
      return gatherNameless(
        rows.map(({ key, counts }) => ({ venId: key, ...counts })),
        'venId',
        plus,
      );
    },
    async byComponent() {
      const rows = await countBy(engine, columns.component, isMeant);
      return rows.map(({ key, counts }) => ({ component: key, ...counts }));
    },
    samples: (limit) => samples(engine, limit, isMeant),
    latestFailures: (limit) => latestFailures(engine, limit, isMeant),
  };
}

async function countByStatus({ db, columns, run }: SqlEngine, isMeant: RawBuilder<boolean>) {
  const [rows] = await run(
    bound(
      db
        .selectFrom('loads as l')
        .leftJoin('resources as r', (join) => join.on(columns.isSiteOfLoad))
        .select([
          sql<string>`coalesce(nullif(${columns.status}, ''), 'PENDING')`.as('status'),
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
        .leftJoin('resources as r', (join) => join.on(columns.isSiteOfLoad))
        .leftJoin('venfleet_failures as f', (join) =>
          join.on(sql<boolean>`f.load_id = coalesce(${columns.load}, '')`),
        )
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
  { db, columns, run }: SqlEngine,
  limit: number,
  isMeant: RawBuilder<boolean>,
): Promise<LoadSample[]> {
  const [rows] = await run(
    bound(
      db
        .selectFrom('loads as l')
        .leftJoin('resources as r', (join) => join.on(columns.isSiteOfLoad))
        .select([
          columns.loadId.as('loadId'),
          columns.resourceId.as('resourceId'),
          columns.component.as('component'),
          columns.loadName.as('loadName'),
          columns.vtnResourceId.as('vtnResourceId'),
        ])
        .where('l.vtn_resource_id', 'is not', null)
        .where(isMeant)
        .orderBy(columns.loadOrder)
        .limit(limit),
    ),
  );
  return rows.map((row) => ({
    loadId: row.loadId,
    externalResourceId: externalResourceIdOf(row.resourceId, row.component),
    loadName: loadNameOf(row.component, row.loadName),
    vtnResourceId: row.vtnResourceId ?? '',
  }));
}

async function latestFailures(
  { db, columns, run }: SqlEngine,
  limit: number,
  isMeant: RawBuilder<boolean>,
): Promise<KnownFailure[]> {
  const [rows] = await run(
    bound(
      db
        .selectFrom('venfleet_failures as f')
        .innerJoin('loads as l', (join) => join.on(sql<boolean>`coalesce(${columns.load}, '') = f.load_id`))
        .leftJoin('resources as r', (join) => join.on(columns.isSiteOfLoad))
        .select([
          columns.loadId.as('loadId'),
          columns.resourceId.as('resourceId'),
          columns.component.as('component'),
          columns.venName.as('venName'),
          'f.status as status',
          'f.reason as reason',
          'f.failed_at as failedAt',
        ])
        .where(isMeant)
        .orderBy('f.failed_at', 'desc')
        .orderBy(columns.loadOrder)
        .limit(limit),
    ),
  );
  return rows.map((row) => ({
    loadId: row.loadId,
    externalResourceId: externalResourceIdOf(row.resourceId, row.component),
    venId: row.venName !== null && isLegible(row.venName) ? row.venName : null,
    status: row.status,
    reason: row.reason,
    failedAt: row.failedAt,
  }));
}

function plus<G extends LoadCounts>(a: G, b: G): G {
  return {
    ...a,
    total: a.total + b.total,
    registered: a.registered + b.registered,
    failed: a.failed + b.failed,
    waiting: a.waiting + b.waiting,
    skipped: a.skipped + b.skipped,
  };
}
