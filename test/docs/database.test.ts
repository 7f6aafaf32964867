import assert from 'node:assert/strict';
import { test } from 'node:test';
import { status } from '../../src/api/status.ts';
import { requiredColumns } from '../../src/store/sql/tables.ts';
import { openFleetDatabase } from '../../src/store/sqlite/open-sqlite.ts';
import { execute, pythonDatabase, query, sitesOf } from '../support/fleet-database.ts';
import { codeBlocks, tableBelow } from './code-blocks.ts';

const path = 'docs/database.md';
const names = (cell = '') => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);

/** The first two columns of a table: the names of tables, and of their columns. */
function documented(heading: string): Record<string, string[]> {
  return Object.fromEntries(
    tableBelow(path, heading).map(([table, columns]) => [names(table)[0], names(columns)]),
  );
}

test('docs/database.md names the columns that are needed', () => {
  assert.deepEqual(documented('What venfleet needs'), requiredColumns);
});

test('docs/database.md names the tables, columns and indexes that are added, and how to take them out', async (t) => {
  const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
  const before = query(db, 'SELECT type, name FROM sqlite_schema ORDER BY name');
  await (await openFleetDatabase(db)).close();
  const added = query(
    db,
    "SELECT type, name FROM sqlite_schema WHERE name LIKE 'venfleet%' ORDER BY type, name",
  );
  const tables = added.filter(({ type }) => type === 'table').map(({ name }) => String(name));
  const columnsOf = (table: string) =>
    query(db, `SELECT name FROM pragma_table_info('${table}') ORDER BY cid`).map(({ name }) => String(name));
  const expected = Object.fromEntries(tables.map((table) => [table, columnsOf(table)]));
  assert.deepEqual(documented('What venfleet adds'), expected);

  const indexes = added.filter(({ type }) => type === 'index').map(({ name }) => String(name));
  assert.deepEqual(indexes, [
    'venfleet_instructions_asked',
    'venfleet_resources_name',
    'venfleet_resources_ven',
  ]);
  for (const { type, name } of added) execute(db, `DROP ${type} ${name}`);
  assert.deepEqual(query(db, 'SELECT type, name FROM sqlite_schema ORDER BY name'), before);
  assert.equal((await status({ dbPath: db })).loads.total, 6);
});

test('the queries of docs/database.md run', async (t) => {
  const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
  await (await openFleetDatabase(db)).close();
  const statements = codeBlocks(path)
    .filter(({ language }) => language === 'sql')
    .flatMap(({ code }) => code.split(';'))
    .filter((statement) => statement.trim() !== '');
  assert.ok(statements.length > 0);
  for (const statement of statements) query(db, statement);
});
