import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openStore } from '../../src/store/open-store.ts';
import { sitesOf, testLoadId } from '../support/fleet-database.ts';
import { foreignDatabase, latin1 } from '../support/foreign-database.ts';
import { testDatabase } from '../support/test-database.ts';

const kind = 'flex-gateway';

async function setUp(t: TestContext) {
  const twoLoads = { load_0: null, load_1: null };
  const database = testDatabase(
    t,
    sitesOf({ Skagen: 1, Aalborg: 2, Aarhus: 1 }).map((site) => ({ ...site, loads: twoLoads })),
  );
  const store = await openStore(database.path);
  t.after(() => store.close());
  return { database, store };
}

const ids = (site: number) => [testLoadId(site, 'load_0'), testLoadId(site, 'load_1')];

test('loads come by meter and component, with what reports need of them', async (t) => {
  const { database, store } = await setUp(t);
  const [registered = '', suspended = ''] = ids(1);
  const [disabled = '', left = ''] = ids(2);
  await database.changeLoads({ h5_meter_id: 'meter_9' });
  await database.changeLoads({ h5_meter_id: 'meter_1' }, ids(2));
  await database.changeLoads({ vtn_resource_id: 'r-1', registration_status: 'APPROVED' }, [registered]);
  await database.changeLoads({ vtn_resource_id: 'r-2', registration_status: 'SUSPENDED' }, [suspended]);
  await database.changeLoads({ vtn_resource_id: 'r-3', registration_status: 'APPROVED' }, [disabled]);
  await database.changeLoads({ vtn_resource_id: 'r-4' }, [left]);
  await database.changeSites({ enabled: 0 }, ['site-00002']);
  await database.changeSites({ ven: null }, ['site-00003']);
  const loads = await store.meteredLoads({});
  assert.deepEqual(
    loads.map((one) => `${one.meterId} ${one.component} ${one.venName} ${one.loadId}`),
    [
      `meter_1 load_0 Aalborg ${testLoadId(2, 'load_0')}`,
      `meter_1 load_1 Aalborg ${testLoadId(2, 'load_1')}`,
      ...['load_0', 'load_1'].flatMap((component) => [
        `meter_9 ${component} null ${testLoadId(3, component)}`,
        `meter_9 ${component} Aalborg ${testLoadId(1, component)}`,
        `meter_9 ${component} Skagen ${testLoadId(0, component)}`,
      ]),
    ],
  );
  const byId = new Map(loads.map((one) => [one.loadId, one]));
  assert.deepEqual(byId.get(registered), {
    loadId: registered,
    resourceId: 'site-00001',
    venName: 'Aalborg',
    meterId: 'meter_9',
    component: 'load_0',
    vtnResourceId: 'r-1',
    isOff: false,
  });
  const standing = (loadId: string) => [byId.get(loadId)?.vtnResourceId, byId.get(loadId)?.isOff];
  assert.deepEqual(standing(suspended), [null, true]);
  assert.deepEqual(standing(disabled), ['r-3', true]);
  assert.deepEqual(standing(left), [null, true], 'an id that is left from another time');
  assert.deepEqual(standing(testLoadId(0, 'load_0')), [null, false]);
});

test('a scope is of VENs, the first of them, components, and single loads', async (t) => {
  const { database, store } = await setUp(t);
  await database.changeSites({ ven: null }, ['site-00003']);
  const told = async (scope: Parameters<typeof store.meteredLoads>[0]) =>
    (await store.meteredLoads(scope)).map((one) => one.loadId).sort();
  assert.deepEqual(await told({}), [0, 1, 2, 3].flatMap(ids));
  assert.deepEqual(await told({ vens: ['Skagen', 'Odense'] }), ids(0));
  assert.deepEqual(await told({ vens: [] }), []);
  assert.deepEqual(await told({ limitVens: 1 }), [...ids(1), ...ids(2)], 'sites without a VEN are no VEN');
  assert.deepEqual(await told({ vens: ['Skagen'], limitVens: 1 }), ids(0));
  assert.deepEqual(await told({ components: ['load_1', 'load_7'], vens: ['Skagen'] }), [
    testLoadId(0, 'load_1'),
  ]);
  assert.deepEqual(await told({ loadIds: [...ids(3), 'none'], components: ['load_0'] }), [
    testLoadId(3, 'load_0'),
  ]);
});

test('every load of a foreign database is told: with numbers, bytes, nothing, and without a site', async (t) => {
  const path = foreignDatabase(t, {
    sites: [
      { resource_id: 7, ven: latin1 },
      { resource_id: 's', ven: '  ' },
      { resource_id: 't', ven: 101 },
    ],
    loads: [
      { load_id: 1, resource_id: 7, load_component: 'load_0', h5_meter_id: 33 },
      { load_id: null, resource_id: 's', load_component: null, h5_meter_id: null },
      { load_id: Uint8Array.of(0xff), resource_id: 's', load_component: 'load_1' },
      { load_id: 'a', resource_id: 'gone', load_component: 'load_0' },
      { load_id: 'a', resource_id: 't', load_component: 'load_0' },
    ],
  });
  const store = await openStore(path);
  t.after(() => store.close());
  const loads = await store.meteredLoads({});
  assert.deepEqual(
    loads.map((one) => [one.meterId, one.component, one.venName, one.loadId, one.resourceId]),
    [
      ['', '', null, '', 's'],
      ['33', 'load_0', null, '1', '7'],
      ['meter_1', 'load_0', null, 'a', 'gone'],
      ['meter_1', 'load_0', '101', 'a', 't'],
      ['meter_1', 'load_1', null, '\uFFFD', 's'],
    ],
  );
  assert.deepEqual((await store.meteredLoads({ loadIds: ['1'] })).length, 1);
  assert.deepEqual((await store.meteredLoads({ vens: ['101'] })).length, 1);
  const vens = await store.reportingByVen(kind, {});
  assert.deepEqual(
    vens.map(({ venName, loads: count }) => [venName, count]),
    [
      [null, 4],
      ['101', 1],
    ],
  );
});

test('counts of reporting are of the loads that are registered, by VEN and by component', async (t) => {
  const { database, store } = await setUp(t);
  await database.changeLoads({ vtn_resource_id: 'r', registration_status: 'APPROVED' }, [
    ...ids(0),
    ...ids(1),
  ]);
  const done = (loadId: string, untilMs: number, points: number) => ({
    kind,
    loadId,
    resourceRef: 'r',
    fromMs: 0,
    untilMs,
    points,
  });
  const [first = '', second = ''] = ids(1);
  await store.recordReports(
    [],
    [done(first, 100, 10), done(second, 200, 20), done(ids(2)[0] ?? '', 900, 90), done('gone', 900, 90)],
    [
      { loadId: second, kind, status: 413, reason: 'too large' },
      { loadId: second, kind: 'another', status: 500, reason: 'no' },
      { loadId: ids(3)[0] ?? '', kind, status: null, reason: 'not registered any more' },
    ],
  );
  await store.recordReports([], [{ ...done(first, 500, 1), fromMs: 400 }], []);
  const none = { reporting: 0, failing: 0, points: 0, leastUntilMs: null, mostUntilMs: null };
  const aalborg = { reporting: 2, failing: 1, points: 31, leastUntilMs: 200, mostUntilMs: 500 };
  assert.deepEqual(await store.reportingByVen(kind, {}), [
    { venName: 'Aalborg', loads: 4, registered: 2, ...aalborg },
    { venName: 'Aarhus', loads: 2, registered: 0, ...none },
    { venName: 'Skagen', loads: 2, registered: 2, ...none },
  ]);
  assert.deepEqual(await store.reportingByVen(kind, { vens: ['Aalborg'], components: ['load_0'] }), [
    {
      venName: 'Aalborg',
      loads: 2,
      registered: 1,
      reporting: 1,
      failing: 0,
      points: 11,
      leastUntilMs: 500,
      mostUntilMs: 500,
    },
  ]);
  assert.deepEqual(
    (await store.reportingByVen(kind, { limitVens: 2 })).map(({ venName }) => venName),
    ['Aalborg', 'Aarhus'],
  );
  assert.deepEqual(
    (await store.reportingByComponent(kind, { vens: ['Aalborg', 'Skagen'] })).map((one) => [
      one.component,
      one.loads,
      one.registered,
      one.reporting,
      one.points,
    ]),
    [
      ['load_0', 3, 2, 1, 11],
      ['load_1', 3, 2, 1, 20],
    ],
  );
  await database.changeSites({ ven: '' }, ['site-00001']);
  await database.changeSites({ ven: null }, ['site-00000']);
  assert.deepEqual((await store.reportingByVen(kind, {}))[0], {
    venName: null,
    loads: 4,
    registered: 4,
    ...aalborg,
  });
});

test('components and ids of loads are known to the letter', async (t) => {
  const { store } = await setUp(t);
  assert.deepEqual(await store.loadComponents(), ['load_0', 'load_1']);
  const [one = ''] = ids(0);
  assert.deepEqual(await store.knownLoadIds([one, one.toUpperCase(), 'none']), new Set([one]));
  assert.deepEqual(await store.knownLoadIds([]), new Set());
});
