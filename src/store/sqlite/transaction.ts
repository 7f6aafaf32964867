import type { DatabaseSync } from 'node:sqlite';

/**
 * Runs `work` in one transaction that may write from its start, so that it meets another writer at once, not
 * half-way. Nobody else may use the connection meanwhile. Throws what SQLite or `work` throws; then nothing of
 * it is stored.
 */
export async function inTransaction<T>(sqlite: DatabaseSync, work: () => T | Promise<T>): Promise<T> {
  sqlite.exec('BEGIN IMMEDIATE');
  try {
    const result = await work();
    sqlite.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk rolls back by itself.
    if (sqlite.isTransaction) sqlite.exec('ROLLBACK');
    throw error;
  }
}

/** The same without a promise in it: others may use the connection too. */
export function inOneGo<T>(sqlite: DatabaseSync, work: () => T): T {
  sqlite.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    sqlite.exec('COMMIT');
    return result;
  } catch (error) {
    if (sqlite.isTransaction) sqlite.exec('ROLLBACK');
    throw error;
  }
}
