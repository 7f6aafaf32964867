import type { Owner, Removed, SentRecord } from '../fleet/store.ts';
import { withDatabaseErrors } from './database-errors.ts';
import type { FleetDatabase } from './open.ts';

/** The part of the store that remembers what is on the VTN; see `FleetStore`. */
export function createSentMemory(database: FleetDatabase) {
  const { sqlite, path } = database;
  const guarded = <T>(work: () => T | Promise<T>) => withDatabaseErrors(path, work);
  const sent = sqlite.prepare(`
    SELECT external_id AS externalResourceId, ven_name AS venName, vtn_resource_id AS vtnResourceId,
      body_hash AS bodyHash
    FROM venfleet_sent WHERE ven_name = ? AND external_id IN (SELECT value FROM json_each(?))`);
  const write = prepareWriteSent(database);
  return {
    sent: (venName: string, externalIds: readonly string[]) =>
      guarded(() => {
        const rows = sent.all(venName, JSON.stringify(externalIds)) as unknown as SentRecord[];
        return new Map(rows.map((row) => [row.externalResourceId, row]));
      }),
    remember: (records: readonly SentRecord[]) => guarded(() => inOneGo(database, records, write)),
    ownersOf: (externalIds: readonly string[]) => guarded(() => ownersOf(database, externalIds)),
    venNamesSent: (vens: readonly string[] | undefined) => guarded(() => venNamesSent(database, vens)),
    unmap: (loadIds: readonly string[]) => guarded(() => unmap(database, loadIds)),
    forget: (removed: readonly Removed[]) => guarded(() => forget(database, removed)),
  };
}

/** Prepares the statement that runs once for each load that was put on the VTN. */
export function prepareWriteSent({ sqlite }: FleetDatabase): (record: SentRecord) => void {
  const statement = sqlite.prepare(`
    INSERT OR REPLACE INTO venfleet_sent (ven_name, external_id, vtn_resource_id, body_hash)
    VALUES (?, ?, ?, ?)`);
  return ({ externalResourceId, venName, vtnResourceId, bodyHash }) => {
    statement.run(venName, externalResourceId, vtnResourceId, bodyHash);
  };
}

/** One transaction over all the items. */
function inOneGo<T>({ sqlite }: FleetDatabase, items: readonly T[], work: (item: T) => void): void {
  if (items.length === 0) return;
  sqlite.exec('BEGIN IMMEDIATE');
  try {
    for (const item of items) work(item);
    sqlite.exec('COMMIT');
  } catch (error) {
    if (sqlite.isTransaction) sqlite.exec('ROLLBACK');
    throw error;
  }
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

function prepareUnmap({ sqlite }: FleetDatabase): (loadId: string) => void {
  const statement = sqlite.prepare(`
    UPDATE loads SET vtn_resource_id = NULL, updated_at = CURRENT_TIMESTAMP,
      registration_status =
        CASE registration_status WHEN 'SUSPENDED' THEN 'SUSPENDED' ELSE 'PENDING' END
    WHERE load_id = ?`);
  return (loadId) => void statement.run(loadId);
}

function unmap(database: FleetDatabase, loadIds: readonly string[]): void {
  inOneGo(database, loadIds, prepareUnmap(database));
}

function forget(database: FleetDatabase, removed: readonly Removed[]): void {
  const unmapOne = prepareUnmap(database);
  const drop = database.sqlite.prepare('DELETE FROM venfleet_sent WHERE ven_name = ? AND external_id = ?');
  inOneGo(database, removed, ({ venName, externalResourceId, loadId }) => {
    drop.run(venName, externalResourceId);
    if (loadId !== null) unmapOne(loadId);
  });
}
