/*
 * SQLite as it runs the statements of store/sql: what it says in other words than PostgreSQL stands here.
 */
import { sql } from 'kysely';
import type { BatchRow, BatchTables, ColumnType } from '../sql/batch-table.ts';
import type { FleetColumns, KeyTexts, RowsOf, SqlEngine } from '../sql/engine.ts';
import type { BoundStatement } from '../sql/statement.ts';
import { type FleetSchema, isSiteOfLoad, nameSharedOf, rowNumber, statusOf, text } from './fleet-schema.ts';
import type { WhenUnlocked } from './lock-wait.ts';
import type { FleetDatabase } from './open-sqlite.ts';
import { createRunner } from './run-statements.ts';
import { openSnapshot } from './snapshot.ts';

/** `before` is done before the statements of a call, in a transaction of its own. */
export function createSqliteEngine(
  database: FleetDatabase,
  whenUnlocked: WhenUnlocked,
  before: () => void = () => undefined,
): SqlEngine {
  const { db, sqlite, schema } = database;
  const runner = createRunner(sqlite);
  return {
    db,
    batch: batchTables,
    columns: columnsOf(schema),
    keys: keyTexts,
    isLike: (value, pattern) => sql`${value} LIKE ${pattern} ESCAPE '\\'`,
    run: <S extends readonly BoundStatement<unknown>[]>(...statements: S) =>
      whenUnlocked(() => {
        before();
        return runner.run(statements) as RowsOf<S>;
      }),
    runEach: (statement, make) =>
      whenUnlocked(() => {
        before();
        return runner.runEach(statement, make);
      }),
    snapshot: () => whenUnlocked(() => openSnapshot(database)),
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

/** In hexadecimal, with what it is: a blob, else a text. */
const keyTexts: KeyTexts = {
  told: (key) => sql`CASE typeof(${key}) WHEN 'blob' THEN 'b' ELSE 't' END || hex(CAST(${key} AS BLOB))`,
  taken(told) {
    const hex = told.slice(1);
    return told.startsWith('b') ? sql`unhex(${hex})` : sql`CAST(unhex(${hex}) AS TEXT)`;
  },
};

/** A foreign file may lack a column, and hold bytes where a text should be, which count as none. */
function columnsOf(schema: FleetSchema): FleetColumns {
  const { siteColumns, siteId, venName, siteName, meterPoint, loadId, vtnResourceId, siteOfLoad, loadRow } =
    schema;
  const ven = sql.raw<string>(venName('r'));
  const filled = (column: string) => sql.raw<string>(`coalesce(${text(column)}, '')`);
  return {
    venName: sql`CASE WHEN trim(${ven}) = '' OR typeof(r.ven) = 'blob' THEN NULL ELSE ${ven} END`,
    ven,
    isDisabled: siteColumns.has('enabled') ? sql`(coalesce(r.enabled, 1) = 0)` : sql`false`,
    isSiteOfLoad: sql.raw(isSiteOfLoad(schema, 'r', 'l')),
    site: sql.raw(siteId('r')),
    siteOfLoad: sql.raw(siteOfLoad('l')),
    siteName: filled(siteName('r')),
    siteSubType: sql.raw(text('r.resource_sub_type')),
    meterPointId: filled(meterPoint('r')),
    capacities: filled('r.capacities'),
    nameShared: sql.raw(nameSharedOf(schema)),
    siteUpdatedAt: siteColumns.has('updated_at') ? sql`r.updated_at` : sql`NULL`,
    loadId: filled(loadId('l')),
    load: sql.raw(loadId('l')),
    resourceId: filled(siteOfLoad('l')),
    component: filled('l.load_component'),
    loadName: sql.raw(text('l.load_name')),
    h5MeterId: filled('l.h5_meter_id'),
    vtnResourceId: sql.raw(text(vtnResourceId('l'))),
    vtnResource: sql.raw(vtnResourceId('l')),
    status: sql.raw(statusOf('l')),
    loadOrder: sql.raw(loadRow('l')),
    storeRef: sql.raw(rowNumber(loadRow('l'))),
  };
}
