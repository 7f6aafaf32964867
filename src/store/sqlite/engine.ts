/*
 * SQLite as it runs the statements of store/sql: what it says in other words than PostgreSQL stands here.
 */
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { sql } from 'kysely';
import type { BatchRow, BatchTables, ColumnType } from '../sql/batch-table.ts';
import type { RowsOf, SiteColumns, SqlEngine } from '../sql/engine.ts';
import type { BoundStatement } from '../sql/statement.ts';
import type { WhenUnlocked } from './lock-wait.ts';
import type { FleetDatabase } from './open-sqlite.ts';
import { inTransaction } from './transaction.ts';

/** `before` is done before the statements of a call, in a transaction of its own. */
export function createSqliteEngine(
  database: FleetDatabase,
  whenUnlocked: WhenUnlocked,
  before: () => void = () => undefined,
): SqlEngine {
  const { db, sqlite, siteColumns } = database;
  const prepared = new Map<string, StatementSync>();
  const carryOut = ({ sql: text, parameters }: BoundStatement<unknown>) => {
    let statement = prepared.get(text);
    if (!statement) {
      statement = sqlite.prepare(text);
      prepared.set(text, statement);
    }
    return statement.all(...(parameters as SQLInputValue[]));
  };
  return {
    db,
    batch: batchTables,
    columns: columnsOf(siteColumns),
    run: <S extends readonly BoundStatement<unknown>[]>(...statements: S) =>
      whenUnlocked(() => {
        before();
        const all = () => statements.map(carryOut) as RowsOf<S>;
        // One alone is a transaction by itself, and need not lock where it only reads.
        return statements.length === 1 ? all() : inTransaction(sqlite, all);
      }),
  };
}

const batchTables: BatchTables = {
  texts: (json) => sql`(SELECT value FROM json_each(${json}))`,
  table<C extends Readonly<Record<string, ColumnType>>>(json: string, columns: C) {
    const values = Object.keys(columns).map(
      (name, place) => sql`one.value ->> ${sql.lit(place)} AS ${sql.ref(name)}`,
    );
    return sql<BatchRow<C>>`(SELECT ${sql.join(values)} FROM json_each(${json}) one)`;
  },
};

/** A foreign file may lack a column, and hold bytes where a text should be, which count as none. */
const columnsOf = (siteColumns: ReadonlySet<string>): SiteColumns => ({
  venName: sql`CASE WHEN trim(r.ven) = '' OR typeof(r.ven) = 'blob' THEN NULL ELSE r.ven END`,
  isDisabled: siteColumns.has('enabled') ? sql`(coalesce(r.enabled, 1) = 0)` : sql`false`,
});
