import type { DatabaseSync } from 'node:sqlite';

/**
 * Runs `work` in one transaction that may write from its start, so that it meets another writer at once, not
 * half-way. Where it returns a promise, nobody else may use the connection until that is settled. Throws what SQLite
 * or `work` throws; then nothing of it is stored.
 */
export function inTransaction<T>(sqlite: DatabaseSync, work: () => T): T {
  sqlite.exec('BEGIN IMMEDIATE');
  let result: T;
  try {
    result = work();
  } catch (error) {
    return rollBack(sqlite, error);
  }
  if (!(result instanceof Promise)) return commit(sqlite, result);
  return result.then(
    (value) => commit(sqlite, value),
    (error) => rollBack(sqlite, error),
  ) as T;
}

function commit<T>(sqlite: DatabaseSync, result: T): T {
  try {
    sqlite.exec('COMMIT');
    return result;
  } catch (error) {
    return rollBack(sqlite, error);
  }
}

function rollBack(sqlite: DatabaseSync, error: unknown): never {
  // A full disk rolls back by itself.
  if (sqlite.isTransaction) sqlite.exec('ROLLBACK');
  throw error;
}
