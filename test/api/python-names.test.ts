import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type RegistrationEvent,
  ResourceDatabase,
  register,
  registerLoadsParallel,
  registerResources,
  registerVenResource,
  sampleRegistration,
  status,
  type VenfleetError,
  watchRegistration,
} from '../../src/index.ts';
import { pythonDatabase, readLoads, sitesOf, testLoadId } from '../support/fleet-database.ts';
import { assertOneToOne, simulatorFor } from '../support/simulator.ts';

const fleet = () => sitesOf({ Aalborg: 6, Aarhus: 9, Ærø: 4 });

test('registerLoadsParallel registers one VEN in batches, with the answer that the seed gave', async (t) => {
  const dbPath = pythonDatabase(t, fleet());
  const simulator = await simulatorFor(t, { latencyMs: 300 });
  const options = {
    venId: 'Aalborg',
    dbPath,
    vtnUrl: simulator.url,
    bearerToken: 'x',
    delayBetweenBatches: 0,
  };
  const result = {
    success: true,
    venId: 'Aalborg',
    totalLoads: 36,
    registered: 36,
    failed: 0,
    vtnIdsMapped: 36,
  };
  assert.deepEqual(await registerLoadsParallel({ ...options, batchSize: 20 }), result);
  assert.equal(simulator.stats().maxInFlight, 20);
  assert.deepEqual(await registerLoadsParallel(options), result, 'what was registered before counts');
  assert.equal(readLoads(dbPath).filter((load) => load.vtn_resource_id).length, 36);
  assert.equal(registerResources, registerLoadsParallel);
});

test('sampleRegistration: batches of 50 with half a second between them, the first VENs by name', async (t) => {
  const dbPath = pythonDatabase(t, fleet());
  const simulator = await simulatorFor(t, { latencyMs: 300 });
  const startedAt = performance.now();
  const summary = await sampleRegistration({ vtnUrl: simulator.url, bearerToken: 'x', dbPath, limitVens: 2 });
  // 36 loads are one batch, 54 are two: two sleeps.
  const elapsed = performance.now() - startedAt;
  assert.ok(elapsed >= 1000 && summary.elapsedSeconds >= 1);
  assert.equal(simulator.stats().maxInFlight, 50);
  assert.equal(summary.loads.registered, 90);
  assert.deepEqual(
    summary.perVen.map((ven) => [ven.venId, ven.registered]),
    [
      ['Aalborg', 36],
      ['Aarhus', 54],
    ],
  );
});

test('registerVenResource gives the id of the resource, also where it exists; where it is refused, why', async (t) => {
  const simulator = await simulatorFor(t);
  const options = { vtnUrl: simulator.url, bearerToken: 'x' };
  await fetch(`${simulator.url}/vens`, {
    method: 'POST',
    headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
    body: JSON.stringify({ ven_name: 'Aalborg', client_name: 'Client_Aalborg' }),
  });
  const resource = {
    loadId: testLoadId(1, 'load_1'),
    resourceId: 'abc-123',
    resourceName: 'Hotel ABC',
    ven: 'Aalborg',
    meterPointId: '707057500504404881',
    capacities: { P_max_kw: 50 },
    loadComponent: 'load_1',
  };
  const id = await registerVenResource(resource, options);
  const [held] = simulator.resources();
  assert.ok(id !== null && held?.id === id);
  assert.deepEqual([held.externalId, held.name], ['abc-123_load_1', 'Hotel ABC - Water Heater']);
  assert.equal(await registerVenResource(resource, options), id);
  const other = await registerVenResource(
    { ...resource, loadId: testLoadId(2, 'load_1') },
    {
      ...options,
      externalResourceId: 'other_load_1',
    },
  );
  assert.notEqual(other, id);
  const nowhere = registerVenResource({ ...resource, ven: 'Nowhere', resourceId: 'x' }, options);
  await assert.rejects(nowhere, (error: VenfleetError) => {
    assert.deepEqual(
      [error.code, error.details.load, error.details.status],
      ['LOAD_FAILED', 'x_load_1', 404],
    );
    assert.match(error.message, /HTTP 404/);
    return true;
  });
});

for (const profile of ['openadr-3.0', 'openadr-3.1'] as const) {
  test(`registerVenResource with ${profile}: looks the VEN up, and says why where it cannot`, async (t) => {
    const credentials = { clientId: 'bl', clientSecret: 'secret' };
    const simulator = await simulatorFor(t, { dialect: profile, clients: [credentials] });
    const dbPath = pythonDatabase(t, fleet());
    const options = { vtnUrl: simulator.url, profile, credentials };
    await register({ ...options, dbPath, scope: { vens: ['Aalborg', 'Ærø'] } });
    const resource = {
      loadId: testLoadId(1, 'load_1'),
      resourceId: 'abc-123',
      resourceName: 'Hotel ABC',
      ven: 'Ærø',
      meterPointId: '707057500504404881',
      loadComponent: 'load_1',
    };
    const id = await registerVenResource(resource, options);
    assert.ok(
      [...simulator.resources()].some((held) => held.id === id && held.externalId === 'abc-123_load_1'),
    );
    assert.equal(await registerVenResource(resource, options), id);
    await assert.rejects(registerVenResource({ ...resource, ven: 'Nowhere' }, options), {
      code: 'LOAD_FAILED',
      message: /^Load abc-123_load_1 could not be registered: the VTN does not know VEN "Nowhere"\.$/,
    });
    simulator.answerNext(1, { status: 400, body: '{"detail":"no such town"}' }, 'POST /resources');
    const other = { ...resource, resourceId: 'other' };
    if (profile === 'openadr-3.1')
      await assert.rejects(registerVenResource(other, options), {
        code: 'LOAD_FAILED',
        message: /no such town/,
      });
  });
}

test('ResourceDatabase answers what the seed asked of it', async (t) => {
  const dbPath = pythonDatabase(t, fleet());
  const simulator = await simulatorFor(t);
  await register({ dbPath, vtnUrl: simulator.url, bearerToken: 'x', scope: { vens: ['Aalborg'] } });
  await using db = new ResourceDatabase(dbPath);
  assert.deepEqual(await db.countLoadsByStatus(), { APPROVED: 36, PENDING: 78 });
  const loadId = testLoadId(0, 'load_2');
  const load = await db.getLoad(loadId);
  assert.deepEqual(
    [load?.loadComponent, load?.h5MeterId, load?.registrationStatus],
    ['load_2', 'meter_0', 'APPROVED'],
  );
  assert.equal((await db.getLoadByVtnResourceId(load?.vtnResourceId ?? ''))?.loadId, loadId);
  assert.equal((await db.sampleRegisteredLoads(5)).length, 5);
  assert.equal((await db.getLoadsForVen('Aarhus')).length, 54);
  assert.equal(await db.getLoad('nobody'), undefined);
  const pending = testLoadId(10, 'load_0');
  assert.equal(await db.updateLoadVtnResourceId(pending, 'r-new'), true);
  assert.equal((await db.getLoad(pending))?.vtnResourceId, 'r-new');
  assert.equal(
    await db.updateLoadVtnResourceId(testLoadId(10, 'load_1'), 'r-new'),
    false,
    'another load has it',
  );
});

test('watchRegistration tells its progress as an async iterable, and its summary', async (t) => {
  const dbPath = pythonDatabase(t, fleet());
  const simulator = await simulatorFor(t);
  const run = watchRegistration({ dbPath, vtnUrl: simulator.url, bearerToken: 'x' });
  const seen = new Map<RegistrationEvent['type'], number>();
  for await (const event of run) seen.set(event.type, (seen.get(event.type) ?? 0) + 1);
  assert.equal((await run.summary).loads.registered, 114);
  assert.deepEqual(
    ['started', 'ven-started', 'ven-registered', 'ven-finished'].map((type) => seen.get(type as never)),
    [1, 3, 3, 3],
  );
  assertOneToOne(dbPath, simulator);
  const { loads, byComponent } = await status({ dbPath });
  assert.deepEqual([loads.registered, loads.successRate], [114, 1]);
  assert.deepEqual(
    byComponent.map((row) => row.registered),
    [19, 19, 19, 19, 19, 19],
  );
});
