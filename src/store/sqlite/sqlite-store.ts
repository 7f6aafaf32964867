import { sql } from 'kysely';
import type { FleetScope, VenCounts } from '../fleet-store.ts';
import type { VenRecord, VtnRecord } from '../registration-store.ts';
import { loadConditions } from '../sql/load-conditions.ts';
import { createLoadLookups } from '../sql/load-lookups.ts';
import { createSqliteStatistics } from '../sql/statistics.ts';
import type { Store } from '../store.ts';
import { takeOverJournal } from './journal.ts';
import { withLease } from './lease.ts';
import { createLockWait } from './lock-wait.ts';
import { type FleetDatabase, openFleetDatabase } from './open-sqlite.ts';
import { prepareReadSites } from './read-sites.ts';
import { createSentStore } from './sent.ts';
import { countSites, insertSites, upsertSites } from './write-fleet.ts';
import { createWriter } from './writer.ts';

/** Opens the store over a SQLite file; see `openStore`. */
export async function openSqliteStore(path: string, options: { readonly create?: boolean }): Promise<Store> {
  return createSqliteStore(await openFleetDatabase(path, options));
}

/** The store over an open SQLite database. What a run learns is written by a thread of its own (`createWriter`). */
function createSqliteStore(database: FleetDatabase): Store {
  const { path, sqlite } = database;
  const whenUnlocked = createLockWait(database);
  const readSites = prepareReadSites(database);
  const writer = createWriter(path);
  let exclusive = false;
  return {
    exclusively: (request, work) =>
      withLease(path, request, async (lost) => {
        await whenUnlocked(() => takeOverJournal(sqlite));
        exclusive = true;
        try {
          return await work(lost);
        } finally {
          await writer.rest();
          exclusive = false;
        }
      }),
    async countByVen(scope) {
      const counts = await whenUnlocked(() => countByVen(database, scope));
      // There will be something to write soon: the thread begins while VENs are registered.
      if (exclusive && counts.some(({ pending }) => pending > 0)) writer.warmUp();
      return counts;
    },
    sitesOfVen: (venName, after, limit) => whenUnlocked(() => readSites(venName, after, limit, exclusive)),
    readerAddress: () => ({ path, exclusive }),
    noteSending: writer.noteSending,
    forgetSending: writer.forgetSending,
    record: writer.record,
    ...createSentStore(database, whenUnlocked),
    recordVens: (vens) => whenUnlocked(() => recordVens(database, vens)),
    venIds: () => whenUnlocked(() => venIds(database)),
    recordedVtn: () => whenUnlocked(() => recordedVtn(database)),
    recordVtn: (vtn) => whenUnlocked(() => recordVtn(database, vtn)),
    countSites: () => whenUnlocked(() => countSites(database)),
    insertSites: (sites, options) => insertSites(database, sites, options),
    upsertSites: (rows, onRefused) => upsertSites(database, rows, onRefused),
    statistics: (vens) => createSqliteStatistics(database, vens),
    lookups: createLoadLookups(database),
    async close() {
      await writer.close();
      await database.close();
    },
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

async function venIds({ db }: FleetDatabase): Promise<Map<string, string>> {
  const rows = await db.selectFrom('venfleet_vens').select(['ven_name', 'vtn_ven_id']).execute();
  return new Map(rows.map((row) => [row.ven_name, row.vtn_ven_id]));
}

function recordedVtn({ db }: FleetDatabase): Promise<VtnRecord | undefined> {
  return db.selectFrom('venfleet_vtn').select(['url', 'profile']).executeTakeFirst();
}

async function recordVtn({ db }: FleetDatabase, { url, profile }: VtnRecord): Promise<void> {
  await db
    .insertInto('venfleet_vtn')
    .values({ id: 1, url, profile })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({ url, profile, updated_at: sql`CURRENT_TIMESTAMP` }),
    )
    .execute();
}
