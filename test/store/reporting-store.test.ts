import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { openStore } from '../../src/store/open-store.ts';
import type { ReportNote } from '../../src/store/reporting-store.ts';
import { query, sitesOf, testLoadId } from '../support/fleet-database.ts';
import { testDatabase } from '../support/test-database.ts';

const kind = 'flex-gateway';
const [aalborg, skagen] = [testLoadId(0, 'load_0'), testLoadId(1, 'load_0')];
const vtn = { url: 'http://vtn-b', profile: kind };

async function setUp(t: TestContext) {
  const database = testDatabase(t, sitesOf({ Aalborg: 1, Skagen: 1 }));
  const store = await openStore(database.path);
  t.after(() => store.close());
  return { database, store };
}

const note = (key: string, more: Partial<ReportNote> = {}): ReportNote => ({
  key,
  kind,
  venName: 'Aalborg',
  reportName: null,
  fromMs: 0,
  untilMs: 10,
  loads: [{ loadId: aalborg, resourceRef: 'r1', points: 10 }],
  ...more,
});

const done = (loadId: string) => ({ kind, loadId, resourceRef: 'r', fromMs: 0, untilMs: 10, points: 10 });

const failure = (loadId: string, more = {}) => ({ loadId, kind, status: 500, reason: 'broken', ...more });

test('a report that was noted is in doubt until its end is stored', async (t) => {
  const { database, store } = await setUp(t);
  const second = note('k2', {
    reportName: 'Målinger',
    loads: [
      { loadId: skagen, resourceRef: 'r2', points: 7 },
      { loadId: aalborg, resourceRef: 'r1', points: 8 },
    ],
  });
  await store.exclusively({ command: 'report history', subject: 'reports' }, async () => {
    // Not waited for: it is stored all the same.
    void store.noteReports([second, note('k1'), note('k3', { kind: 'another' }), note('k4')]);
  });
  const other = await openStore(database.path);
  t.after(() => other.close());
  assert.deepEqual(await other.reportsInDoubt(kind), [note('k1'), second, note('k4')]);
  await other.noteReports([]);
  await other.noteReports([note('k1')]);
  await other.recordReports(['k1', 'k4'], [done(aalborg)], []);
  assert.deepEqual(await other.reportsInDoubt(kind), [second]);
  assert.equal((await other.reportsInDoubt('another')).length, 1);
});

test('why a report failed is remembered until one of that load succeeds', async (t) => {
  const { store } = await setUp(t);
  const told = async (limit = 9) =>
    (await store.latestReportFailures(kind, limit)).map(({ failedAt, ...one }) => {
      assert.match(failedAt, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
      return one;
    });
  await store.recordReports([], [], [failure(aalborg), failure(skagen), failure('gone')]);
  await store.recordReports(
    [],
    [],
    [failure(aalborg, { reason: 'older' }), failure(aalborg, { status: null, reason: 'silent' })],
  );
  await store.recordReports([], [], [failure(aalborg, { kind: 'another' })]);
  const ofAalborg = {
    ...failure(aalborg, { status: null, reason: 'silent' }),
    externalResourceId: 'site-00000_load_0',
    venName: 'Aalborg',
  };
  const ofSkagen = { ...failure(skagen), externalResourceId: 'site-00001_load_0', venName: 'Skagen' };
  assert.deepEqual(await told(), [ofAalborg, ofSkagen]);
  assert.deepEqual(await told(1), [ofAalborg]);
  const ofVen = await store.latestReportFailures(kind, 9, { vens: ['Skagen'] });
  assert.deepEqual(
    ofVen.map(({ loadId }) => loadId),
    [skagen],
  );
  await store.recordReports([], [done(aalborg)], []);
  assert.deepEqual(await told(), [ofSkagen]);
  assert.equal((await store.latestReportFailures('another', 9)).length, 1);
});

test('kinds are known of what was reported, and of what failed', async (t) => {
  const { store } = await setUp(t);
  assert.deepEqual(await store.reportedKinds(), []);
  await store.recordReports([], [done(aalborg), { ...done(skagen), kind: 'live' }], [failure(skagen)]);
  await store.recordReports([], [], [failure(aalborg, { kind: 'USAGE@1' })]);
  await store.noteReports([note('k1', { kind: 'only noted' })]);
  assert.deepEqual(await store.reportedKinds(), ['USAGE@1', kind, 'live']);
});

test('there is one anchor, the last that was set', async (t) => {
  const { store } = await setUp(t);
  assert.equal(await store.reportAnchor(), undefined);
  await store.setReportAnchor({ programId: 'p', eventId: 'e' });
  await store.setReportAnchor({ programId: 'p', eventId: 'f' });
  assert.deepEqual(await store.reportAnchor(), { programId: 'p', eventId: 'f' });
});

test('a move to another VTN forgets what was reported of the VENs that move; a new fleet forgets all', async (t) => {
  const { database, store } = await setUp(t);
  const ofSkagen = note('k2', { venName: 'Skagen' });
  await store.noteReports([note('k1'), ofSkagen]);
  await store.recordReports([], [done(aalborg), done(skagen)], [failure(aalborg), failure(skagen)]);
  await store.setReportAnchor({ programId: 'p', eventId: 'e' });
  const left = async () => ({
    spans: (await store.reportedSpans(kind)).map(({ loadId }) => loadId),
    failures: (await store.latestReportFailures(kind, 9)).map(({ loadId }) => loadId),
    notes: (await store.reportsInDoubt(kind)).map(({ key }) => key),
    anchor: await store.reportAnchor(),
  });
  await store.moveTo(vtn, { vens: ['Aalborg'], maybeThere: false });
  assert.deepEqual(await left(), { spans: [skagen], failures: [skagen], notes: ['k2'], anchor: undefined });
  await store.setReportAnchor({ programId: 'p', eventId: 'e' });
  await store.insertSites([], { replace: true });
  assert.deepEqual(await left(), { spans: [], failures: [], notes: [], anchor: undefined });
  assert.deepEqual(query(database.path, 'SELECT * FROM venfleet_report_failures'), []);
});

test('VENs that begin anew on another VTN have reported nothing there', async (t) => {
  const { database, store } = await setUp(t);
  const vens = [
    { venName: 'Aalborg', vtnVenId: 'v-1' },
    { venName: 'Skagen', vtnVenId: 'v-2' },
  ];
  const first = { url: 'http://vtn-a', profile: kind };
  const report = async () => {
    await store.noteReports([note('k1'), note('k2', { venName: 'Skagen' })]);
    await store.recordReports([], [done(aalborg), done(skagen)], [failure(skagen)]);
    await store.setReportAnchor({ programId: 'p', eventId: 'e' });
  };
  await store.recordVens(vens, first);
  await store.recordVtn(first, ['Aalborg', 'Skagen']);
  await report();
  await store.recordVens(vens, first);
  const spans = async () => (await store.reportedSpans(kind)).map(({ loadId }) => loadId);
  assert.deepEqual(await spans(), [aalborg, skagen], 'the same VTN');
  assert.deepEqual(await store.reportAnchor(), { programId: 'p', eventId: 'e' });
  await database.changeLoads({ vtn_resource_id: 'r', registration_status: 'APPROVED' }, [aalborg]);
  await store.recordVens([vens[0] as (typeof vens)[0]], vtn);
  assert.deepEqual(await spans(), [aalborg, skagen], 'one that is registered, and a VEN that stays');
  await database.changeLoads({ vtn_resource_id: null, registration_status: 'PENDING' }, [aalborg]);
  await store.recordVens(vens, vtn);
  assert.deepEqual(await spans(), [aalborg], 'Aalborg was noted as on the other one before');
  assert.deepEqual(await store.latestReportFailures(kind, 9), []);
  assert.deepEqual(await store.reportsInDoubt(kind), []);
  assert.equal(await store.reportAnchor(), undefined);
});

/** Another process that reports, and says so; it ends when it is told to. */
async function reporterElsewhere(t: TestContext, path: string) {
  const source = `
    const { openStore } = await import(${JSON.stringify(import.meta.resolve('../../src/store/open-store.ts'))});
    const store = await openStore(${JSON.stringify(path)});
    await store.exclusively({ command: 'report live', subject: 'reports' }, async () => {
      process.stdout.write('reporting');
      await new Promise((resolve) => process.stdin.once('end', resolve).resume());
    });
    await store.close();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return async () => {
    const exit = once(child, 'exit');
    child.stdin.end();
    await exit;
  };
}

test('who reports keeps nobody from registering, but others from reporting, and from what it would not notice', {
  timeout: 30_000,
}, async (t) => {
  const { database, store } = await setUp(t);
  const stop = await reporterElsewhere(t, database.path);
  const inUse = { code: 'DB_IN_USE', message: /"venfleet report live"/ };
  await store.exclusively({ command: 'register' }, async () => {
    await assert.rejects(store.moveTo(vtn, { vens: undefined, maybeThere: false }), inUse);
    await assert.rejects(store.insertSites([], { replace: true }), inUse);
    await store.insertSites([]);
  });
  assert.equal(await store.countSites(), 2, 'nothing was forgotten');
  assert.equal(await store.recordedVtn(), undefined);
  const report = () =>
    store.exclusively({ command: 'report history', subject: 'reports' }, async () => 'done');
  await assert.rejects(report(), inUse);
  await stop();
  assert.equal(await report(), 'done');
  await store.moveTo(vtn, { vens: undefined, maybeThere: false });
  assert.deepEqual(await store.recordedVtn(), vtn);
});

test('within one process a move is refused while it reports, and two that report take turns', {
  timeout: 30_000,
}, async (t) => {
  const { store } = await setUp(t);
  const order: string[] = [];
  const report = (name: string, work: () => Promise<void>) =>
    store.exclusively({ command: name, subject: 'reports' }, async () => {
      order.push(`${name} begins`);
      await work();
      order.push(`${name} ends`);
    });
  const first = report('first', async () => {
    await assert.rejects(store.moveTo(vtn, { vens: [], maybeThere: false }), { code: 'DB_IN_USE' });
  });
  await Promise.all([first, report('second', async () => undefined)]);
  assert.deepEqual(order, ['first begins', 'first ends', 'second begins', 'second ends']);
});

test('a move that may wait waits for who reports, and says for whom', { timeout: 30_000 }, async (t) => {
  const { database, store } = await setUp(t);
  const stop = await reporterElsewhere(t, database.path);
  const waiting = Promise.withResolvers<string>();
  const moved = store.exclusively(
    { command: 'register', wait: true, onWaiting: ({ command }) => waiting.resolve(command) },
    () => store.moveTo(vtn, { vens: undefined, maybeThere: false }),
  );
  assert.equal(await waiting.promise, 'report live');
  assert.equal(await store.recordedVtn(), undefined);
  await stop();
  await moved;
  assert.deepEqual(await store.recordedVtn(), vtn);
});

test('who reports takes over nothing of a run that registers, and reads its loads as in doubt', async (t) => {
  const { database, store } = await setUp(t);
  const reporter = await openStore(database.path);
  t.after(() => reporter.close());
  await store.exclusively({ command: 'register' }, async () => {
    await store.noteSending([aalborg]);
    await reporter.exclusively({ command: 'report live', subject: 'reports' }, async () => {
      assert.equal(reporter.readerAddress().exclusive, false);
      const { sites } = await reporter.sitesOfVen('Aalborg', undefined, 9);
      assert.equal(sites[0]?.loads[0]?.trace, 'maybe-sent');
    });
    await store.exclusively({ command: 'report live', subject: 'reports' }, async () => undefined);
    assert.deepEqual(query(database.path, 'SELECT * FROM venfleet_sending'), []);
    assert.equal(query(database.path, 'SELECT * FROM venfleet_sending_log').length, 1);
  });
});
