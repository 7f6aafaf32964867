import assert from 'node:assert/strict';
import { appendFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { listEvents, showEvent } from '../../../src/api/event-status.ts';
import { reportStatus } from '../../../src/api/report-status.ts';
import type { FleetViews } from '../../../src/api/views/fleet-views.ts';
import { readingsOfLoad } from '../../../src/api/views/load-readings.ts';
import { type FleetViewsOptions, openFleetViews } from '../../../src/api/views/open-fleet-views.ts';
import { openStore } from '../../../src/store/open-store.ts';
import {
  execute,
  pythonDatabase,
  sitesOf,
  temporaryFolder,
  testLoadId,
} from '../../support/fleet-database.ts';
import { followedEvents, t0 } from '../../support/followed-events.ts';
import { hourly, start } from '../../support/meter-file.ts';
import { fleetToReport } from '../../support/registered-fleet.ts';
import { report } from '../../support/reporting-fleet.ts';

function openedViews(t: TestContext, options: FleetViewsOptions): FleetViews {
  const views = openFleetViews(options);
  t.after(() => views.close());
  return views;
}

const loadId = testLoadId(0, 'load_0');

for (const dialect of ['openadr-3.1', 'flex-gateway'] as const) {
  test(`${dialect}: a load as it was registered and reported`, async (t) => {
    const fleet = await fleetToReport(t, { dialect, hours: 24 });
    await report(fleet);
    const { dbPath, meterData, simulator } = fleet;
    const views = openedViews(t, { dbPath, meterData });
    const load = await views.load(loadId);
    assert.ok(load);
    assert.equal(load.state, 'registered');
    assert.equal(load.componentName, 'Base Load');
    assert.deepEqual([load.inForce, load.instructions, load.failure], [[], [], null]);
    const [reported] = load.reports;
    assert.equal(reported?.points, 24);
    const sent = load.sent as Record<string, unknown>;
    if (dialect === 'flex-gateway') assert.ok(JSON.stringify(sent).includes(load.externalResourceId));
    else {
      const headers = { authorization: 'Bearer secret' };
      const answer = await fetch(`${simulator.url}/resources/${load.vtnResourceId}`, { headers });
      const onVtn = (await answer.json()) as Record<string, unknown>;
      const same = Object.fromEntries(Object.keys(sent).map((key) => [key, onVtn[key]]));
      assert.deepEqual(sent, { ...same, objectType: sent.objectType });
    }

    const all = await views.readings(loadId, { points: 100 });
    assert.deepEqual(
      all?.points,
      hourly(24).map(([seconds, watts]) => [seconds * 1000, watts]),
    );
    const { fromMs, untilMs, reportedUntilMs, stepMs, problem } = all;
    const endMs = (start + 24 * 3600) * 1000;
    assert.deepEqual(
      [fromMs, untilMs, reportedUntilMs, stepMs, problem],
      [start * 1000, endMs, endMs, 3_600_000, null],
    );
    const window = { fromMs: (start + 3600) * 1000, untilMs: (start + 5 * 3600) * 1000 };
    const few = await views.readings(loadId, { ...window, points: 2 });
    assert.deepEqual(few?.points, [
      [window.fromMs, 101.5],
      [window.fromMs + 7_200_000, 103.5],
    ]);
    assert.equal(few.untilMs, endMs, 'of the whole series');
    assert.equal(await views.readings('nobody', { points: 2 }), undefined);
    assert.equal(await views.load('nobody'), undefined);

    const { kinds } = await reportStatus({ dbPath });
    const [kind] = await views.reports();
    const { latestFailures, byComponent, newestAgeSeconds, ...rest } = kinds[0]!;
    assert.deepEqual(
      { kind: kind?.kind, points: kind?.points, byVen: kind?.byVen.length },
      {
        kind: rest.kind,
        points: rest.points,
        byVen: rest.byVen.length,
      },
    );
    assert.ok(kind && newestAgeSeconds !== null && kind.newestAgeSeconds !== null);
  });
}

test('why there are no readings: no file, a broken one, a series that it does not have; a table has some', async (t) => {
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
  const folder = temporaryFolder(t);
  const path = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const problemOf = async (meterData: string | undefined) => {
    const load = { meterId: 'meter_0', component: 'load_0', reports: [] };
    const read = await readingsOfLoad(load, meterData, { points: 10 });
    assert.deepEqual([read.points, read.fromMs], [[], null]);
    return read.problem?.replace(folder, '');
  };
  assert.equal(await problemOf(undefined), 'No meter file is named.');
  assert.equal(await problemOf(join(folder, 'none.h5')), '/none.h5: there is no such file.');
  assert.equal(await problemOf(path('x.h5', 'text')), '/x.h5: it is no HDF5 file.');
  const header = 'meter_id,component,time,power_w\n';
  const table = path('t.csv', `${header}meter_9,load_0,2025-01-15T08:00:00Z,5\n`);
  assert.match((await problemOf(table)) ?? '', /no such meter/);
  appendFileSync(table, 'meter_0,load_0,2025-01-15T08:00:00Z,7\nmeter_0,load_1,2025-01-15T08:00:00Z,8\n');
  const views = openedViews(t, { dbPath, meterData: table });
  assert.deepEqual((await views.readings(loadId, { points: 10 }))?.points, [[start * 1000, 7]]);
});

test('events are what the commands tell of them; a load shows what it is told', async (t) => {
  const dbPath = await followedEvents(t);
  const views = openedViews(t, { dbPath });
  assert.deepEqual(await views.events(), (await listEvents({ dbPath })).events);
  assert.deepEqual(await views.event('e1'), await showEvent({ dbPath, eventId: 'e1' }));
  await assert.rejects(views.event('nope'), { code: 'EVENT_UNKNOWN' });
  const told = testLoadId(1, 'load_2');
  const load = await views.load(told);
  assert.deepEqual(
    load?.instructions.map(({ dispatchId, end }) => [dispatchId, end]),
    [['d1', 'handed']],
  );
  assert.deepEqual(load.inForce, load.instructions, 'for good');
  assert.equal((await views.explain('e1', told)).reached, 5);
  assert.equal((await views.instructions({ eventId: 'e1', limit: 3 })).length, 3);
  assert.equal((await views.dispatchTotals(t0)).handed, 2);
  assert.deepEqual(await views.runs({ limit: 5 }), []);
  assert.ok((await views.databaseBytes()) > 4096);
});

test('reasons that differ by ids of the VTN alone are one', async (t) => {
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 1, Skagen: 1 }));
  await (await openStore(dbPath)).close();
  execute(
    dbPath,
    `INSERT INTO venfleet_failures (load_id, status, reason) SELECT load_id, 400, 'request 1234567' || id || ' refused' FROM loads`,
  );
  const views = openedViews(t, { dbPath });
  const [reason, ...others] = await views.failures({});
  assert.deepEqual(
    [reason?.reason, reason?.loads, reason?.vens, others],
    [...['request … refused', 12, ['Aalborg', 'Skagen'], []]],
  );
});

test('what is seen follows the database: what is written, and another file in its place', async (t) => {
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
  const views = openedViews(t, { dbPath });
  // Our own tables are missing: it is a copy that is read.
  const loads = async () => (await views.counts()).cells.reduce((sum, { total }) => sum + total, 0);
  const until = async (what: () => Promise<boolean>) => {
    while (!(await what())) await new Promise(setImmediate);
  };
  assert.equal(await loads(), 6);
  let mark = await views.mark();
  const changed = async () => {
    await until(async () => (await views.mark()) !== mark);
    mark = await views.mark();
  };
  execute(dbPath, "DELETE FROM loads WHERE load_component = 'load_5'");
  await changed();
  assert.equal(await loads(), 5);
  const store = await openStore(dbPath);
  t.after(() => store.close());
  await until(async () => (await loads()) === 5);
  execute(dbPath, "DELETE FROM loads WHERE load_component = 'load_4'");
  await until(async () => (await loads()) === 4);
  const other = pythonDatabase(t, sitesOf({ Skagen: 2 }));
  await store.close();
  // A log that is left behind would be taken for the other file's.
  for (const suffix of ['-wal', '-shm']) rmSync(dbPath + suffix, { force: true });
  renameSync(other, dbPath);
  await until(async () => (await loads()) === 12);
  assert.deepEqual((await views.counts()).sites, 2);
});

test('a database that is not there, and calls after the end', async (t) => {
  const views = openFleetViews({ dbPath: join(temporaryFolder(t), 'none.db') });
  await assert.rejects(views.counts(), { code: 'DB_MISSING' });
  await views.close();
  await assert.rejects(views.counts(), { code: 'DB_FAILED' });
});

test('a thread that reads and ends by itself is not missed: the next look begins another', async (t) => {
  const begun: Worker[] = [];
  const note = (worker: Worker) => void begun.push(worker);
  process.on('worker', note);
  t.after(() => process.off('worker', note));
  const views = openedViews(t, { dbPath: pythonDatabase(t, sitesOf({ Aalborg: 1 })) });
  const before = await views.counts();
  await begun[0]?.terminate();
  assert.deepEqual(await views.counts(), before);
  assert.equal(begun.length, 2);
});
