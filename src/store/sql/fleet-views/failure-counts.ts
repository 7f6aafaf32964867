import { sql } from 'kysely';
import { externalResourceIdOf } from '../../../fleet/components.ts';
import { isLegible } from '../../../fleet/legible.ts';
import type { FailureCount, FleetViewStore } from '../../fleet-views.ts';
import type { SqlEngine } from '../engine.ts';
import { bound, statement, type ValuesOf } from '../statement.ts';
import { loadState } from './load-state.ts';

type Group = Omit<FailureCount, 'vens' | 'example'> & {
  readonly vens: Set<string | null>;
  /** The row of one of them. */
  readonly row: string;
};

/** Counts why loads are not registered; see `FleetViewStore`. */
export function createFailureCounts(engine: SqlEngine): Pick<FleetViewStore, 'failureCounts'> {
  const { db, batch, columns, run } = engine;
  const examples = statement((value: ValuesOf<{ rows: string }>) =>
    db
      .selectFrom('loads as l')
      .select([
        sql<string>`CAST(${columns.loadOrder} AS TEXT)`.as('row'),
        columns.loadId.as('loadId'),
        columns.resourceId.as('resourceId'),
        columns.component.as('component'),
      ])
      .where(
        sql<boolean>`${columns.loadOrder} IN
          (SELECT given.row FROM ${batch.table(value('rows'), { row: 'integer' })} given)`,
      ),
  );
  return {
    async failureCounts(of) {
      const [rows] = await run(byReasonAndVen(engine, of));
      const groups = new Map<string, Group>();
      for (const row of rows) {
        const key = JSON.stringify([row.blanked, row.status]);
        const { reason, ...rest } = groups.get(key) ?? { ...row, loads: 0, latest: '', vens: new Set() };
        const isSame = row.reason === row.lastReason && row.reason === reason;
        const venName = row.venName !== null && isLegible(row.venName) ? row.venName : null;
        groups.set(key, {
          reason: isSame ? reason : row.blanked,
          status: row.status,
          loads: rest.loads + row.loads,
          latest: [rest.latest, row.latest].sort().at(-1) as string,
          vens: rest.vens.add(venName),
          row: rest.row,
        });
      }
      const all = [...groups.values()].sort((a, b) => b.loads - a.loads);
      // Numbers of rows as they are: JavaScript might have no number for one.
      const [found] = await run(examples({ rows: `[${all.map(({ row }) => `[${row}]`).join()}]` }));
      const byRow = new Map(found.map((one) => [one.row, one]));
      return all.map(({ vens, row, ...group }): FailureCount => {
        const { loadId = '', resourceId = '', component = '' } = byRow.get(row) ?? {};
        const example = { loadId, externalResourceId: externalResourceIdOf(resourceId, component) };
        return { ...group, vens: [...vens], example };
      });
    },
  };
}

/** A VTN names the load in its reason: without that, what failed for one reason is one group. */
function byReasonAndVen(
  { db, columns }: SqlEngine,
  { venName, component }: Parameters<FleetViewStore['failureCounts']>[0],
) {
  const externalId = sql<string>`${columns.resourceId} || '_' || ${columns.component}`;
  const without = (text: typeof externalId, id: typeof externalId) =>
    sql<string>`replace(${text}, ${id}, '…')`;
  const conditions = [
    sql<boolean>`${loadState(columns)} = 'failed'`,
    ...(venName === undefined ? [] : [sql<boolean>`${columns.ven} = ${venName}`]),
    ...(component === undefined ? [] : [sql<boolean>`${columns.component} = ${component}`]),
  ];
  return bound(
    db
      .selectFrom('loads as l')
      .innerJoin('venfleet_failures as x', (join) =>
        join.on(sql<boolean>`x.load_id = coalesce(${columns.load}, '')`),
      )
      .leftJoin('resources as r', (join) => join.on(columns.isSiteOfLoad))
      .select([
        without(without(sql<string>`x.reason`, externalId), columns.loadId).as('blanked'),
        'x.status as status',
        columns.venName.as('venName'),
        sql<string>`min(x.reason)`.as('reason'),
        sql<string>`max(x.reason)`.as('lastReason'),
        sql<number>`count(*)`.as('loads'),
        sql<string>`max(x.failed_at)`.as('latest'),
        sql<string>`CAST(min(${columns.loadOrder}) AS TEXT)`.as('row'),
      ])
      .where(sql<boolean>`${sql.join(conditions, sql` AND `)}`)
      .groupBy(['blanked', 'x.status', 'venName'])
      .orderBy('blanked')
      .orderBy('venName', (order) => order.asc().nullsFirst()),
  );
}
