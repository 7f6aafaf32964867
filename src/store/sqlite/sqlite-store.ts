import { sql } from 'kysely';
import type { FleetScope, FleetStore, VenCounts, VenRecord, VtnRecord } from '../fleet-store.ts';
import { loadConditions } from '../sql/load-conditions.ts';
import { prepareLeftBehind } from './journal.ts';
import { createPatience } from './lock-wait.ts';
import type { FleetDatabase } from './open-sqlite.ts';
import { prepareReadSites } from './read-sites.ts';
import { createSentMemory } from './sent.ts';
import { createWriter } from './writer.ts';

export interface SqliteFleetStore extends FleetStore {
  /** Begins the thread that writes, before it is needed. */
  start(): void;
  /** Ends it, with all that it still has to write: for whoever has a lease, before that is given back. */
  endWriting(): Promise<void>;
}

/**
 * The fleet store over an open SQLite database; closing it closes the database. What a run learns is written by
 * a thread of its own (`createWriter`).
 */
export function createSqliteFleetStore(database: FleetDatabase): SqliteFleetStore {
  const readSites = prepareReadSites(database);
  const leftBehind = prepareLeftBehind(database.sqlite);
  const writer = createWriter(database.path);
  const patiently = createPatience(database);
  return {
    countByVen: (scope) => patiently(() => countByVen(database, scope)),
    sitesOfVen: (venName, after, limit) =>
      patiently(() => readSites(venName, after, limit, writer.hasBegun() ? nothing : leftBehind())),
    noteSending: writer.noteSending,
    forgetSending: writer.forgetSending,
    record: writer.record,
    start: writer.start,
    endWriting: writer.close,
    ...createSentMemory(database, patiently),
    recordVens: (vens) => patiently(() => recordVens(database, vens)),
    venIds: () => patiently(() => venIds(database)),
    recordedVtn: () => patiently(() => recordedVtn(database)),
    recordVtn: (vtn) => patiently(() => recordVtn(database, vtn)),
    async close() {
      await writer.close();
      await database.close();
    },
  };
}

const nothing: ReadonlySet<string> = new Set();

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
