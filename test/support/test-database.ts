/*
 * A fleet database as tests read and change it behind venfleet's back, by what they mean rather than in the words of one
 * engine: what is tested with it can be tested over another engine as well.
 */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { TestContext } from 'node:test';
import {
  notedLoads,
  pythonDatabase,
  query,
  readLoads,
  type TestLoadRow,
  type TestSite,
} from './fleet-database.ts';

export interface TestDatabase {
  /** What `openStore` takes. */
  readonly path: string;
  /** All loads, in the order in which they were made. */
  loads(): Promise<TestLoadRow[]>;
  /** Ids of the loads that are registered. */
  registeredLoads(): Promise<string[]>;
  failures(): Promise<{ loadId: string; status: number | null; reason: string }[]>;
  /** Ids of the loads that may have been sent, in their order, whatever the journal keeps them in. */
  notedLoads(): Promise<string[]>;
  /** Has a run that died leave these loads in the journal. The database must have been opened once. */
  leaveInJournal(loadIds: readonly string[]): Promise<void>;
  /** Changes columns of loads by their ids (undefined: of all). */
  changeLoads(change: Change<TestLoadRow>, ids?: readonly string[]): Promise<void>;
  /** Changes columns of sites by their resource ids (undefined: of all). */
  changeSites(
    change: Readonly<Record<string, string | number | null>>,
    ids?: readonly string[],
  ): Promise<void>;
  removeLoads(ids: readonly string[]): Promise<void>;
}

type Change<Row> = { readonly [K in keyof Row]?: Row[K] | null };

/** Makes a database as the Python system would have left it. */
export function testDatabase(t: TestContext, sites: readonly TestSite[]): TestDatabase {
  return sqliteTestDatabase(pythonDatabase(t, sites));
}

function sqliteTestDatabase(path: string): TestDatabase {
  return {
    path,
    loads: async () => readLoads(path),
    registeredLoads: async () =>
      readLoads(path).flatMap((load) => (load.registration_status === 'APPROVED' ? load.load_id : [])),
    failures: async () =>
      query(path, 'SELECT load_id, status, reason FROM venfleet_failures ORDER BY load_id').map((row) => ({
        loadId: row.load_id as string,
        status: row.status as number | null,
        reason: row.reason as string,
      })),
    notedLoads: async () => notedLoads(path),
    leaveInJournal: async (loadIds) =>
      run(path, 'INSERT INTO venfleet_sending_log (batch) VALUES (?)', JSON.stringify(loadIds)),
    changeLoads: async (change, ids) => update(path, 'loads', 'load_id', change, ids),
    changeSites: async (change, ids) => update(path, 'resources', 'resource_id', change, ids),
    removeLoads: async (ids) =>
      run(path, 'DELETE FROM loads WHERE load_id IN (SELECT value FROM json_each(?))', JSON.stringify(ids)),
  };
}

function update(
  path: string,
  table: string,
  key: string,
  change: Readonly<Record<string, SQLInputValue>>,
  ids: readonly string[] | undefined,
): void {
  const columns = Object.keys(change).map((name) => `${name} = ?`);
  const where = ids ? ` WHERE ${key} IN (SELECT value FROM json_each(?))` : '';
  const values = ids ? [...Object.values(change), JSON.stringify(ids)] : Object.values(change);
  run(path, `UPDATE ${table} SET ${columns.join(', ')}${where}`, ...values);
}

function run(path: string, sql: string, ...values: SQLInputValue[]): void {
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  try {
    db.prepare(sql).run(...values);
  } finally {
    db.close();
  }
}
