import { sql } from 'kysely';
import type { FailureRecord, FleetScope, FleetStore, Mapping, VenCounts, VenRecord } from '../fleet/store.ts';
import type { FleetDatabase } from './open.ts';
import { createPatience } from './patience.ts';
import { prepareReadSites } from './read-sites.ts';
import { createSentMemory, prepareLogSent, prepareUnmap } from './sent.ts';
import { loadConditions } from './standing.ts';

/** The fleet store over an open SQLite database; closing it closes the database. */
export function createSqliteFleetStore(database: FleetDatabase): FleetStore {
  const readSites = prepareReadSites(database);
  const record = prepareRecord(database);
  const noteSending = database.sqlite.prepare(
    'INSERT OR IGNORE INTO venfleet_sending SELECT value FROM json_each(?)',
  );
  const patiently = createPatience(database);
  return {
    countByVen: (scope) => patiently(() => countByVen(database, scope)),
    sitesOfVen: (venName, after, limit) => patiently(() => readSites(venName, after, limit)),
    noteSending: (loadIds) => patiently(() => void noteSending.run(JSON.stringify(loadIds))),
    record: (mappings, failures) => patiently(() => record(mappings, failures)),
    ...createSentMemory(database, patiently),
    recordVens: (vens) => patiently(() => recordVens(database, vens)),
    close: () => database.close(),
  };
}

async function countByVen(database: FleetDatabase, scope: FleetScope): Promise<VenCounts[]> {
  const { venName, registered, suspended, disabled } = loadConditions(database);
  const rows = await database.db
    .selectFrom('loads as l')
    .leftJoin('resources as r', 'r.resource_id', 'l.resource_id')
    .select([
      venName.as('venName'),
      sql<number>`count(*)`.as('total'),
      sql<number>`total(${registered})`.as('registered'),
      sql<number>`total(${suspended})`.as('suspended'),
      sql<number>`total(${disabled})`.as('disabled'),
    ])
    .$if(scope.vens !== undefined, (query) => query.where('r.ven', 'in', [...(scope.vens ?? [])]))
    .groupBy(venName)
    .orderBy('venName')
    .execute();
  const counts = rows.map((row) => ({
    ...row,
    pending: row.total - row.registered - row.suspended - row.disabled,
  }));
  if (scope.limitVens === undefined) return counts;
  return counts.filter((ven) => ven.venName !== null).slice(0, scope.limitVens);
}

interface Holder {
  readonly loadId: string;
  readonly externalResourceId: string;
}

/** Prepares the statements that run once for each load. */
function prepareRecord(database: FleetDatabase) {
  const { sqlite } = database;
  const logSent = prepareLogSent(database);
  const holder = sqlite.prepare(
    `SELECT load_id AS loadId, resource_id || '_' || load_component AS externalResourceId FROM loads
    WHERE vtn_resource_id = ? AND load_id <> ? LIMIT 1`,
  );
  const map = sqlite.prepare(`
    UPDATE loads SET vtn_resource_id = ?, registration_status = 'APPROVED', updated_at = CURRENT_TIMESTAMP
    WHERE load_id = ?`);
  const fail = sqlite.prepare(`
    INSERT INTO venfleet_failures (load_id, status, reason) VALUES (?, ?, ?)
    ON CONFLICT (load_id) DO UPDATE
    SET status = excluded.status, reason = excluded.reason, failed_at = CURRENT_TIMESTAMP`);
  const forgetSending = sqlite.prepare('DELETE FROM venfleet_sending WHERE load_id = ?');
  const forgetFailure = sqlite.prepare('DELETE FROM venfleet_failures WHERE load_id = ?');

  const unmap = prepareUnmap(database);
  const noteSending = sqlite.prepare('INSERT OR IGNORE INTO venfleet_sending VALUES (?)');
  /** The VTN gave one id to two loads, and nobody knows whose it is: the next run looks both up. */
  const doubt = (loadId: string, { vtnResourceId, externalResourceId }: Mapping) => {
    unmap(loadId);
    noteSending.run(loadId);
    const reason = `the VTN gave its resource id ${vtnResourceId} to ${externalResourceId} too: to be looked up again`;
    fail.run(loadId, null, reason);
  };

  const store = (mappings: readonly Mapping[], failures: readonly FailureRecord[]) => {
    const refused: (Mapping & { heldBy: string })[] = [];
    const sent: Mapping[] = [];
    for (const mapping of mappings) {
      const other = holder.get(mapping.vtnResourceId, mapping.loadId) as Holder | undefined;
      if (other) {
        refused.push({ ...mapping, heldBy: other.loadId });
        if (other.externalResourceId !== mapping.externalResourceId) doubt(other.loadId, mapping);
        continue;
      }
      map.run(mapping.vtnResourceId, mapping.loadId);
      sent.push(mapping);
      forgetSending.run(mapping.loadId);
      forgetFailure.run(mapping.loadId);
    }
    logSent(sent);
    for (const { loadId, status, reason, inDoubt } of failures) {
      fail.run(loadId, status, reason);
      if (!inDoubt) forgetSending.run(loadId);
    }
    return refused;
  };

  return (mappings: readonly Mapping[], failures: readonly FailureRecord[]) => {
    sqlite.exec('BEGIN IMMEDIATE');
    try {
      const refused = store(mappings, failures);
      sqlite.exec('COMMIT');
      return refused;
    } catch (error) {
      if (sqlite.isTransaction) sqlite.exec('ROLLBACK');
      throw error;
    }
  };
}

async function recordVens({ db }: FleetDatabase, vens: readonly VenRecord[]): Promise<void> {
  if (vens.length === 0) return;
  await db
    .insertInto('venfleet_vens')
    .values(vens.map((ven) => ({ ven_name: ven.venName, vtn_ven_id: ven.vtnVenId })))
    .onConflict((conflict) =>
      conflict.column('ven_name').doUpdateSet({
        vtn_ven_id: (excluded) => excluded.ref('excluded.vtn_ven_id'),
        updated_at: sql`CURRENT_TIMESTAMP`,
      }),
    )
    .execute();
}
