import { openSqliteStore } from './sqlite/sqlite-store.ts';
import type { Store } from './store.ts';

/**
 * Opens the fleet database at `path`, and adds venfleet's own tables where they are missing. `create`: makes the
 * file, its folder and the Python system's tables where there are none.
 * Throws DB_PATH, DB_MISSING, DB_NOT_SQLITE, DB_SCHEMA, DB_LOCKED, NOT_WRITABLE.
 */
export function openStore(path: string, options: { readonly create?: boolean } = {}): Promise<Store> {
  return openSqliteStore(path, options);
}
