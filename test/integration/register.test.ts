import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { type RegisterOptions, register } from '../../src/api/register.ts';
import { VenfleetError } from '../../src/core/errors.ts';
import type { RegistrationEvent } from '../../src/registration/registration-events.ts';
import type { Simulator, SimulatorOptions } from '../../src/simulator/index.ts';
import {
  execute,
  notedLoads,
  pythonDatabase,
  query,
  readLoads,
  sitesOf,
  testLoadId,
} from '../support/fleet-database.ts';
import { inTurn } from '../support/in-turn.ts';
import { assertOneToOne, simulatorFor } from '../support/simulator.ts';

const quickRetry = { maxAttempts: 10, baseMs: 5, capMs: 20, graceMs: 20 };

async function run(dbPath: string, simulator: Simulator, options: Partial<RegisterOptions> = {}) {
  return register({ dbPath, vtnUrl: simulator.url, bearerToken: 'secret', retry: quickRetry, ...options });
}

async function setUp(
  t: TestContext,
  options: SimulatorOptions = {},
  counts = { Aalborg: 6, Aarhus: 9, Ærø: 4 },
) {
  const dbPath = pythonDatabase(t, sitesOf(counts));
  return { dbPath, simulator: await simulatorFor(t, options) };
}

test('registers every load once, and a second run sends nothing', async (t) => {
  const { dbPath, simulator } = await setUp(t);
  const first = await run(dbPath, simulator);
  assert.deepEqual(
    { ...first, elapsedSeconds: 0, loadsPerSecond: 0 },
    {
      success: true,
      interrupted: false,
      dryRun: false,
      vens: { total: 3, registered: 3, failed: [] },
      loads: {
        total: 114,
        registered: 114,
        failed: 0,
        skipped: 0,
        alreadyRegistered: 0,
        left: 0,
        vtnIdsMapped: 114,
      },
      perVen: [
        { venId: 'Aalborg', totalLoads: 36, registered: 36, failed: 0, vtnIdsMapped: 36 },
        { venId: 'Aarhus', totalLoads: 54, registered: 54, failed: 0, vtnIdsMapped: 54 },
        { venId: 'Ærø', totalLoads: 24, registered: 24, failed: 0, vtnIdsMapped: 24 },
      ],
      failures: [],
      reasons: [],
      waits: { vtn: { times: 0, seconds: 0 }, tokenEndpoint: { times: 0, seconds: 0 } },
      checked: null,
      elapsedSeconds: 0,
      loadsPerSecond: 0,
    },
  );
  assertOneToOne(dbPath, simulator);
  const requests = simulator.stats().requests;
  const second = await run(dbPath, simulator);
  assert.equal(simulator.stats().requests, requests);
  assert.equal(second.loads.alreadyRegistered, 114);
  assert.equal(second.loads.registered, 0);
  assert.equal(second.success, true);
});

test('stores the mapping where the Python system looks for it', async (t) => {
  const { dbPath, simulator } = await setUp(t, {}, { Aalborg: 1, Aarhus: 0, Ærø: 0 });
  execute(dbPath, "UPDATE loads SET updated_at = '2020-01-01 00:00:00'");
  await run(dbPath, simulator);
  for (const load of readLoads(dbPath)) {
    assert.equal(load.registration_status, 'APPROVED');
    assert.match(load.updated_at, /^20(?!20)\d\d-\d\d-\d\d \d\d:\d\d:\d\d$/);
  }
  assert.deepEqual(notedLoads(dbPath), []);
});

for (const [duplicates, test] of inTurn(['409-id', '409', '500', 'existing-200', 'existing-201'] as const)) {
  test(`finds its own resources again on a VTN that says ${duplicates} to duplicates`, async (t) => {
    const { dbPath, simulator } = await setUp(t, { duplicates, venDuplicates: duplicates });
    await run(dbPath, simulator);
    const before = readLoads(dbPath).map((load) => load.vtn_resource_id);
    execute(dbPath, "UPDATE loads SET vtn_resource_id = NULL, registration_status = 'PENDING'");
    const again = await run(dbPath, simulator);
    assert.equal(again.loads.registered, 114);
    assert.deepEqual(
      readLoads(dbPath).map((load) => load.vtn_resource_id),
      before,
    );
    assertOneToOne(dbPath, simulator);
  });
}

test('survives errors, lost connections and throttling without losing or doubling a load', async (t) => {
  const { dbPath, simulator } = await setUp(t, {
    errorRate: 0.2,
    dropRate: 0.1,
    maxRate: 120,
    rateModel: 'bucket',
    retryAfterS: 0,
    duplicates: '409',
  });
  const summary = await run(dbPath, simulator);
  assert.equal(summary.loads.registered, 114, JSON.stringify(summary.failures));
  const { faults } = simulator.stats();
  assert.ok((faults['error-after'] ?? 0) > 0 && (faults.drop ?? 0) > 0 && (faults.throttled ?? 0) > 0);
  assertOneToOne(dbPath, simulator);
});

test('a lost answer is looked up before the load is sent again, where the VTN would take it twice', async (t) => {
  const { dbPath, simulator } = await setUp(t, { dropRate: 0.3, errorRate: 0.2, duplicates: 'accept' });
  const summary = await run(dbPath, simulator);
  assert.equal(summary.loads.registered, 114);
  assert.equal(simulator.stats().duplicates, 0);
  assertOneToOne(dbPath, simulator);
});

test('honours Retry-After: nothing is sent before it is over', async (t) => {
  const { dbPath, simulator } = await setUp(t, {}, { Aalborg: 1, Aarhus: 0, Ærø: 0 });
  simulator.answerNext(1, { status: 429, headers: { 'retry-after': '1' } }, 'POST /resources');
  const startedAt = performance.now();
  const summary = await run(dbPath, simulator, { pacing: { kind: 'window', concurrency: 1 } });
  assert.equal(summary.loads.registered, 6);
  assert.ok(performance.now() - startedAt >= 1000);
});

test('a 4xx is final, kept with its reason, and stops nobody else', async (t) => {
  const { dbPath, simulator } = await setUp(t, { serviceLocation: 'object' });
  const summary = await run(dbPath, simulator);
  assert.equal(summary.success, false);
  assert.equal(summary.loads.failed, 114);
  assert.equal(summary.failures.length, 100);
  assert.equal(summary.failures[0]?.status, 422);
  assert.match(summary.failures[0]?.reason ?? '', /body\.service_location: /);
  assert.equal(query(dbPath, 'SELECT count(*) AS n FROM venfleet_failures WHERE status = 422')[0]?.n, 114);
  // The way out: the other shape; then nothing of the failures is left.
  const second = await run(dbPath, simulator, { serviceLocation: 'object' });
  assert.equal(second.loads.registered, 114);
  assert.equal(query(dbPath, 'SELECT count(*) AS n FROM venfleet_failures')[0]?.n, 0);
});

test('broken rows fail with their reasons, and the others are registered', async (t) => {
  const dbPath = pythonDatabase(t, [
    { ven: 'Aalborg' },
    { ven: 'Aalborg', capacities: '{"P_max_kw": 5' },
    { ven: 'Aalborg', capacities: '{"P_max_kw": -1.0}' },
    { ven: 'Aalborg', capacities: '{"P_max_kw": "lots"}' },
    { ven: 'Aalborg', location: '{"latitude": 157.1, "longitude": 9.7}' },
    { ven: 'Aalborg', location: '[]' },
    { ven: 'Aalborg', meterPointId: ' ' },
    { ven: null },
    { ven: ' ' },
  ]);
  execute(
    dbPath,
    "INSERT INTO loads (load_id, resource_id, load_component, h5_meter_id) VALUES ('x', 'gone', 'load_0', 'm')",
  );
  const simulator = await simulatorFor(t);
  const summary = await run(dbPath, simulator);
  assert.equal(summary.loads.total, 55);
  assert.equal(summary.loads.registered, 6);
  assert.equal(summary.loads.failed, 49);
  const reasons = new Set(summary.failures.map((failure) => failure.reason));
  assert.deepEqual([...reasons].sort(), [
    'broken JSON in capacities: {"P_max_kw": 5',
    'impossible capacities: P_max_kw is -1.0',
    'impossible capacities: P_max_kw is lots',
    'impossible location: latitude is 157.1',
    'location must be a JSON object, not []',
    'the site has no VEN (resources.ven)',
    'the site has no meter point id (resources.meter_point_id)',
    'there is no site with this resource_id in "resources"',
  ]);
});

test('skips and counts loads of disabled sites, and suspended ones', async (t) => {
  const dbPath = pythonDatabase(t, [
    { ven: 'Aalborg' },
    { ven: 'Aalborg', enabled: 0 },
    { ven: 'Aalborg', enabled: null },
    { ven: 'Aarhus', enabled: 0 },
  ]);
  execute(
    dbPath,
    `UPDATE loads SET registration_status = 'SUSPENDED' WHERE load_id = '${testLoadId(0, 'load_3')}'`,
  );
  const simulator = await simulatorFor(t);
  const summary = await run(dbPath, simulator);
  assert.deepEqual([summary.loads.registered, summary.loads.skipped, summary.success], [11, 13, true]);
  assert.equal(simulator.stats().vens, 1);
  const rest = await run(dbPath, simulator, { includeDisabled: true });
  assert.deepEqual([rest.loads.registered, rest.loads.skipped], [12, 1]);
});

test('works on databases that lack columns, or have more', async (t) => {
  const alter = `ALTER TABLE resources DROP COLUMN enabled; ALTER TABLE resources DROP COLUMN reporting;
    ALTER TABLE resources DROP COLUMN h5_meter_id; ALTER TABLE loads ADD COLUMN note TEXT`;
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 2 }), alter);
  execute(dbPath, 'DROP TABLE connections');
  const simulator = await simulatorFor(t);
  assert.equal((await run(dbPath, simulator)).loads.registered, 12);
});

test('bytes and huge numbers where texts should be end no run', async (t) => {
  const site = (column: string, value = "x'4142'") => `UPDATE resources SET ${column} = ${value}`;
  const load = (column: string) => `UPDATE loads SET ${column} = x'4142'`;
  const columns = [
    'resource_name',
    'resource_type',
    'resource_sub_type',
    'address',
    'capacities',
    'location',
    'ven',
  ];
  const changes = [
    ...columns.map((column) => site(column)),
    site('enabled', '9223372036854775807'),
    load('load_name'),
    load('h5_meter_id'),
    load('load_component'),
  ];
  for (const dialect of ['flex-gateway', 'openadr-3.0'] as const) {
    const { dbPath, simulator } = await setUp(t, { dialect }, { Aalborg: changes.length, Aarhus: 2, Ærø: 0 });
    for (const [n, change] of changes.entries()) {
      const one = change.includes('load_component') ? " AND load_component = 'load_0'" : '';
      execute(dbPath, `${change} WHERE resource_id = 'site-${String(n).padStart(5, '0')}'${one}`);
    }
    const { loads } = await run(dbPath, simulator, { profile: dialect });
    assert.equal(loads.registered + loads.failed, 6 * (changes.length + 2), dialect);
    assert.ok(loads.registered >= 6 * (2 + 6), `${dialect}: ${loads.registered}`);
  }
});

test('a refused VEN fails its own loads only', async (t) => {
  const { dbPath, simulator } = await setUp(t);
  simulator.answerNext(1, { status: 422, body: '{"detail":"not this one"}' }, 'POST /vens');
  const summary = await run(dbPath, simulator);
  assert.equal(summary.vens.failed.length, 1);
  const refused = summary.perVen.find((ven) => ven.venId === summary.vens.failed[0]?.venId);
  assert.equal(refused?.failed, refused?.totalLoads);
  assert.equal(summary.loads.registered, 114 - (refused?.totalLoads ?? 0));
  assert.match(summary.failures[0]?.reason ?? '', /its VEN could not be registered: HTTP 422: not this one/);
});

test('no load is given up while the VTN takes nothing at all', async (t) => {
  const { dbPath, simulator } = await setUp(t);
  // More often than one load is tried, but for all of them together soon over.
  simulator.answerNext(114 * 10, { status: 503, body: '{}' });
  const summary = await run(dbPath, simulator, { retry: { ...quickRetry, maxAttempts: 8 } });
  assert.deepEqual([summary.success, summary.loads.failed], [true, 0]);
  assertOneToOne(dbPath, simulator);
});

test('what an earlier run may have sent stays in doubt until it is looked up, whatever fails before', async (t) => {
  for (const failing of ['its VEN', 'its row'] as const) {
    const { dbPath, simulator } = await setUp(t, { duplicates: 'accept' }, { Aalborg: 1, Aarhus: 0, Ærø: 0 });
    await run(dbPath, simulator);
    // As a run that was killed leaves it.
    const id = testLoadId(0, 'load_0');
    execute(
      dbPath,
      `UPDATE loads SET vtn_resource_id = NULL, registration_status = 'PENDING' WHERE load_id = '${id}';
       INSERT INTO venfleet_sending_log (batch) VALUES ('["${id}"]')`,
    );
    if (failing === 'its VEN') simulator.answerNext(1, { status: 422, body: '{}' }, 'POST /vens');
    else execute(dbPath, "UPDATE resources SET location = '{' || location");
    assert.equal((await run(dbPath, simulator)).loads.failed, 1, failing);
    assert.deepEqual(notedLoads(dbPath), [id]);
    if (failing === 'its row') execute(dbPath, 'UPDATE resources SET location = substr(location, 2)');
    assert.equal((await run(dbPath, simulator)).success, true);
    assertOneToOne(dbPath, simulator);
  }
});

test('an id that another load has already is a failure, and takes nothing from that load', async (t) => {
  const { dbPath, simulator } = await setUp(t, {}, { Aalborg: 1, Aarhus: 1, Ærø: 0 });
  await run(dbPath, simulator, { scope: { vens: ['Aalborg'] } });
  const before = readLoads(dbPath).filter((load) => load.vtn_resource_id !== null);
  const taken = before[0]?.vtn_resource_id;
  simulator.answerNext(1, { status: 201, body: JSON.stringify({ id: taken }) }, 'POST /resources');
  const summary = await run(dbPath, simulator);
  assert.deepEqual([summary.loads.failed, summary.loads.registered], [1, 5]);
  assert.match(
    summary.failures[0]?.reason ?? '',
    /resource id \S+, which load .* has already; "venfleet plan" shows/,
  );
  const after = readLoads(dbPath);
  for (const load of before) assert.ok(after.some((one) => isDeepStrictEqual(one, load)));
  assert.equal((await run(dbPath, simulator)).loads.registered, 1);
  assertOneToOne(dbPath, simulator);
});

test("an id that the VTN shows as another load's is taken from the load that had it", async (t) => {
  const { dbPath, simulator } = await setUp(t, {}, { Aalborg: 1, Aarhus: 0, Ærø: 0 });
  await run(dbPath, simulator);
  const [a, b] = ['load_0', 'load_1'].map((component) => testLoadId(0, component));
  execute(
    dbPath,
    `UPDATE loads SET vtn_resource_id = (SELECT vtn_resource_id FROM loads WHERE load_id = '${b}') WHERE load_id = '${a}';
     UPDATE loads SET vtn_resource_id = NULL, registration_status = 'PENDING' WHERE load_id = '${b}';`,
  );
  await run(dbPath, simulator);
  assert.equal((await run(dbPath, simulator)).loads.registered, 1);
  assertOneToOne(dbPath, simulator);
});

test('a run writes its last before it gives the database back', async (t) => {
  const { dbPath, simulator } = await setUp(t);
  await run(dbPath, simulator, { scope: { vens: ['Ærø'] } });
  execute(
    dbPath,
    `CREATE TABLE given_back_early (batches);
     CREATE TRIGGER watch BEFORE DELETE ON venfleet_lease WHEN EXISTS (SELECT 1 FROM venfleet_sending_log)
     BEGIN INSERT INTO given_back_early SELECT count(*) FROM venfleet_sending_log; END`,
  );
  // What was sent when the run breaks off is left in the journal, which ends with the run.
  const onEvent = (event: RegistrationEvent) => {
    if (event.type !== 'ven-started') return;
    for (const kind of ['POST /resources', 'GET /vens', 'POST /vens'])
      simulator.answerNext(999, { status: 401, body: '{}' }, kind);
  };
  await assert.rejects(run(dbPath, simulator, { onEvent }), { code: 'VTN_TOKEN_REFUSED' });
  assert.deepEqual(query(dbPath, 'SELECT * FROM given_back_early'), []);
  assert.ok(notedLoads(dbPath).length > 0);
});

test('what was noted ahead of its turn when a run is stopped is in no doubt', async (t) => {
  // Slow enough that the first results are stored long before the last are in.
  const { dbPath, simulator } = await setUp(t, { latencyMs: 10 }, { Aalborg: 60, Aarhus: 60, Ærø: 60 });
  const controller = new AbortController();
  const pacing = { kind: 'window', concurrency: 4 } as const;
  const onEvent = (event: RegistrationEvent) =>
    event.type === 'progress' && event.registered >= 20 && controller.abort();
  await run(dbPath, simulator, { signal: controller.signal, pacing, onEvent });
  assert.deepEqual(notedLoads(dbPath), []);
  const lookUps = () => simulator.stats().answers['GET /resources'];
  assert.equal(lookUps(), undefined);
  assert.equal((await run(dbPath, simulator)).success, true);
  assert.deepEqual(lookUps(), { 200: 20 }, 'those that tell whether it is the same VTN');
  assertOneToOne(dbPath, simulator);
});

for (const [kind, test] of inTurn([
  'truncated-json',
  'html',
  'missing-id',
  'empty-200',
  'huge',
  'drop',
] as const)) {
  test(`an answer that is nonsense (${kind}) is looked up, and maps nothing wrong`, async (t) => {
    const { dbPath, simulator } = await setUp(t, {}, { Aalborg: 2, Aarhus: 0, Ærø: 0 });
    simulator.answerNext(3, kind, 'POST /resources');
    const summary = await run(dbPath, simulator);
    assert.equal(summary.loads.registered, 12);
    assertOneToOne(dbPath, simulator);
  });
}

test('nonsense without a resource behind it is a failure with its reason', async (t) => {
  const { dbPath, simulator } = await setUp(t, {}, { Aalborg: 1, Aarhus: 0, Ærø: 0 });
  simulator.answerNext(1, { status: 201, body: '{"ok":true}' }, 'POST /resources');
  const summary = await run(dbPath, simulator);
  assert.equal(summary.loads.registered, 5);
  assert.match(summary.failures[0]?.reason ?? '', /HTTP 201 without an id.*a look-up found nothing/);
});

test('two loads of one external id: the first is mapped, the second is told', async (t) => {
  const { dbPath, simulator } = await setUp(t, {}, { Aalborg: 1, Aarhus: 0, Ærø: 0 });
  execute(
    dbPath,
    `INSERT INTO loads (load_id, resource_id, load_component, load_name, h5_meter_id)
    VALUES ('00000000-0000-4000-8000-ffffffffffff', 'site-00000', 'load_0', 'Base Load', 'm')`,
  );
  const summary = await run(dbPath, simulator, { pacing: { kind: 'window', concurrency: 1 } });
  assert.deepEqual([summary.loads.registered, summary.loads.failed], [6, 1]);
  assert.match(
    summary.failures[0]?.reason ?? '',
    /load 0{8}-0{4}-4000-8000-0{12} of the site is "load_0" already/,
  );
});

test('an unreachable VTN and a refused token are one error, not a failure per load', async (t) => {
  const { dbPath, simulator } = await setUp(t, { tokens: ['right'] });
  const codeOf = async (options: Partial<RegisterOptions>) =>
    run(dbPath, simulator, options).then(
      () => 'none',
      (error: unknown) => (error instanceof VenfleetError ? error.code : String(error)),
    );
  assert.equal(await codeOf({ vtnUrl: 'http://127.0.0.1:1' }), 'VTN_UNREACHABLE');
  assert.equal(await codeOf({ bearerToken: 'wrong' }), 'VTN_TOKEN_REFUSED');
  assert.equal(await codeOf({ bearerToken: undefined }), 'VTN_TOKEN_REFUSED');
  assert.equal(
    await codeOf({ vtnUrl: `${simulator.url}/wrong/place`, bearerToken: 'right' }),
    'VTN_WRONG_ANSWER',
  );
  assert.equal(await codeOf({ bearerToken: 'right' }), 'none');
});

test('an aborted run stores what is in flight, and the next one goes on', async (t) => {
  const { dbPath, simulator } = await setUp(t, { latencyMs: 60 });
  const controller = new AbortController();
  const onEvent = (event: RegistrationEvent) => event.type === 'progress' && controller.abort();
  const pacing = { kind: 'window', concurrency: 4 } as const;
  const first = await run(dbPath, simulator, { signal: controller.signal, onEvent, pacing });
  assert.equal(first.interrupted, true);
  assert.ok(first.loads.registered > 0 && first.loads.registered < 114);
  assert.equal(simulator.stats().resources, first.loads.registered);
  assertOneToOne(dbPath, simulator, { complete: false });
  const second = await run(dbPath, simulator);
  assert.equal(second.loads.registered, 114 - first.loads.registered);
  assertOneToOne(dbPath, simulator);
});

test('the window is never exceeded, and batches keep to their size', async (t) => {
  const { dbPath, simulator } = await setUp(t, { latencyMs: 150 });
  await run(dbPath, simulator, { pacing: { kind: 'window', concurrency: 7 }, scope: { vens: ['Aalborg'] } });
  assert.equal(simulator.stats().maxInFlight, 7);
  simulator.reset();
  const pacing = { kind: 'batch', batchSize: 20, delaySeconds: 0 } as const;
  const summary = await run(dbPath, simulator, { pacing, scope: { vens: ['Aarhus'] } });
  assert.equal(summary.loads.registered, 54);
  assert.equal(simulator.stats().maxInFlight, 20);
});

test('a dry run sends and stores nothing', async (t) => {
  const { dbPath, simulator } = await setUp(t);
  const summary = await run(dbPath, simulator, { dryRun: true });
  assert.deepEqual([summary.dryRun, summary.loads.registered, summary.loads.total], [true, 0, 114]);
  assert.equal(simulator.stats().requests, 0);
  assert.ok(readLoads(dbPath).every((load) => load.registration_status === 'PENDING'));
});

for (const [dialect, test] of inTurn(['flex-gateway', 'openadr-3.0', 'openadr-3.1'] as const)) {
  test(`${dialect}: loads that have one external id are told before anything of them is sent`, async (t) => {
    const dbPath = pythonDatabase(t, [
      { ven: 'Aalborg', resourceId: 'w', loads: { x_y: 'A', load_1: 'B' } },
      { ven: 'Aarhus', resourceId: 'w_x', loads: { y: 'C', z9: 'D' } },
      { ven: 'Aarhus', resourceId: 'w_load', loads: { '2': 'E' } },
      { ven: 'Ærø', resourceId: 'v', loads: { load_1: 'F' } },
    ]);
    execute(
      dbPath,
      `INSERT INTO loads (load_id, resource_id, load_component, h5_meter_id) VALUES ('second', 'v', 'load_1', 'm')`,
    );
    const simulator = await simulatorFor(t, { dialect });
    const { loads, failures } = await run(dbPath, simulator, { profile: dialect });
    assert.equal(loads.registered, 4);
    assert.deepEqual(failures.map(({ externalResourceId, reason }) => [externalResourceId, reason]).sort(), [
      ['v_load_1', `load ${testLoadId(3, 'load_1')} of the site is "load_1" already`],
      ['w_x_y', `load ${testLoadId(0, 'x_y')} of site w has the external id "w_x_y" as well`],
      ['w_x_y', `load ${testLoadId(1, 'y')} of site w_x has the external id "w_x_y" as well`],
    ]);
    const ids = [...simulator.resources()].map(({ externalId }) => externalId).sort();
    assert.deepEqual(ids, ['v_load_1', 'w_load_1', 'w_load_2', 'w_x_z9']);
  });
}

test('a VTN of another kind is one error, not a failure per load', async (t) => {
  const { dbPath, simulator } = await setUp(t);
  const openAdr = await simulatorFor(t, { dialect: 'openadr-3.1' });
  const wrong = { code: 'VTN_WRONG_ANSWER' };
  await assert.rejects(run(dbPath, simulator, { profile: 'openadr-3.1' }), wrong);
  await assert.rejects(run(dbPath, openAdr, { profile: 'flex-gateway' }), wrong);
});
