import { type RawBuilder, sql } from 'kysely';
import { externalResourceIdOf } from '../../fleet/components.ts';
import { isLegible } from '../../fleet/legible.ts';
import type { FleetStore } from '../fleet-store.ts';
import { sumOfReporting } from '../reporting-counts.ts';
import type { ReportingCounts, ReportingStore, ReportScope } from '../reporting-store.ts';
import { countWhere, gatherNameless } from './counts.ts';
import type { SqlEngine } from './engine.ts';
import { loadConditions } from './load-conditions.ts';
import { isInScope, vensOf } from './metered-loads.ts';
import { bound } from './statement.ts';

/** Counts what was reported; see `ReportingStore`. */
export function createReportingCounts(
  engine: SqlEngine,
  fleet: Pick<FleetStore, 'countByVen'>,
): Pick<
  ReportingStore,
  'reportedKinds' | 'reportingByVen' | 'reportingByComponent' | 'latestReportFailures'
> {
  const { columns } = engine;
  const isMeant = async (scope: ReportScope) => isInScope(engine, scope, await vensOf(scope, fleet));
  const countBy = async <K>(key: RawBuilder<K>, kind: string, scope: ReportScope) =>
    count(engine, key, kind, await isMeant(scope));
  return {
    async reportedKinds() {
      const { db, run } = engine;
      const kindsIn = (table: 'venfleet_reported' | 'venfleet_report_failures') =>
        db.selectFrom(table).select('kind').distinct();
      const [rows] = await run(
        bound(kindsIn('venfleet_reported').union(kindsIn('venfleet_report_failures')).orderBy('kind')),
      );
      return rows.map(({ kind }) => kind);
    },
    async reportingByVen(kind, scope) {
      const rows = await countBy(columns.venName, kind, scope);
      return gatherNameless(
        rows.map(({ key, counts }) => ({ venName: key, ...counts })),
        'venName',
        (a, b) => ({ ...a, ...sumOfReporting(a, b) }),
      );
    },
    async reportingByComponent(kind, scope) {
      const rows = await countBy(columns.component, kind, scope);
      return rows.map(({ key, counts }) => ({ component: key, ...counts }));
    },
    latestReportFailures: async (kind, limit, scope = {}) =>
      latestFailures(engine, kind, limit, await isMeant(scope)),
  };
}

/** One pass over the loads, and one over what was reported. */
async function count<K>(
  { db, columns, run }: SqlEngine,
  key: RawBuilder<K>,
  kind: string,
  isMeant: RawBuilder<boolean>,
): Promise<{ key: K; counts: ReportingCounts }[]> {
  const { registered } = loadConditions(columns);
  const loadId = sql`coalesce(${columns.load}, '')`;
  const reporting = sql<boolean>`(${registered} AND s.load_id IS NOT NULL)`;
  const [rows] = await run(
    bound(
      db
        .selectFrom('loads as l')
        .leftJoin('resources as r', (join) => join.on(columns.isSiteOfLoad))
        .leftJoin(
          (from) =>
            from
              .selectFrom('venfleet_reported')
              .select([
                'load_id',
                sql<number>`sum(points)`.as('points'),
                sql<number>`max(until_ms)`.as('until_ms'),
              ])
              .where('kind', '=', kind)
              .groupBy('load_id')
              .as('s'),
          (join) => join.on(sql<boolean>`s.load_id = ${loadId}`),
        )
        .leftJoin('venfleet_report_failures as f', (join) =>
          join.on(sql<boolean>`f.load_id = ${loadId}`).on('f.kind', '=', kind),
        )
        .select([
          key.as('key'),
          sql<number>`count(*)`.as('loads'),
          countWhere(registered).as('registered'),
          countWhere(reporting).as('reporting'),
          countWhere(sql`(${registered} AND f.load_id IS NOT NULL)`).as('failing'),
          sql<number>`coalesce(sum(s.points) FILTER (WHERE ${reporting}), 0)`.as('points'),
          sql<number | null>`min(s.until_ms) FILTER (WHERE ${reporting})`.as('leastUntilMs'),
          sql<number | null>`max(s.until_ms) FILTER (WHERE ${reporting})`.as('mostUntilMs'),
        ])
        .where(isMeant)
        .groupBy('key')
        .orderBy('key', (order) => order.asc().nullsFirst()),
    ),
  );
  return rows.map(({ key: group, ...counts }) => ({ key: group as K, counts }));
}

async function latestFailures(
  { db, columns, run }: SqlEngine,
  kind: string,
  limit: number,
  isMeant: RawBuilder<boolean>,
) {
  const [rows] = await run(
    bound(
      db
        .selectFrom('venfleet_report_failures as f')
        .innerJoin('loads as l', (join) => join.on(sql<boolean>`coalesce(${columns.load}, '') = f.load_id`))
        .leftJoin('resources as r', (join) => join.on(columns.isSiteOfLoad))
        .select([
          'f.load_id as loadId',
          columns.resourceId.as('resourceId'),
          columns.component.as('component'),
          columns.venName.as('venName'),
          'f.status as status',
          'f.reason as reason',
          'f.failed_at as failedAt',
        ])
        .where('f.kind', '=', kind)
        .where(isMeant)
        .orderBy('f.failed_at', 'desc')
        .orderBy(columns.loadOrder)
        .limit(limit),
    ),
  );
  return rows.map(({ resourceId, component, venName, ...failure }) => ({
    ...failure,
    kind,
    externalResourceId: externalResourceIdOf(resourceId, component),
    venName: venName !== null && isLegible(venName) ? venName : null,
  }));
}
