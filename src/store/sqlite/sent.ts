import type { Owner, Removed, SentRecord, SentStore } from '../sent-store.ts';
import { prepareNotedInBatches } from './journal.ts';
import type { WhenUnlocked } from './lock-wait.ts';
import type { FleetDatabase } from './open-sqlite.ts';
import { inTransaction } from './transaction.ts';

/** Remembers what is on the VTN; see `SentStore`. */
export function createSentStore(database: FleetDatabase, whenUnlocked: WhenUnlocked): SentStore {
  const { sqlite } = database;
  const sortIn = prepareSortIn(database);
  const guarded = <T>(work: () => T) =>
    whenUnlocked(() => {
      sortIn();
      return work();
    });
  const sent = sqlite.prepare(`
    SELECT ven_name AS venName, external_id AS externalResourceId, vtn_resource_id AS vtnResourceId,
      hash AS sentHash
    FROM venfleet_sent WHERE ven_name = ?1 AND external_id
      BETWEEN (SELECT min(value) FROM json_each(?2)) AND (SELECT max(value) FROM json_each(?2))`);
  return {
    sent: (venName: string, externalIds: readonly string[]) =>
      guarded(() => {
        // Who asks for a page of loads gets what lies between the first and the last: one scan, and few others.
        const asked = new Set(externalIds);
        const rows = sent.all(venName, JSON.stringify(externalIds)) as unknown as SentRecord[];
        const own = rows.filter(({ externalResourceId }) => asked.has(externalResourceId));
        return new Map(own.map((row) => [row.externalResourceId, row]));
      }),
    remember: (records: readonly SentRecord[]) => guarded(() => remember(database, records)),
    ownersOf: (externalIds: readonly string[]) => guarded(() => ownersOf(database, externalIds)),
    venNamesSent: (vens: readonly string[] | undefined) => guarded(() => venNamesSent(database, vens)),
    unmap: (loadIds: readonly string[]) => guarded(() => unmap(database, loadIds)),
    forget: (removed: readonly Removed[]) => guarded(() => forget(database, removed)),
  };
}

/** Prepares what writes down a batch of results, in the transaction of whoever calls it. */
export function prepareLogSent({
  sqlite,
}: Pick<FleetDatabase, 'sqlite'>): (records: readonly SentRecord[]) => void {
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
function prepareSortIn({ sqlite }: FleetDatabase): () => void {
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

function remember({ sqlite }: FleetDatabase, records: readonly SentRecord[]): void {
  if (records.length === 0) return;
  const statement = sqlite.prepare(`
    INSERT OR REPLACE INTO venfleet_sent (ven_name, external_id, vtn_resource_id, hash) VALUES (?, ?, ?, ?)`);
  inTransaction(sqlite, () => {
    for (const { venName, externalResourceId, vtnResourceId, sentHash } of records) {
      statement.run(venName, externalResourceId, vtnResourceId, sentHash);
    }
  });
}

function ownersOf({ sqlite }: FleetDatabase, externalIds: readonly string[]): Map<string, Owner> {
  if (externalIds.length === 0) return new Map();
  const asked = JSON.stringify(externalIds);
  const find = (owner: Owner, select: string) =>
    sqlite
      .prepare(`${select} IN (SELECT value FROM json_each(?))`)
      .all(asked)
      .map((row): [string, Owner] => [row.externalId as string, owner]);
  return new Map([
    ...find('remembered', 'SELECT external_id AS externalId FROM venfleet_sent WHERE external_id'),
    // No index begins with this text; a pass over all loads takes a tenth of a second for the whole fleet.
    ...find(
      'load',
      `SELECT resource_id || '_' || load_component AS externalId FROM loads
       WHERE resource_id || '_' || load_component`,
    ),
  ]);
}

function venNamesSent({ sqlite }: FleetDatabase, vens: readonly string[] | undefined): string[] {
  const rows =
    vens === undefined
      ? sqlite.prepare('SELECT DISTINCT ven_name AS name FROM venfleet_sent').all()
      : sqlite
          .prepare(`
            SELECT DISTINCT ven_name AS name FROM venfleet_sent WHERE external_id IN (
              SELECT l.resource_id || '_' || l.load_component
              FROM resources r JOIN loads l ON l.resource_id = r.resource_id
              WHERE r.ven IN (SELECT value FROM json_each(?)))`)
          .all(JSON.stringify(vens));
  return rows.map((row) => row.name as string).sort();
}

export function prepareUnmap({ sqlite }: Pick<FleetDatabase, 'sqlite'>): (loadId: string) => void {
  const statement = sqlite.prepare(`
    UPDATE loads SET vtn_resource_id = NULL, updated_at = CURRENT_TIMESTAMP,
      registration_status =
        CASE registration_status WHEN 'SUSPENDED' THEN 'SUSPENDED' ELSE 'PENDING' END
    WHERE load_id = ?`);
  return (loadId) => void statement.run(loadId);
}

/** Returns those that were noted before. */
function unmap(database: FleetDatabase, loadIds: readonly string[]): ReadonlySet<string> {
  const noted = new Set<string>();
  if (loadIds.length === 0) return noted;
  const { sqlite } = database;
  const unmapOne = prepareUnmap(database);
  const note = sqlite.prepare('INSERT OR IGNORE INTO venfleet_sending VALUES (?)');
  inTransaction(sqlite, () => {
    const inBatches = prepareNotedInBatches(sqlite)();
    for (const loadId of loadIds) {
      unmapOne(loadId);
      if (note.run(loadId).changes === 0 || inBatches.has(loadId)) noted.add(loadId);
    }
  });
  return noted;
}

function forget(database: FleetDatabase, removed: readonly Removed[]): void {
  if (removed.length === 0) return;
  const { sqlite } = database;
  const unmapOne = prepareUnmap(database);
  const drop = sqlite.prepare('DELETE FROM venfleet_sent WHERE ven_name = ? AND external_id = ?');
  const dropNote = sqlite.prepare('DELETE FROM venfleet_sending WHERE load_id = ?');
  inTransaction(sqlite, () => {
    for (const { venName, externalResourceId, loadId } of removed) {
      drop.run(venName, externalResourceId);
      if (loadId === null) continue;
      unmapOne(loadId);
      dropNote.run(loadId);
    }
  });
}
