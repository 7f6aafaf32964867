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

/**
 * Prepares what shows the table with the log sorted in to a connection that may only read: a view of the table's name, and a
 * temporary table of what the log holds, each of this connection alone. To be called again before each question.
 */
export function prepareOverlay(sqlite: DatabaseSync): () => void {
  let bringUpToDate: (() => void) | undefined;
  return () => {
    bringUpToDate ??= makeOverlay(sqlite);
    bringUpToDate();
  };
}

function makeOverlay(sqlite: DatabaseSync): () => void {
  sqlite.exec(`
    CREATE TEMP TABLE venfleet_sent_since (ven_name TEXT, external_id TEXT, vtn_resource_id TEXT, hash TEXT,
      PRIMARY KEY (ven_name, external_id)) WITHOUT ROWID;
    CREATE TEMP VIEW venfleet_sent AS
      SELECT ven_name, external_id, vtn_resource_id, hash FROM temp.venfleet_sent_since
      UNION ALL
      SELECT ven_name, external_id, vtn_resource_id, hash FROM main.venfleet_sent s WHERE NOT EXISTS (
        SELECT 1 FROM temp.venfleet_sent_since o WHERE o.ven_name = s.ven_name AND o.external_id = s.external_id)`);
  const log = sqlite.prepare('SELECT id, batch FROM main.venfleet_sent_log WHERE id >= ? ORDER BY id');
  const clear = sqlite.prepare('DELETE FROM temp.venfleet_sent_since');
  const add = sqlite.prepare(`
    INSERT OR REPLACE INTO temp.venfleet_sent_since
    SELECT value->>0, value->>1, value->>2, value->>3 FROM json_each(?) ORDER BY key`);
  let last: Entry | undefined;
  /** Adds what came after an entry; false where that is not in the log any more. */
  const goOnFrom = (entry: Entry | undefined): boolean => {
    let isSameLog = entry === undefined;
    for (const next of log.iterate(entry?.id ?? 0) as Iterable<Entry>) {
      if (isSameLog) {
        add.run(next.batch);
        last = next;
      } else if (next.id === entry?.id && next.batch === entry.batch) isSameLog = true;
      else break;
    }
    return isSameLog;
  };
  return () => {
    if (goOnFrom(last)) return;
    // Somebody has sorted the log in, which empties it, and its numbers begin anew.
    last = undefined;
    clear.run();
    goOnFrom(undefined);
  };
}

interface Entry {
  readonly id: number;
  readonly batch: string;
}
