/*
 * Columns without a type keep numbers as numbers, of either kind: 101 and 101.0 are the id "101" wherever rows are compared.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { profileNamed } from '../../../src/profiles/choose-profile.ts';
import { sampleOf } from '../../../src/registration/look-for-sample.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { execute, notedLoads, query } from '../../support/fleet-database.ts';
import { foreignDatabase } from '../../support/foreign-database.ts';

const vtn = { url: 'http://here', profile: 'flex-gateway' };

const site = (resource_id: number, ven: number, resource_name: number) => ({
  resource_id,
  ven,
  resource_name,
});
const load = (load_id: number, resource_id: number, vtn_resource_id: number | null) => ({
  load_id,
  resource_id,
  vtn_resource_id,
  load_component: 'load_0',
  registration_status: vtn_resource_id === null ? null : 'APPROVED',
});

/** Two VENs, 7 and 8, whose loads are registered, but for one of VEN 7; half of the numbers are floating-point ones. */
async function fleetOfNumbers(t: TestContext) {
  const path = foreignDatabase(t, {
    sites: [site(101, 7, 1), site(102, 7, 2), site(103, 8, 3)],
    loads: [load(11, 101, 901), load(12, 102, 902), load(13, 103, 903), load(14, 102, null)],
  });
  execute(
    path,
    `UPDATE loads SET load_component = 'load_1' WHERE load_id = 14;
     UPDATE resources SET resource_id = 102.0, ven = 7.0 WHERE resource_id = 102;
     UPDATE loads SET resource_id = 101.0 WHERE load_id = 11;
     UPDATE loads SET load_id = 12.0, vtn_resource_id = 902.0 WHERE load_id = 12;
     UPDATE loads SET load_id = 14.0 WHERE load_id = 14`,
  );
  const store = await openStore(path);
  t.after(() => store.close());
  return { path, store };
}

const standing = (path: string) =>
  query(
    path,
    `SELECT CAST(CAST(load_id AS INTEGER) AS TEXT) AS id, registration_status AS status, vtn_resource_id IS NULL AS isGone
     FROM loads ORDER BY 1`,
  ).map(({ id, status, isGone }) => [id, status, isGone]);

test('registered loads are counted by VEN', async (t) => {
  const { store } = await fleetOfNumbers(t);
  const counts = [
    { venName: '7', loads: 2 },
    { venName: '8', loads: 1 },
  ];
  assert.deepEqual(await store.registeredByVen(), counts);
});

test('a sample of registered loads is drawn, with the ids as they are told to a VTN', async (t) => {
  const { store } = await fleetOfNumbers(t);
  const profile = await profileNamed('flex-gateway').jobs.registration({});
  const looking = { store, profile };
  const sample = await sampleOf(await store.registeredByVen(), looking);
  assert.deepEqual(
    sample.map(({ venName, externalResourceId, storedId }) => [venName, externalResourceId, storedId]),
    [
      ['7', '101_load_0', '901'],
      ['7', '102_load_0', '902'],
      ['8', '103_load_0', '903'],
    ],
  );
});

test('a move to another VTN forgets what is known of these VENs, and of no other', async (t) => {
  const { path, store } = await fleetOfNumbers(t);
  await store.exclusively({ command: 'register' }, async () => {
    await store.record(
      [],
      ['11', '12', '13', '14'].map((loadId) => ({ loadId, status: 500, reason: 'no', trace: 'maybe-sent' })),
    );
    assert.deepEqual(notedLoads(path), ['11', '12', '13', '14']);
    await store.moveTo(vtn, { vens: ['7'], maybeThere: false });
  });
  assert.deepEqual(standing(path), [
    ['11', 'PENDING', 1],
    ['12', 'PENDING', 1],
    ['13', 'APPROVED', 0],
    ['14', null, 1],
  ]);
  assert.deepEqual(notedLoads(path), ['13']);
  assert.deepEqual(
    query(path, 'SELECT load_id FROM venfleet_failures').map(({ load_id }) => load_id),
    ['13'],
  );
});

test('a move of all notes what may be there by the ids as they are read, whatever rows have none', async (t) => {
  const { path, store } = await fleetOfNumbers(t);
  execute(path, "INSERT INTO loads (load_id, resource_id, load_component) VALUES (NULL, 101, 'load_2')");
  await store.exclusively({ command: 'apply' }, () =>
    store.moveTo(vtn, { vens: undefined, maybeThere: true }),
  );
  assert.deepEqual(notedLoads(path), ['11', '12', '13', '14']);
  const { sites } = await store.sitesOfVen('7', undefined, 9);
  assert.deepEqual(
    sites.flatMap(({ loads }) => loads.map(({ loadId, trace }) => [loadId, trace])),
    [
      ['11', 'maybe-sent'],
      ['', 'none'],
      ['12', 'maybe-sent'],
      ['14', 'maybe-sent'],
    ],
  );
});

test('a resource that another load has is not given to a second one by hand', async (t) => {
  const { store } = await fleetOfNumbers(t);
  const { lookups } = store;
  assert.equal(await lookups.setVtnResourceId('14', '901', 'APPROVED'), false);
  assert.equal(await lookups.setVtnResourceId('14', '902', 'APPROVED'), false);
  assert.equal(await lookups.setVtnResourceId('12', '902', 'APPROVED'), true, 'it is its own');
  assert.equal(await lookups.setVtnResourceId('14', '904', 'APPROVED'), true);
});

test('ids of sites in two spellings are told, and numbers alone are none', async (t) => {
  const path = foreignDatabase(t, {
    sites: [{ resource_id: 101 }, { resource_id: 102 }, { resource_id: ' 102' }, { resource_id: 'x' }],
    loads: [],
  });
  execute(path, 'UPDATE resources SET resource_id = 102.0 WHERE resource_id = 102');
  const store = await openStore(path);
  t.after(() => store.close());
  assert.deepEqual((await store.fleetNames()).resourceIds.toSorted(), [' 102', '102']);
});

test('an import takes a VEN that is a number for the one that it reads as', async (t) => {
  const path = foreignDatabase(t, {
    sites: [
      { resource_id: 1, ven: 7, meter_point_id: '707057500000000001' },
      { resource_id: 2, ven: ' 7', meter_point_id: '707057500000000002' },
    ],
    loads: [],
  });
  const store = await openStore(path);
  t.after(() => store.close());
  const made = {
    resourceId: '3',
    resourceName: 'Hotel',
    resourceType: 'DSR' as const,
    resourceSubType: null,
    meterPointId: '707057500000000003',
    capacities: '{}',
    location: '{"latitude": 57.1, "longitude": 9.7}',
    address: 'Torvet 1, 8000 Aarhus',
    ven: '7',
    h5MeterId: 'meter_1',
    loads: [],
  };
  const refuse = (_: unknown, problem: string) => assert.fail(problem);
  await store.upsertSites([{ site: made, given: new Set(['resourceId', 'ven'] as const) }], refuse);
  assert.equal(query(path, "SELECT ven FROM resources WHERE resource_id = '3'")[0]?.ven, '7');
});
