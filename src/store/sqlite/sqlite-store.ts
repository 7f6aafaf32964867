import { once } from '../../core/once.ts';
import { createCounts } from '../sql/counts.ts';
import { createEnrolments } from '../sql/enrolments.ts';
import { createEventStore } from '../sql/events.ts';
import { createFleetLook } from '../sql/fleet-mark.ts';
import { createViewsLook } from '../sql/fleet-views/views-look.ts';
import { createFleetViewStore } from '../sql/fleet-views.ts';
import { createLoadLookups } from '../sql/load-lookups.ts';
import { createMove } from '../sql/move.ts';
import { createRegistrationMemory } from '../sql/registration.ts';
import { createReportingStore } from '../sql/reporting.ts';
import { createRunLog } from '../sql/run-log.ts';
import { createSentStore } from '../sql/sent.ts';
import { createStatistics } from '../sql/statistics.ts';
import { createSuspension } from '../sql/suspend.ts';
import type { OpenOptions, Store } from '../store.ts';
import { createAccess } from './access.ts';
import { createSqliteEngine } from './engine.ts';
import { createFleetMark } from './fleet-mark.ts';
import { createLockWait } from './lock-wait.ts';
import { noWrites } from './no-writes.ts';
import { type FleetDatabase, openFleetDatabase } from './open-sqlite.ts';
import { openToRead } from './open-to-read.ts';
import { prepareReadSiteOfLoad, prepareReadSites } from './read-sites.ts';
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
  const readSites = once(() => prepareReadSites(database));
  const readSiteOfLoad = once(() => prepareReadSiteOfLoad(database));
  // One for each: who reports, or carries out events, need not wait for who registers.
  const writers = {
    fleet: createWriter({ path, identity }),
    reports: createWriter({ path, identity }),
    events: createWriter({ path, identity }),
  };
  const { fleet: writer } = writers;
  const { exclusively, isExclusive, without } = createAccess(database, whenUnlocked, writers);
  const engine = createSqliteEngine(database, whenUnlocked);
  const sorted = createSqliteEngine(
    database,
    whenUnlocked,
    readOnly ? prepareOverlay(sqlite) : prepareSortIn(sqlite),
  );
  const counts = createCounts(engine);
  const { moveTo } = createMove(sorted);
  // What is forgotten must not be reported or carried out, and remembered, at the same time.
  const whileAlone = <T>(command: string, work: () => Promise<T>) =>
    without(['reports', 'events'], command, work);
  return {
    exclusively,
    async countByVen(scope) {
      const vens = await counts.countByVen(scope);
      // There will be something to write soon: the thread begins while VENs are registered.
      if (isExclusive() && vens.some(({ pending }) => pending > 0)) writer.warmUp();
      return vens;
    },
    sitesOfVen: (venName, after, limit) =>
      whenUnlocked(() => readSites()(venName, after, limit, isExclusive())),
    readerAddress: () => ({ path, file, identity, exclusive: isExclusive() }),
    noteSending: writer.noteSending,
    forgetSending: writer.forgetSending,
    record: writer.record,
    ...createRegistrationMemory(engine, (work) => without(['events'], 'register', work)),
    ...createSentStore(sorted),
    ...createReportingStore(engine, writers.reports.run),
    ...createEventStore(engine, writers.events.run),
    noteDispatches: writers.events.noteDispatches,
    recordDispatches: writers.events.recordDispatches,
    ...createEnrolments(engine, writer.run),
    ...createRunLog(engine),
    ...createSuspension(engine),
    fleetMark: createFleetMark(sqlite, createFleetLook(engine)),
    ...createFleetViewStore(engine),
    siteOfLoad: (loadId) => whenUnlocked(() => readSiteOfLoad()(loadId, isExclusive())),
    viewsMark: createFleetMark(sqlite, createViewsLook(engine)),
    moveTo: (vtn, forget) => whileAlone('register', () => moveTo(vtn, forget)),
    fleetNames: counts.fleetNames,
    countSites: counts.countSites,
    insertSites(sites, options) {
      const insert = () => insertSites(database, sites, options);
      return options?.replace ? whileAlone('generate', insert) : insert();
    },
    upsertSites: (rows, onRefused) => upsertSites(database, rows, onRefused),
    statistics: (vens) => createStatistics(engine, vens),
    lookups: createLoadLookups(engine),
    ...(readOnly && noWrites(path)),
    async close() {
      for (const one of Object.values(writers)) await one.close();
      await database.close();
    },
  };
}
