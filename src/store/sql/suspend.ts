import { type RawBuilder, sql } from 'kysely';
import type { LoadsOf, Suspension } from '../suspension.ts';
import { isOneOf } from './counts.ts';
import type { SqlEngine } from './engine.ts';
import { statement, type ValuesOf } from './statement.ts';

/** Suspends and resumes loads; see `Suspension`. */
export function createSuspension({ db, batch, columns, run }: SqlEngine): Suspension {
  type Which = ValuesOf<{ vens: string; loads: string }>;
  const isMeant = (value: Which) => sql<boolean>`(${columns.load} IN ${batch.texts(value('loads'))}
    OR ${isOneOf(columns, batch.texts(value('vens')))})`;
  const isSuspended = sql<boolean>`(${columns.status} = 'SUSPENDED')`;
  const count = statement((value: Which) =>
    db
      .selectFrom('loads as l')
      .leftJoin('resources as r', (join) => join.on(columns.isSiteOfLoad))
      .select(sql<number>`count(*)`.as('loads'))
      .select(sql<number>`count(*) FILTER (WHERE ${isSuspended})`.as('suspended'))
      .where(isMeant(value)),
  );
  const change = (to: RawBuilder<string>, where: RawBuilder<boolean>) =>
    statement((value: Which) =>
      db
        .updateTable('loads as l')
        .set({ registration_status: to, updated_at: sql`CURRENT_TIMESTAMP` })
        .where(where)
        .where(
          sql<boolean>`${columns.loadOrder} IN (SELECT ${columns.loadOrder} FROM loads l
            LEFT JOIN resources r ON ${columns.isSiteOfLoad} WHERE ${isMeant(value)})`,
        ),
    );
  const suspend = change(sql`'SUSPENDED'`, sql<boolean>`NOT ${isSuspended}`);
  const resume = change(
    sql`CASE WHEN coalesce(${columns.vtnResourceId}, '') <> '' THEN 'APPROVED' ELSE 'PENDING' END`,
    isSuspended,
  );
  const values = ({ vens = [], loadIds = [] }: LoadsOf) => ({
    vens: JSON.stringify(vens),
    loads: JSON.stringify(loadIds),
  });
  return {
    async suspend(of) {
      const [[before]] = await run(count(values(of)), suspend(values(of)));
      const { loads = 0, suspended = 0 } = before ?? {};
      return { loads, changed: loads - suspended, already: suspended };
    },
    async resume(of) {
      const [[before]] = await run(count(values(of)), resume(values(of)));
      const { loads = 0, suspended = 0 } = before ?? {};
      return { loads, changed: suspended, already: loads - suspended };
    },
  };
}
