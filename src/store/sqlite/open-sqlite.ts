import { accessSync, constants, statSync } from 'node:fs';
import { dirname, sep } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import { describeError, VenfleetError } from '../../core/errors.ts';
import { makeFolder } from '../../core/make-folder.ts';
import type { Tables } from '../sql/tables.ts';
import { busyTimeoutMs } from './connect.ts';
import { withDatabaseErrors } from './errors.ts';
import { type FileIdentity, fileIdentity, replacedError } from './file-identity.ts';
import { type FleetSchema, hasFleetTable, missingIndexes, readFleetSchema } from './fleet-schema.ts';
import { nodeSqliteDialect } from './kysely-dialect.ts';
import { isUpToDate, migrate } from './migrations.ts';
import { createFleetTables } from './python-schema.ts';
import { inTransaction } from './transaction.ts';

/** An open fleet database; none of it is seen outside this folder. */
export interface FleetDatabase {
  /** As it was named. */
  readonly path: string;
  /** Where it is read: another place for one that is a temporary copy. */
  readonly file: string;
  /** Of `file`. */
  readonly identity: FileIdentity;
  /** Nothing can be written to it. */
  readonly readOnly: boolean;
  /** Builds statements, and carries out those of opening, on the connection of `sqlite`. */
  readonly db: Kysely<Tables>;
  /** The connection itself: prepared statements and transactions without promises. */
  readonly sqlite: DatabaseSync;
  /** How the fleet's tables of this database have to be asked. */
  readonly schema: FleetSchema;
  close(): Promise<void>;
}

/**
 * Opens the fleet database at `path` and adds venfleet's own tables where they are missing.
 * `create`: makes the file, its folder and the Python system's tables where there are none.
 * Throws DB_PATH, DB_MISSING, DB_NOT_SQLITE, DB_SCHEMA, DB_LOCKED, NOT_WRITABLE.
 */
export async function openFleetDatabase(
  path: string,
  options: { create?: boolean } = {},
): Promise<FleetDatabase> {
  checkFile(path, options.create ? 'create' : 'write');
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
  if (create && !hasFleetTable(sqlite)) await inTransaction(sqlite, () => createFleetTables(db));
  const schema = readFleetSchema(sqlite, path);
  // WAL lets others read while a run writes; FULL makes each commit survive a power cut.
  await sql`PRAGMA journal_mode = WAL`.execute(db);
  await sql`PRAGMA synchronous = FULL`.execute(db);
  await completeDatabase({ sqlite, db, schema });
  const identity = fileIdentity(path);
  if (identity === undefined) throw replacedError(path);
  return {
    path,
    file: path,
    identity,
    readOnly: false,
    db,
    sqlite,
    schema,
    close: () => withDatabaseErrors(path, () => (sqlite.isOpen ? sqlite.close() : undefined)),
  };
}

/** The tables and indexes of our own are all there. Only reads. */
export async function isComplete({ sqlite, db, schema }: Opening): Promise<boolean> {
  return (await isUpToDate(db)) && missingIndexes(sqlite, schema).length === 0;
}

/** Adds what is missing of our own tables and indexes. */
export async function completeDatabase({ sqlite, db, schema }: Opening): Promise<void> {
  // All or nothing: a run that is killed here must not leave half of a step behind.
  if (!(await isUpToDate(db))) await inTransaction(sqlite, () => migrate(db));
  // Indexes go with a table that another program makes anew.
  const indexes = missingIndexes(sqlite, schema);
  if (indexes.length > 0) inTransaction(sqlite, () => sqlite.exec(indexes.map((one) => one.sql).join(';')));
}

type Opening = Pick<FleetDatabase, 'sqlite' | 'db' | 'schema'>;

/** What SQLite or the file system would take for something else than the file of that name, each in another way. */
function problemOfPath(path: string): string | undefined {
  if (path.trim() === '') return 'it is empty';
  if (path.includes('\0')) return 'it holds a NUL';
  if (/^file:/i.test(path)) return 'it is a URI, and no path';
  if (path === ':memory:') return 'what is kept in memory alone would be lost with the command';
  if (/[/\\]$/.test(path) && (sep === '\\' || path.endsWith('/'))) return 'it ends as a folder does';
  return undefined;
}

/** Throws DB_PATH, DB_MISSING, NOT_WRITABLE, FILE_UNREADABLE where the file is not fit for that. */
export function checkFile(path: string, purpose: 'create' | 'write' | 'read'): void {
  const problem = problemOfPath(path);
  if (problem !== undefined) throw new VenfleetError('DB_PATH', { path, problem });
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) throw new VenfleetError('NOT_WRITABLE', { path, problem: 'it is a folder' });
  if (!found && purpose !== 'create') throw new VenfleetError('DB_MISSING', { path });
  try {
    if (purpose === 'read') {
      accessSync(path, constants.R_OK);
      return;
    }
    if (!found) makeFolder(dirname(path));
    accessSync(found ? path : dirname(path), constants.R_OK | constants.W_OK);
    // SQLite keeps its write-ahead log beside the database.
    accessSync(dirname(path), constants.W_OK);
  } catch (error) {
    const code = purpose === 'read' ? 'FILE_UNREADABLE' : 'NOT_WRITABLE';
    throw new VenfleetError(code, { path, problem: describeError(error) }, { cause: error });
  }
}
