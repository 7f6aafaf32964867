import { sql } from 'kysely';
import type { FailureRecord, FleetScope, FleetStore, Mapping, VenCounts, VenRecord } from '../fleet/store.ts';
import { withDatabaseErrors } from './database-errors.ts';
import type { FleetDatabase } from './open.ts';
import { prepareReadSites } from './read-sites.ts';
import { createSentMemory, prepareLogSent } from './sent.ts';
import { loadConditions } from './standing.ts';

/** The fleet store over an open SQLite database; closing it closes the database. */
export function createSqliteFleetStore(database: FleetDatabase): FleetStore {
  const readSites = prepareReadSites(database);
  const record = prepareRecord(database);
  const noteSending = database.sqlite.prepare(
    'INSERT OR IGNORE INTO venfleet_sending SELECT value FROM json_each(?)',
  );
  const guarded = <T>(work: () => T | Promise<T>) => withDatabaseErrors(database.path, work);
  return {
    countByVen: (scope) => guarded(() => countByVen(database, scope)),
    sitesOfVen: (venName, after, limit) => guarded(() => readSites(venName, after, limit)),
    noteSending: (loadIds) => guarded(() => void noteSending.run(JSON.stringify(loadIds))),
    record: (mappings, failures) => guarded(() => record(mappings, failures)),
    ...createSentMemory(database),
    recordVens: (vens) => guarded(() => recordVens(database, vens)),
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

/** Prepares the statements that run once for each load. */
function prepareRecord(database: FleetDatabase) {
  const { sqlite } = database;
  const logSent = prepareLogSent(database);
  const holder = sqlite.prepare(
    'SELECT load_id AS loadId FROM loads WHERE vtn_resource_id = ? AND load_id <> ? LIMIT 1',
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

  const store = (mappings: readonly Mapping[], failures: readonly FailureRecord[]) => {
    const refused: (Mapping & { heldBy: string })[] = [];
    const sent: Mapping[] = [];
    for (const mapping of mappings) {
      const other = holder.get(mapping.vtnResourceId, mapping.loadId) as { loadId: string } | undefined;
      if (other) {
        refused.push({ ...mapping, heldBy: other.loadId });
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
