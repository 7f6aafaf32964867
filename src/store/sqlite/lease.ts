/*
 * Who may change a fleet database. A run that writes holds the lease: one row that names it and that it renews
 * ("beats") every two seconds. No SQLite lock is held meanwhile, so that others can read.
 *
 * Another run takes the lease over
 *  - at once, where the holder ran on this host (and container) and its process is gone, however it ended;
 *  - else when it has watched the holder for ten seconds without a beat. It counts beats and its own time, so
 *    that clocks which differ or jump change nothing.
 * A holder whose process is seen to be alive keeps the lease, even if it does not beat.
 *
 * There are three leases, in a table each: who changes the fleet, who reports, and who carries out events do not keep each
 * other waiting.
 */
import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { type Clock, systemClock } from '../../core/clock.ts';
import { VenfleetError } from '../../core/errors.ts';
import type { AccessHolder, AccessRequest, AccessSubject } from '../exclusive.ts';
import { connect } from './connect.ts';
import { databaseError } from './errors.ts';
import { isReplaced, replacedError, throwIfReplaced } from './file-identity.ts';
import type { FleetDatabase } from './open-sqlite.ts';
import { livenessOf, ownIdentity, type ProcessIdentity } from './process-identity.ts';
import { inTransaction } from './transaction.ts';

const beatMs = 2_000;
const staleAfterMs = 10_000;
/** How often a waiting run looks. */
const lookMs = 250;

const tables = {
  fleet: 'venfleet_lease',
  reports: 'venfleet_report_lease',
  events: 'venfleet_event_lease',
} as const satisfies Record<AccessSubject, string>;
type Table = (typeof tables)[AccessSubject];

interface LeaseRow extends AccessHolder, Omit<ProcessIdentity, 'host'> {
  /** Drawn anew for each lease. */
  readonly holder: string;
  readonly beat: number;
}

/** A database, and which file it is. */
type LeasedDatabase = Pick<FleetDatabase, 'path' | 'identity'>;

/** Does `work` while it holds the lease of the database; see `ExclusiveAccess`. */
export async function withLease<T>(
  database: LeasedDatabase,
  request: AccessRequest,
  work: (lost: AbortSignal) => Promise<T>,
): Promise<T> {
  // A connection of its own: beats must not fall into another's transaction.
  const { path, identity } = database;
  const sqlite = guarded(path, () => connect(path, { identity }));
  try {
    const table = tables[request.subject ?? 'fleet'];
    const row = await acquire(sqlite, path, table, request);
    return await whileBeating(sqlite, database, table, row, work);
  } finally {
    sqlite.close();
  }
}

async function acquire(
  sqlite: DatabaseSync,
  path: string,
  table: Table,
  request: AccessRequest,
): Promise<LeaseRow> {
  const clock = request.clock ?? systemClock;
  const { signal } = request;
  const own = ownRow(request.command, clock);
  let watched: { row: LeaseRow; since: number; hasBeaten: boolean } | undefined;
  let told = false;
  for (;;) {
    const other = readRow(sqlite, path, table);
    const liveness = other ? livenessOf(other, own) : 'dead';
    if (!other || liveness === 'dead' || isStale(other)) {
      if (take(sqlite, path, table, own, other)) return own;
      continue;
    }
    const isAlive = liveness === 'alive' || watched?.hasBeaten;
    const mayWait = request.wait !== 'never' && (request.wait || isSameProcess(other, own));
    if ((isAlive && !mayWait) || signal?.aborted) throw inUse(path, other);
    if (isAlive && !told && !isSameProcess(other, own)) request.onWaiting?.(other);
    told ||= isAlive === true;
    await clock.sleep(lookMs, signal);
  }

  function isStale(row: LeaseRow): boolean {
    const now = clock.monotonic();
    const isSame = watched?.row.holder === row.holder;
    if (!watched || !isSame || watched.row.beat !== row.beat) {
      watched = { row, since: now, hasBeaten: isSame };
    }
    return livenessOf(row, own) === 'unknown' && now - watched.since >= staleAfterMs;
  }
}

function ownRow(command: string, clock: Clock): LeaseRow {
  const since = new Date(clock.now()).toISOString();
  return { ...ownIdentity(), holder: randomUUID(), command, since, beat: 0 };
}

function isSameProcess(a: LeaseRow, b: LeaseRow): boolean {
  return a.place === b.place && a.pid === b.pid && a.started === b.started;
}

function readRow(sqlite: DatabaseSync, path: string, table: Table): LeaseRow | undefined {
  return guarded(path, () => {
    const select = `SELECT holder, command, host, pid, place, started, since, beat FROM ${table}`;
    return sqlite.prepare(select).get() as LeaseRow | undefined;
  });
}

/** Puts our row in the place of `from`; false where that is not there any more. */
function take(
  sqlite: DatabaseSync,
  path: string,
  table: Table,
  own: LeaseRow,
  from: LeaseRow | undefined,
): boolean {
  return guarded(path, () =>
    inTransaction(sqlite, () => {
      const there = readRow(sqlite, path, table);
      const isFree = there?.holder === from?.holder && there?.beat === from?.beat;
      if (isFree) insert(sqlite, table, own);
      return isFree;
    }),
  );
}

function insert(sqlite: DatabaseSync, table: Table, row: LeaseRow): void {
  sqlite
    .prepare(`INSERT OR REPLACE INTO ${table}
      (id, holder, command, host, pid, place, started, since, beat) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)`)
    .run(row.holder, row.command, row.host, row.pid, row.place, row.started, row.since, row.beat);
}

async function whileBeating<T>(
  sqlite: DatabaseSync,
  { path, identity }: LeasedDatabase,
  table: Table,
  row: LeaseRow,
  work: (lost: AbortSignal) => Promise<T>,
): Promise<T> {
  const { holder } = row;
  const lost = new AbortController();
  const update = sqlite.prepare(`UPDATE ${table} SET beat = beat + 1 WHERE holder = ?`);
  // A beat waits for nobody: the next one comes soon. Nor does it carry over the log, which would wait for the disk
  // on the thread that sends.
  sqlite.exec('PRAGMA busy_timeout = 0; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0');
  const lose = (why: VenfleetError) => {
    clearInterval(timer);
    lost.abort(why);
  };
  const beat = () => {
    if (isReplaced(path, identity)) return lose(replacedError(path));
    try {
      if (update.run(holder).changes > 0) return;
      if (!readRow(sqlite, path, table)) return insert(sqlite, table, row);
    } catch {
      // Locked, or the disk is full: the next beat may be written. But the lock may be held by the process that took the lease over.
    }
    const other = readHolder(sqlite, path, table);
    if (!other || other.holder === holder) return;
    lose(inUse(path, other));
  };
  const timer = setInterval(beat, beatMs).unref();
  try {
    const result = await work(lost.signal);
    lost.signal.throwIfAborted();
    throwIfReplaced(path, identity);
    return result;
  } catch (error) {
    // Whatever it is about, what the run stored is not where it seems.
    if (error !== lost.signal.reason) throwIfReplaced(path, identity, { cause: error });
    throw error;
  } finally {
    clearInterval(timer);
    release(sqlite, table, holder);
    if (isReplaced(path, identity)) carryOver(sqlite);
  }
}

/** The row, where it can be read. */
function readHolder(sqlite: DatabaseSync, path: string, table: Table): LeaseRow | undefined {
  try {
    return readRow(sqlite, path, table);
  } catch {
    return undefined;
  }
}

/** What cannot be given back is found to be a dead process's. */
function release(sqlite: DatabaseSync, table: Table, holder: string): void {
  try {
    sqlite.exec('PRAGMA busy_timeout = 1000');
    sqlite.prepare(`DELETE FROM ${table} WHERE holder = ?`).run(holder);
  } catch {
    return;
  }
}

/**
 * Brings the log into the file that was removed or renamed, and empties it: its name is still that of the database, and
 * SQLite would take it for that of the file which is there now.
 */
function carryOver(sqlite: DatabaseSync): void {
  try {
    sqlite.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // Another program reads it. There is nothing more that could be done.
    return;
  }
}

function inUse(path: string, { command, host, pid, since }: AccessHolder): VenfleetError {
  return new VenfleetError('DB_IN_USE', { path, command, host, pid, since });
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw databaseError(error, path);
  }
}
