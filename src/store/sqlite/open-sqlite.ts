import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import { describeError, VenfleetError } from '../../core/errors.ts';
import { requiredColumns, type Tables } from '../sql/tables.ts';
import { withDatabaseErrors } from './errors.ts';
import { nodeSqliteDialect } from './kysely-dialect.ts';
import { isUpToDate, migrate } from './migrations.ts';
import { createFleetTables } from './python-schema.ts';
import { inTransaction } from './transaction.ts';

/** How long a statement waits for another program's lock, in milliseconds. */
export const busyTimeoutMs = 5_000;

/** An open fleet database; none of it is seen outside this folder. */
export interface FleetDatabase {
  readonly path: string;
  /** Builds statements, and carries out those of opening, on the connection of `sqlite`. */
  readonly db: Kysely<Tables>;
  /** The connection itself: prepared statements and transactions without promises. */
  readonly sqlite: DatabaseSync;
  /** The columns that the `resources` table of this database has. */
  readonly siteColumns: ReadonlySet<string>;
  close(): Promise<void>;
}

/**
 * Opens the fleet database at `path` and adds venfleet's own tables where they are missing.
 * `create`: makes the file, its folder and the Python system's tables where there are none.
 * Throws DB_MISSING, DB_NOT_SQLITE, DB_SCHEMA, DB_LOCKED, NOT_WRITABLE.
 */
export async function openFleetDatabase(
  path: string,
  options: { create?: boolean } = {},
): Promise<FleetDatabase> {
  checkFile(path, options.create ?? false);
  return withDatabaseErrors(path, async () => {
    const sqlite = new DatabaseSync(path, { timeout: busyTimeoutMs, enableForeignKeyConstraints: false });
    const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(sqlite) });
    try {
      return await prepare(path, sqlite, db, options.create ?? false);
    } catch (error) {
      sqlite.close();
      throw error;
    }
  });
}

async function prepare(
  path: string,
  sqlite: DatabaseSync,
  db: Kysely<Tables>,
  create: boolean,
): Promise<FleetDatabase> {
  if (create) await inTransaction(sqlite, () => createWhereEmpty(db));
  const siteColumns = await checkSchema(path, db);
  // WAL lets others read while a run writes; FULL makes each commit survive a power cut.
  await sql`PRAGMA journal_mode = WAL`.execute(db);
  await sql`PRAGMA synchronous = FULL`.execute(db);
  // All or nothing: a run that is killed here must not leave half of a step behind.
  if (!(await isUpToDate(db))) await inTransaction(sqlite, () => migrate(db));
  return {
    path,
    db,
    sqlite,
    siteColumns,
    close: () => withDatabaseErrors(path, () => (sqlite.isOpen ? sqlite.close() : undefined)),
  };
}

async function createWhereEmpty(db: Kysely<Tables>): Promise<void> {
  const tables = await db.introspection.getTables();
  if (!tables.some((table) => table.name in requiredColumns)) await createFleetTables(db);
}

/** Throws DB_SCHEMA unless every table and column that is needed is there; returns the columns of `resources`. */
async function checkSchema(path: string, db: Kysely<Tables>): Promise<ReadonlySet<string>> {
  const tables = await db.introspection.getTables();
  const columnsOf = (name: string) => tables.find((table) => table.name === name)?.columns;
  for (const [table, required] of Object.entries(requiredColumns)) {
    const columns = columnsOf(table);
    if (!columns) throw new VenfleetError('DB_SCHEMA', { path, problem: `it has no table "${table}"` });
    const missing = required.filter((name) => !columns.some((column) => column.name === name));
    if (missing.length > 0) {
      const problem = `its table "${table}" has no column "${missing.join('", "')}"`;
      throw new VenfleetError('DB_SCHEMA', { path, problem });
    }
  }
  return new Set(columnsOf('resources')?.map((column) => column.name));
}

function checkFile(path: string, create: boolean): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) throw new VenfleetError('NOT_WRITABLE', { path, problem: 'it is a folder' });
  if (!found && !create) throw new VenfleetError('DB_MISSING', { path });
  try {
    if (!found) makeFolder(dirname(path));
    accessSync(found ? path : dirname(path), constants.R_OK | constants.W_OK);
    // SQLite keeps its write-ahead log beside the database.
    accessSync(dirname(path), constants.W_OK);
  } catch (error) {
    throw new VenfleetError('NOT_WRITABLE', { path, problem: describeError(error) }, { cause: error });
  }
}

/** Like `mkdir -p`. Node's own recursive mode never returns where a file system takes no folders, such as /proc. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || existsSync(dirname(path))) throw error;
    makeFolder(dirname(path));
    mkdirSync(path);
  }
}
