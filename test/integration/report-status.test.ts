import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prepareReports } from '../../src/api/prepare-reports.ts';
import { reportHistory } from '../../src/api/report-history.ts';
import { reportStatus } from '../../src/api/report-status.ts';
import { execute, testLoadId } from '../support/fleet-database.ts';
import { fleetToReport } from '../support/registered-fleet.ts';

const untilOf = (hours: number) =>
  new Date(Date.UTC(2025, 0, 15, 8 + hours)).toISOString().replace('.000Z', 'Z');

test('status says of each VEN and component what was reported, until when, and what failed', async (t) => {
  const { simulator, dbPath, meterData, vtn } = await fleetToReport(t, {
    dialect: 'flex-gateway',
    hours: 30,
  });
  const none = await reportStatus({ dbPath });
  assert.deepEqual(none, { loads: 6, registered: 6, kinds: [], otherKinds: [] });

  const to = new Date(untilOf(10));
  await reportHistory({ dbPath, meterData, ...vtn, to });
  simulator.answerNext(1, { status: 422, body: '{"detail":"too hot"}' }, 'POST /report_data/bulk');
  const rest = { dbPath, meterData, ...vtn, scope: { vens: ['Aarhus'] } };
  await reportHistory({ ...rest, pacing: { kind: 'window', concurrency: 1 } });
  const { loads, registered, kinds, otherKinds } = await reportStatus({ dbPath });
  assert.deepEqual([loads, registered, otherKinds, kinds.length], [6, 6, [], 1]);
  const [{ kind, byVen, byComponent, latestFailures, newestAgeSeconds, ...counts } = assert.fail()] = kinds;
  assert.equal(kind, 'bulk');
  assert.deepEqual(counts, {
    loads: 6,
    registered: 6,
    reporting: 6,
    failing: 1,
    points: 6 * 10 + 20,
    leastUntil: untilOf(10),
    mostUntil: untilOf(30),
  });
  const age = (Date.now() - Date.parse(untilOf(30))) / 1000;
  assert.ok(newestAgeSeconds !== null && Math.abs(newestAgeSeconds - age) < 60);
  assert.deepEqual(
    byVen.map((ven) => [ven.venId, ven.loads, ven.reporting, ven.failing, ven.points, ven.mostUntil]),
    [
      ['Aalborg', 4, 4, 0, 40, untilOf(10)],
      ['Aarhus', 2, 2, 1, 40, untilOf(30)],
    ],
  );
  assert.deepEqual(
    byComponent.map((row) => [row.component, row.loads, row.reporting, row.points]),
    byComponent.map((row) => [row.component, 3, 3, row.points]),
  );
  const [{ failedAt, ...failure } = assert.fail()] = latestFailures;
  assert.match(failedAt, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  assert.deepEqual(
    [failure.venId, failure.status, failure.reason, failure.externalResourceId.slice(0, 10)],
    ['Aarhus', 422, 'HTTP 422: too hot', 'site-00002'],
  );

  const [aalborg] = (await reportStatus({ dbPath, vens: ['Aalborg'] })).kinds;
  assert.deepEqual([aalborg?.loads, aalborg?.points, aalborg?.latestFailures], [4, 40, []]);
  await assert.rejects(reportStatus({ dbPath, vens: ['Aalborgg'] }), {
    code: 'VEN_UNKNOWN',
    message: /did you mean "Aalborg"/,
  });
  execute(dbPath, "UPDATE loads SET vtn_resource_id = NULL, registration_status = 'PENDING'");
  const [gone] = (await reportStatus({ dbPath })).kinds;
  assert.deepEqual([gone?.registered, gone?.reporting, gone?.points, gone?.mostUntil], [0, 0, 0, null]);
});

test('a load of which nothing can be sent is failing, until nothing is missing of it', async (t) => {
  const { dbPath, meterData, vtn } = await fleetToReport(t, { hours: 3 });
  await prepareReports({ dbPath, ...vtn });
  const history = () => reportHistory({ dbPath, meterData, ...vtn });
  const failing = async () => {
    const [kind] = (await reportStatus({ dbPath })).kinds;
    return kind?.latestFailures.map(({ status, reason }) => [status, reason]);
  };
  execute(dbPath, "UPDATE loads SET h5_meter_id = 'meter_9' WHERE id = 1");
  assert.deepEqual([(await history()).failed, await failing()], [1, [[null, 'no such meter in the file']]]);
  execute(dbPath, "UPDATE loads SET h5_meter_id = 'meter_0' WHERE id = 1");
  assert.deepEqual([(await history()).reported, await failing()], [1, []]);
  execute(dbPath, "UPDATE loads SET h5_meter_id = 'meter_9' WHERE id = 1");
  assert.deepEqual([(await history()).failed, (await failing())?.length], [1, 1]);
  execute(dbPath, "UPDATE loads SET h5_meter_id = 'meter_0' WHERE id = 1");
  assert.deepEqual([(await history()).alreadyReported, await failing()], [6, []]);
});

test('reports of different kinds are shown apart, or those of a profile, of measures, or under an event', async (t) => {
  const { dbPath, meterData, vtn } = await fleetToReport(t, { hours: 3 });
  const history = (measures?: ['DEMAND']) => reportHistory({ dbPath, meterData, ...vtn, measures });
  const first = (await prepareReports({ dbPath, ...vtn })).event?.id ?? '';
  await history();
  await history(['DEMAND']);
  const second = (await prepareReports({ dbPath, ...vtn, eventName: 'another' })).event?.id ?? '';
  await history();
  // As if the fleet had been on a gateway before.
  execute(
    dbPath,
    `INSERT INTO venfleet_reported (load_id, kind, from_ms, until_ms, points, resource_ref)
      SELECT load_id, 'bulk', 0, 3600000, 1, '' FROM loads`,
  );
  const all = ['bulk', `DEMAND@${first}`, `USAGE@${first}`, `USAGE@${second}`].sort();
  const kindsOf = async (options: Parameters<typeof reportStatus>[0]) => {
    const { kinds, otherKinds } = await reportStatus({ dbPath, ...options });
    assert.deepEqual([...kinds.map(({ kind }) => kind), ...otherKinds].sort(), all);
    return kinds.map(({ kind }) => kind);
  };
  assert.deepEqual((await kindsOf({})).sort(), all);
  assert.deepEqual(await kindsOf({ profile: 'openadr-3.1' }), [`USAGE@${second}`], 'of the present event');
  assert.deepEqual(await kindsOf({ measures: ['DEMAND'] }), []);
  assert.deepEqual(await kindsOf({ eventId: first }), [`DEMAND@${first}`, `USAGE@${first}`]);
  assert.deepEqual(await kindsOf({ eventId: first, measures: ['DEMAND'] }), [`DEMAND@${first}`]);
  assert.deepEqual(await kindsOf({ profile: 'flex-gateway' }), ['bulk']);
});

test('a VEN, component or load that the fleet does not have is an error of history, and nothing is sent', async (t) => {
  const { simulator, dbPath, meterData, vtn } = await fleetToReport(t, { dialect: 'flex-gateway' });
  const before = simulator.stats().requests;
  const history = (options: object) => reportHistory({ dbPath, meterData, ...vtn, ...options });
  const wrong = (code: string, message: RegExp, options: object) =>
    assert.rejects(history(options), { code, message });
  await wrong('VEN_UNKNOWN', /"Ribe"/, { scope: { vens: ['Aalborg', 'Ribe'] } });
  await wrong('COMPONENT_UNKNOWN', /no load component "load_7"\.$/, { components: ['load_0', 'load_7'] });
  await assert.rejects(history({ components: ['x'] }), { hint: 'It has load_0, load_1.' });
  const many = Array.from({ length: 7 }, (_, n) => `none-${n}`);
  await wrong('LOAD_UNKNOWN', /no load "none-0", .*"none-4" and 2 more\.$/, {
    loadIds: [testLoadId(0, 'load_0'), ...many],
    dryRun: true,
  });
  assert.equal(simulator.stats().requests, before);
  const known = { components: ['load_0'], loadIds: [testLoadId(0, 'load_0')] };
  assert.equal((await history(known)).points, 24);
});
