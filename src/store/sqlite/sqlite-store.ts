import type { AccessRequest } from '../exclusive.ts';
import { createCounts } from '../sql/counts.ts';
import { createLoadLookups } from '../sql/load-lookups.ts';
import { createMove } from '../sql/move.ts';
import { createRegistrationMemory } from '../sql/registration.ts';
import { createReportingStore } from '../sql/reporting.ts';
import { createSentStore } from '../sql/sent.ts';
import { createStatistics } from '../sql/statistics.ts';
import type { OpenOptions, Store } from '../store.ts';
import { createSqliteEngine } from './engine.ts';
import { takeOverJournal } from './journal.ts';
import { withLease } from './lease.ts';
import { createLockWait } from './lock-wait.ts';
import { noWrites } from './no-writes.ts';
import { type FleetDatabase, openFleetDatabase } from './open-sqlite.ts';
import { openToRead } from './open-to-read.ts';
import { prepareReadSites, type ReadSites } from './read-sites.ts';
import { prepareOverlay, prepareSortIn } from './sent-log.ts';
import { insertSites, upsertSites } from './write-fleet.ts';
import { createWriter } from './writer.ts';

/** Opens the store over a SQLite file; see `openStore`. */
export async function openSqliteStore(path: string, options: OpenOptions): Promise<Store> {
  return createSqliteStore(await (options.readOnly ? openToRead(path) : openFleetDatabase(path, options)));
}

/** The store over an open SQLite database. What a run learns is written by a thread of its own (`createWriter`). */
function createSqliteStore(database: FleetDatabase): Store {
  const { path, file, identity, sqlite, readOnly } = database;
  const whenUnlocked = createLockWait(database);
  let prepared: ReadSites | undefined;
  const readSites: ReadSites = (...page) => {
    prepared ??= prepareReadSites(database);
    return prepared(...page);
  };
  const writer = createWriter({ path, identity });
  // Another one: who reports need not wait for who registers.
  const reportWriter = createWriter({ path, identity });
  const engine = createSqliteEngine(database, whenUnlocked);
  const sorted = createSqliteEngine(
    database,
    whenUnlocked,
    readOnly ? prepareOverlay(sqlite) : prepareSortIn(sqlite),
  );
  const counts = createCounts(engine);
  /** What was asked for by the one over this store that has exclusive access to the fleet. */
  let held: AccessRequest | undefined;
  const isExclusive = () => held !== undefined;
  // What is forgotten must not be reported and remembered at the same time.
  const whileNobodyReports = <T>(command: string, work: () => Promise<T>) =>
    withLease(database, { command, ...held, subject: 'reports', wait: held?.wait || 'never' }, work);
  const { moveTo } = createMove(sorted);
  return {
    exclusively(request, work) {
      if (request.subject === 'reports')
        return withLease(database, request, (lost) => work(lost).finally(reportWriter.rest));
      return withLease(database, request, async (lost) => {
        await whenUnlocked(() => takeOverJournal(sqlite, database.schema));
        held = request;
        try {
          return await work(lost);
        } finally {
          await writer.rest();
          held = undefined;
        }
      });
    },
    async countByVen(scope) {
      const vens = await counts.countByVen(scope);
      // There will be something to write soon: the thread begins while VENs are registered.
      if (isExclusive() && vens.some(({ pending }) => pending > 0)) writer.warmUp();
      return vens;
    },
    sitesOfVen: (venName, after, limit) =>
      whenUnlocked(() => readSites(venName, after, limit, isExclusive())),
    readerAddress: () => ({ path, file, identity, exclusive: isExclusive() }),
    noteSending: writer.noteSending,
    forgetSending: writer.forgetSending,
    record: writer.record,
    ...createRegistrationMemory(engine),
    ...createSentStore(sorted),
    ...createReportingStore(engine, reportWriter.run),
    moveTo: (vtn, forget) => whileNobodyReports('register', () => moveTo(vtn, forget)),
    fleetNames: counts.fleetNames,
    countSites: counts.countSites,
    insertSites(sites, options) {
      const insert = () => insertSites(database, sites, options);
      return options?.replace ? whileNobodyReports('generate', insert) : insert();
    },
    upsertSites: (rows, onRefused) => upsertSites(database, rows, onRefused),
    statistics: (vens) => createStatistics(engine, vens),
    lookups: createLoadLookups(engine),
    ...(readOnly && noWrites(path)),
    async close() {
      await writer.close();
      await reportWriter.close();
      await database.close();
    },
  };
}
