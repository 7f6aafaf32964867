import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { type FileIdentity, isReplaced, replacedError } from './file-identity.ts';

/** How long a statement waits for another program's lock, in milliseconds. */
export const busyTimeoutMs = 5_000;

export interface ConnectOptions {
  /** Of the file that was opened first. Throws DB_REPLACED where the path leads to another one by now, or to none. */
  readonly identity?: FileIdentity;
  readonly readOnly?: boolean;
  /** Milliseconds. Default: `busyTimeoutMs`. */
  readonly timeout?: number;
}

/**
 * Opens a connection to a database that is there. By its bare path, SQLite would make an empty one in the place of one
 * that was removed.
 */
export function connect(path: string, options: ConnectOptions = {}): DatabaseSync {
  const { identity, readOnly = false, timeout = busyTimeoutMs } = options;
  const url = pathToFileURL(path);
  url.searchParams.set('mode', readOnly ? 'ro' : 'rw');
  let sqlite: DatabaseSync | undefined;
  let failure: unknown;
  try {
    sqlite = new DatabaseSync(url, { readOnly, timeout, enableForeignKeyConstraints: false });
  } catch (error) {
    failure = error;
  }
  if (identity !== undefined && isReplaced(path, identity)) {
    sqlite?.close();
    throw replacedError(path, { cause: failure });
  }
  if (!sqlite) throw failure;
  return sqlite;
}
