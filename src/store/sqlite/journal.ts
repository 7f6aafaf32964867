/*
 * The journal of loads that may be on their way. What is about to be sent is written down as one row for a batch:
 * a row for each load would cost a run a tenth of its time. When the ends of all its loads are stored, the batch
 * goes. Loads that stay in doubt, and those of batches that a run left behind, have rows of their own.
 */
import { randomInt } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { inOneGo } from './transaction.ts';

interface Batch {
  readonly id: number;
  /** How many of its loads have no end yet. */
  left: number;
}

export interface Journal {
  /** Writes down what is about to be sent. */
  note(loadIds: readonly string[]): void;
  /**
   * Takes out loads whose ends are stored, but for those in doubt: in the transaction of the caller, who calls what
   * this returns when it is committed.
   */
  settle(ended: readonly string[], inDoubt: readonly string[]): () => void;
  /** Turns what is left of batches into rows of loads. */
  close(): void;
}

/** Opens the journal for the one process that writes, and takes over what an earlier one left in it. */
export function openJournal(sqlite: DatabaseSync): Journal {
  if (prepareLeftBehind(sqlite)().size > 0) inOneGo(sqlite, () => takeOver(sqlite));
  const addBatch = sqlite.prepare('INSERT INTO venfleet_sending_log (id, batch) VALUES (?, ?)');
  const dropBatch = sqlite.prepare('DELETE FROM venfleet_sending_log WHERE id = ?');
  const add = sqlite.prepare('INSERT OR IGNORE INTO venfleet_sending VALUES (?)');
  const drop = sqlite.prepare('DELETE FROM venfleet_sending WHERE load_id = ?');
  const anyRow = sqlite.prepare('SELECT 1 FROM venfleet_sending LIMIT 1');
  const batches = new Map<string, Batch>();
  const open = new Set<Batch>();
  // Of a run that took the lease over meanwhile, no batch may have the number of one of ours.
  let lastId = randomInt(2 ** 47);
  return {
    note(loadIds) {
      const batch: Batch = { id: ++lastId, left: 0 };
      addBatch.run(batch.id, JSON.stringify(loadIds));
      open.add(batch);
      for (const loadId of loadIds) {
        // One that stands in an earlier batch stays there.
        if (batches.has(loadId)) continue;
        batches.set(loadId, batch);
        batch.left++;
      }
    },
    settle(ended, inDoubt) {
      if (anyRow.get()) for (const loadId of ended) drop.run(loadId);
      for (const loadId of inDoubt) add.run(loadId);
      const all = [...ended, ...inDoubt];
      const settled = new Map<Batch, number>();
      for (const loadId of new Set(all)) {
        const batch = batches.get(loadId);
        if (batch) settled.set(batch, (settled.get(batch) ?? 0) + 1);
      }
      for (const [batch, count] of settled) if (batch.left === count) dropBatch.run(batch.id);
      return () => {
        for (const [batch, count] of settled) {
          batch.left -= count;
          if (batch.left === 0) open.delete(batch);
        }
        for (const loadId of all) batches.delete(loadId);
      };
    },
    close() {
      if (open.size === 0) return;
      inOneGo(sqlite, () => {
        for (const loadId of batches.keys()) add.run(loadId);
        for (const { id } of open) dropBatch.run(id);
      });
    },
  };
}

/** The loads of batches that a run which died left behind; none while a run is under way. */
export function prepareLeftBehind(sqlite: DatabaseSync): () => ReadonlySet<string> {
  const left = sqlite.prepare(
    'SELECT one.value AS id FROM venfleet_sending_log log, json_each(log.batch) one',
  );
  return () => new Set(left.all().map(idOf));
}

const idOf = (row: Record<string, unknown>) => row.id as string;

/** Those that were mapped after all are in no doubt. */
function takeOver(sqlite: DatabaseSync): void {
  sqlite.exec(`
    INSERT OR IGNORE INTO venfleet_sending
    SELECT one.value FROM venfleet_sending_log log, json_each(log.batch) one
    LEFT JOIN loads l ON l.load_id = one.value
    WHERE coalesce(l.registration_status, '') <> 'APPROVED' OR coalesce(l.vtn_resource_id, '') = '';
    DELETE FROM venfleet_sending_log`);
}
