/*
 * The journal of loads that may be on their way. What is about to be sent is written down as one row for a batch:
 * a row for each load would cost a run a tenth of its time. When the ends of all its loads are stored, the batch
 * goes. Loads that stay in doubt, and those of batches that a run left behind, have rows of their own.
 */
import { randomInt } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { type FleetSchema, statusOf, text } from './fleet-schema.ts';
import { inTransaction } from './transaction.ts';

interface Batch {
  readonly id: number;
  /** How many of its loads have no end yet. */
  left: number;
}

export interface Journal {
  /** Writes down what is about to be sent. */
  note(loadIds: readonly string[]): void;
  /**
   * Takes out loads whose ends are stored, but for those that stay noted: in the transaction of the caller, who calls what
   * this returns when it is committed.
   */
  settle(ended: readonly string[], stillNoted: readonly string[]): () => void;
  /** Turns what is left of batches into rows of loads: a run has ended. */
  rest(): void;
}

/** Opens the journal for the one who has exclusive access. */
export function openJournal(sqlite: DatabaseSync): Journal {
  const addBatch = sqlite.prepare('INSERT INTO venfleet_sending_log (id, batch) VALUES (?, ?)');
  const dropBatch = sqlite.prepare('DELETE FROM venfleet_sending_log WHERE id = ?');
  const add = sqlite.prepare('INSERT OR IGNORE INTO venfleet_sending VALUES (?)');
  const drop = sqlite.prepare('DELETE FROM venfleet_sending WHERE load_id = ?');
  const anyRow = sqlite.prepare('SELECT 1 FROM venfleet_sending LIMIT 1');
  const batches = new Map<string, Batch>();
  const open = new Set<Batch>();
  // No batch of a run that took the lease over meanwhile may have the number of one of ours.
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
    settle(ended, stillNoted) {
      if (anyRow.get()) for (const loadId of ended) drop.run(loadId);
      for (const loadId of stillNoted) add.run(loadId);
      const all = [...ended, ...stillNoted];
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
    rest() {
      if (open.size === 0) return;
      inTransaction(sqlite, () => {
        for (const loadId of batches.keys()) add.run(loadId);
        for (const { id } of open) dropBatch.run(id);
      });
      batches.clear();
      open.clear();
    },
  };
}

/**
 * Takes over what runs that died left in the journal: batches become rows of loads. To be called when exclusive access
 * was got and before anything is read, since what stands there from then on is of the run that has it. Loads that were
 * mapped after all are in no doubt.
 */
export function takeOverJournal(sqlite: DatabaseSync, { loadId, vtnResourceId }: FleetSchema): void {
  if (!sqlite.prepare('SELECT 1 FROM venfleet_sending_log LIMIT 1').get()) return;
  inTransaction(sqlite, () =>
    sqlite.exec(`
      INSERT OR IGNORE INTO venfleet_sending
      SELECT one.value FROM venfleet_sending_log log, json_each(log.batch) one
      LEFT JOIN loads l ON ${loadId('l')} = one.value
      WHERE ${statusOf('l')} <> 'APPROVED' OR coalesce(${text(vtnResourceId('l'))}, '') = '';
      DELETE FROM venfleet_sending_log`),
  );
}

/**
 * Reads, for whoever has no exclusive access, the loads of batches: those of runs that died, and of one that is under
 * way.
 */
export function prepareNotedInBatches(sqlite: DatabaseSync): () => ReadonlySet<string> {
  const noted = sqlite.prepare(
    'SELECT one.value AS id FROM venfleet_sending_log log, json_each(log.batch) one',
  );
  return () => new Set(noted.all().map((row) => row.id as string));
}
