import { openSqliteStore } from './sqlite/sqlite-store.ts';
import type { OpenOptions, Store } from './store.ts';

/**
 * Opens the fleet database at `path`, and adds venfleet's own tables where they are missing, unless it is only to be read.
 * Throws DB_PATH, DB_MISSING, DB_NOT_SQLITE, DB_SCHEMA, DB_LOCKED, NOT_WRITABLE, and to read FILE_UNREADABLE and DB_FULL.
 */
export function openStore(path: string, options: OpenOptions = {}): Promise<Store> {
  return openSqliteStore(path, options);
}
