/*
 * Opens a database to be read, and leaves it as it is: byte by byte, with nothing new beside it. Where our tables or indexes are
 * missing, or SQLite cannot read it where it is, a temporary copy is read in its place.
 */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import type { Tables } from '../sql/tables.ts';
import { connect } from './connect.ts';
import { withDatabaseErrors } from './errors.ts';
import { fileIdentity, replacedError } from './file-identity.ts';
import { readFleetSchema } from './fleet-schema.ts';
import { nodeSqliteDialect } from './kysely-dialect.ts';
import { checkFile, completeDatabase, type FleetDatabase, isComplete } from './open-sqlite.ts';
import { temporaryCopy } from './temporary-copy.ts';

/**
 * Opens the fleet database at `path` to be read; others may write to it meanwhile, and what they store is seen, unless it
 * is a copy that is read. Throws DB_PATH, DB_MISSING, DB_NOT_SQLITE, DB_SCHEMA, DB_LOCKED, FILE_UNREADABLE, and
 * DB_FULL or NOT_WRITABLE where no copy can be made.
 */
export async function openToRead(path: string): Promise<FleetDatabase> {
  checkFile(path, 'read');
  return withDatabaseErrors(path, async () => {
    // SQLite follows links, and keeps its log beside the file itself.
    const file = realpathSync(path);
    const log = logOf(file);
    const sqlite = connectInPlace(file, log);
    if (!sqlite) return openCopy(path, file, undefined);
    const close = () => closeTidily(sqlite, file, log);
    try {
      const opened = readDatabase(path, file, sqlite, close);
      if (await isComplete(opened)) return opened;
    } catch (error) {
      close();
      throw error;
    }
    try {
      return await openCopy(path, file, sqlite);
    } finally {
      close();
    }
  });
}

function readDatabase(path: string, file: string, sqlite: DatabaseSync, close: () => void): FleetDatabase {
  const identity = fileIdentity(file);
  if (identity === undefined) throw replacedError(path);
  return {
    path,
    file,
    identity,
    readOnly: true,
    sqlite,
    db: new Kysely<Tables>({ dialect: nodeSqliteDialect(sqlite) }),
    schema: readFleetSchema(sqlite, path),
    close: () => withDatabaseErrors(path, () => (sqlite.isOpen ? close() : undefined)),
  };
}

/** Copies the database, over a connection if there is one, and adds to the copy what is missing. */
async function openCopy(
  path: string,
  original: string,
  from: DatabaseSync | undefined,
): Promise<FleetDatabase> {
  const { file, remove } = await temporaryCopy(original, from);
  try {
    await completeCopy(path, file);
    const sqlite = connect(file, { readOnly: true });
    const close = () => {
      sqlite.close();
      remove();
    };
    return readDatabase(path, file, sqlite, close);
  } catch (error) {
    remove();
    throw error;
  }
}

async function completeCopy(path: string, file: string): Promise<void> {
  const sqlite = connect(file);
  try {
    // It need not outlast a power cut.
    sqlite.exec('PRAGMA synchronous = OFF');
    const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(sqlite) });
    await completeDatabase({ sqlite, db, schema: readFleetSchema(sqlite, path) });
  } finally {
    sqlite.close();
  }
}

// SQLite's primary result codes (https://www.sqlite.org/rescode.html).
const READONLY = 8;
const CANTOPEN = 14;

/** A connection to the file itself; undefined where SQLite cannot read it without writing to it, or leaving files. */
function connectInPlace(path: string, log: Stats | undefined): DatabaseSync | undefined {
  // It would make the log's two files, or its index alone.
  const makes = log?.size ? !existsSync(`${path}-shm`) : !isWritable(path) && hasLogMode(path);
  if (makes) return undefined;
  const sqlite = connect(path, { readOnly: true });
  try {
    touch(sqlite);
    return sqlite;
  } catch (error) {
    sqlite.close();
    const code = ((error as { errcode?: number }).errcode ?? 0) & 0xff;
    // A journal would have to be rolled back, or the log's index be made.
    if (code === READONLY || code === CANTOPEN) return undefined;
    throw error;
  }
}

/**
 * Closes a connection that may only read. Such a one makes the log's two files, and cannot take them away; so one that may
 * write is closed after it, which does. Not where there was a log before, which that one would carry over into the
 * database, unless somebody has added to it meanwhile and may have left that to us.
 */
function closeTidily(sqlite: DatabaseSync, path: string, before: Stats | undefined): void {
  const now = logOf(path);
  const isAsBefore = now?.size === before?.size && now?.mtimeMs === before?.mtimeMs;
  const leaves = !now || (isAsBefore && before?.size) || !isWritable(path);
  const last = leaves ? undefined : connectLast(path);
  sqlite.close();
  last?.close();
}

function connectLast(path: string): DatabaseSync | undefined {
  let last: DatabaseSync | undefined;
  try {
    last = connect(path, { timeout: 0 });
    touch(last);
    return last;
  } catch {
    // Locked, or gone: whoever did that has the files now.
    last?.close();
    return undefined;
  }
}

/** Reads something: before, SQLite has not looked at the file. */
const touch = (sqlite: DatabaseSync) => sqlite.prepare('SELECT count(*) FROM sqlite_schema').get();

/** The write-ahead log; a last run that was killed leaves it, as does a program that has the database open. */
const logOf = (path: string) => statSync(`${path}-wal`, { throwIfNoEntry: false });

/**
 * Whether the database is in the journal mode WAL (https://www.sqlite.org/fileformat2.html#file_format_version_numbers). Not
 * to be asked of a file that this process may be writing to: to close it takes SQLite's locks on it away
 * (https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
 */
function hasLogMode(path: string): boolean {
  const readVersion = new Uint8Array(1);
  const file = openSync(path, 'r');
  try {
    readSync(file, readVersion, 0, 1, 19);
  } finally {
    closeSync(file);
  }
  return readVersion[0] === 2;
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    accessSync(dirname(path), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
