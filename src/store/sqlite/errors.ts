import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { describeError, VenfleetError } from '../../core/errors.ts';
import { replacedError } from './file-identity.ts';

// SQLite's primary result codes (https://www.sqlite.org/rescode.html); extended ones carry them in the low byte.
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;
/** The file is not at its path any more: the one extended code that means something of its own. */
const READONLY_DBMOVED = 1032;

/** What SQLite threw, as a VenfleetError that says what to do. Other errors pass unchanged. */
export function databaseError(error: unknown, path: string): unknown {
  const errcode = (error as { errcode?: unknown } | null)?.errcode;
  if (typeof errcode !== 'number') return error;
  const details = { path, problem: describeError(error) };
  if (errcode === READONLY_DBMOVED) return replacedError(path, { cause: error });
  const code = errcode & 0xff;
  if (code === BUSY || code === LOCKED) return new VenfleetError('DB_LOCKED', details, { cause: error });
  if (code === FULL || (code === IOERR && isFull(path)))
    return new VenfleetError('DB_FULL', details, { cause: error });
  if (code === NOTADB) return new VenfleetError('DB_NOT_SQLITE', details, { cause: error });
  if (code === READONLY || code === CANTOPEN) {
    return new VenfleetError('NOT_WRITABLE', details, { cause: error });
  }
  return new VenfleetError('DB_FAILED', details, { cause: error });
}

/** Less than this may be left where there was no room for SQLite's index of the log, 32 KiB. */
const fullBytes = 64 * 1024;

/** Whether the file system is full: SQLite calls it a mere I/O error where the file beside the log cannot grow. */
function isFull(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize < fullBytes;
  } catch {
    return false;
  }
}

/** Runs `work` and turns what SQLite throws into VenfleetErrors. */
export async function withDatabaseErrors<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw databaseError(error, path);
  }
}
