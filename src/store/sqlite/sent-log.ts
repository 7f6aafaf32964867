/*
 * What a run put on the VTN, as it leaves it: a log, each row a JSON list of records `[VEN, external id, VTN's id, hash]`.
 * They are sorted into their table when that is asked for: to do so at once would cost a run a twentieth of its time.
 * This is for SQLite alone.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { SentRecord } from '../sent-store.ts';
import { inTransaction } from './transaction.ts';

/** Prepares what writes down a batch of results, in the transaction of whoever calls it. */
export function prepareLogSent(sqlite: DatabaseSync): (records: readonly SentRecord[]) => void {
  const statement = sqlite.prepare('INSERT INTO venfleet_sent_log (batch) VALUES (?)');
  return (records) => {
    if (records.length === 0) return;
    const batch = records.map((one) => [
      one.venName,
      one.externalResourceId,
      one.vtnResourceId,
      one.sentHash,
    ]);
    statement.run(JSON.stringify(batch));
  };
}

/** Prepares what brings the log into the table, later entries over earlier ones. */
export function prepareSortIn(sqlite: DatabaseSync): () => void {
  const waiting = sqlite.prepare('SELECT max(id) AS last FROM venfleet_sent_log');
  const insert = sqlite.prepare(`
    INSERT OR REPLACE INTO venfleet_sent (ven_name, external_id, vtn_resource_id, hash)
    SELECT one.value->>0, one.value->>1, one.value->>2, one.value->>3
    FROM venfleet_sent_log log, json_each(log.batch) one WHERE log.id <= ? ORDER BY log.id, one.key`);
  const clear = sqlite.prepare('DELETE FROM venfleet_sent_log WHERE id <= ?');
  return () => {
    const { last } = waiting.get() as { last: number | null };
    if (last === null) return;
    inTransaction(sqlite, () => {
      insert.run(last);
      clear.run(last);
    });
  };
}
