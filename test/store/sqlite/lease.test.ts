import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AccessRequest } from '../../../src/store/exclusive.ts';
import { withLease } from '../../../src/store/sqlite/lease.ts';
import { type FleetDatabase, openFleetDatabase } from '../../../src/store/sqlite/open-sqlite.ts';
import { execute, pythonDatabase, query } from '../../support/fleet-database.ts';
import { createTestClock } from '../../support/test-clock.ts';

const isLinux = process.platform === 'linux';

async function databaseFor(t: TestContext) {
  const database = await openFleetDatabase(pythonDatabase(t, [{ ven: 'Aalborg' }]));
  t.after(() => database.close());
  return database;
}

/** Another process that does nothing, with the row that it would have written. */
async function otherProcess(t: TestContext) {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const ended = once(child, 'exit');
  t.after(() => child.kill('SIGKILL'));
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1] as string;
  return { pid: child.pid as number, started: stat.split(' ')[19] as string, child, ended };
}

/** Puts in a holder as another process would have; `place` undefined: that of this process. */
async function holdAs(
  database: FleetDatabase,
  holder: { pid: number; started: string; place?: string },
): Promise<void> {
  let place = holder.place;
  if (place === undefined) {
    await withLease(database, { command: 'register' }, async () => {
      place = String(query(database.path, 'SELECT place FROM venfleet_lease')[0]?.place);
    });
  }
  execute(
    database.path,
    `INSERT INTO venfleet_lease (id, holder, command, host, pid, place, started, since, beat)
    VALUES (1, 'other', 'apply', 'elsewhere', ${holder.pid}, '${place}', '${holder.started}', '2026-01-02T03:04:05.000Z', 7)`,
  );
}

const take = (database: FleetDatabase, request: Partial<AccessRequest> = {}) =>
  withLease(database, { command: 'register', ...request }, async () => 'done');

test('names its holder while it is held, and leaves nothing behind', async (t) => {
  const database = await databaseFor(t);
  await withLease(database, { command: 'register' }, async () => {
    const [row] = query(database.path, 'SELECT command, host, pid FROM venfleet_lease');
    assert.deepEqual({ ...row }, { command: 'register', host: hostname(), pid: process.pid });
  });
  assert.deepEqual(query(database.path, 'SELECT * FROM venfleet_lease'), []);
});

test('a beat does not carry the log over into the database', async (t) => {
  const database = await databaseFor(t);
  const { sqlite } = database;
  sqlite.exec('PRAGMA wal_autocheckpoint = 0; CREATE TABLE filler (bytes BLOB)');
  await withLease(database, { command: 'register' }, async () => {
    // More pages than after which SQLite would do so by itself.
    sqlite.exec('INSERT INTO filler VALUES (randomblob(8000000))');
    const before = readFileSync(database.path);
    const beats = () => Number(query(database.path, 'SELECT beat FROM venfleet_lease')[0]?.beat);
    while (beats() === 0) await sleep(50);
    assert.ok(readFileSync(database.path).equals(before));
  });
});

test('is given back when the work throws', async (t) => {
  const database = await databaseFor(t);
  const failing = withLease(database, { command: 'register' }, async () => assert.fail('the work'));
  await assert.rejects(failing, /the work/);
  assert.equal(await take(database), 'done');
});

test('two in one process take turns', async (t) => {
  const database = await databaseFor(t);
  const order: string[] = [];
  const work = (name: string) =>
    withLease(database, { command: name }, async () => {
      order.push(`${name} begins`);
      await sleep(30);
      order.push(`${name} ends`);
    });
  await Promise.all([work('a'), work('b')]);
  assert.deepEqual(order, ['a begins', 'a ends', 'b begins', 'b ends']);
});

test('another process that lives: says who it is, or waits for it', { skip: !isLinux }, async (t) => {
  const database = await databaseFor(t);
  const other = await otherProcess(t);
  await holdAs(database, other);
  await assert.rejects(take(database), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'DB_IN_USE');
    const holder = `"venfleet apply" on elsewhere, process ${other.pid}, since 2026-01-02T03:04:05.000Z`;
    assert.ok(error.message.includes(holder), error.message);
    return true;
  });
  let waitingFor = 0;
  const waiting = take(database, { wait: true, onWaiting: (holder) => (waitingFor = holder.pid) });
  await sleep(100);
  assert.equal(waitingFor, other.pid);
  other.child.kill('SIGKILL');
  assert.equal(await waiting, 'done');
});

test('waiting ends with its signal', { skip: !isLinux }, async (t) => {
  const database = await databaseFor(t);
  await holdAs(database, await otherProcess(t));
  const request = { wait: true, signal: AbortSignal.timeout(50) };
  await assert.rejects(take(database, request), { code: 'DB_IN_USE' });
});

test('a process that was killed, or whose number another has now, holds nothing', {
  skip: !isLinux,
}, async (t) => {
  const database = await databaseFor(t);
  const other = await otherProcess(t);
  await holdAs(database, { ...other, started: '1' });
  assert.equal(await take(database), 'done');
  await holdAs(database, other);
  other.child.kill('SIGKILL');
  await other.ended;
  assert.equal(await take(database), 'done');
});

test('a holder elsewhere keeps the lease while it beats, and loses it ten seconds after', async (t) => {
  const database = await databaseFor(t);
  const elsewhere = { pid: process.pid, started: '1', place: 'another host' };
  await holdAs(database, elsewhere);
  const clock = createTestClock();
  const beating = take(database, { clock });
  beating.catch(() => undefined);
  await clock.advance(5_000);
  execute(database.path, 'UPDATE venfleet_lease SET beat = beat + 1');
  await clock.advance(5_000);
  await assert.rejects(beating, { code: 'DB_IN_USE' });

  const silent = take(database, { clock });
  await clock.advance(9_000);
  assert.equal(query(database.path, 'SELECT holder FROM venfleet_lease')[0]?.holder, 'other');
  await clock.advance(2_000);
  assert.equal(await silent, 'done');
});

test('a run whose lease was taken over is told to stop', async (t) => {
  const database = await databaseFor(t);
  const work = withLease(database, { command: 'register' }, async (lost) => {
    execute(database.path, "UPDATE venfleet_lease SET holder = 'other', command = 'apply', pid = 77");
    await once(lost, 'abort');
  });
  await assert.rejects(work, { code: 'DB_IN_USE', message: /venfleet apply.* process 77,/ });
  assert.equal(query(database.path, 'SELECT holder FROM venfleet_lease')[0]?.holder, 'other');
});

test('a run is told to stop though who took its lease over is writing', { timeout: 20_000 }, async (t) => {
  const database = await databaseFor(t);
  const other = new DatabaseSync(database.path);
  t.after(() => other.close());
  const work = withLease(database, { command: 'register' }, async (lost) => {
    other.exec("UPDATE venfleet_lease SET holder = 'other', command = 'apply'; BEGIN IMMEDIATE");
    await once(lost, 'abort');
    other.exec('COMMIT');
  });
  await assert.rejects(work, { code: 'DB_IN_USE' });
});
