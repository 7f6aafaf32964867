import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openStore } from '../../src/store/open-store.ts';
import { sitesOf, testLoadId } from '../support/fleet-database.ts';
import { type TestDatabase, testDatabase } from '../support/test-database.ts';

const components = ['load_0', 'load_1', 'load_2'] as const;

/** Three loads with these ids in their rows, and this status. */
async function setUp(t: TestContext, ids: readonly string[], status: string) {
  const database = testDatabase(t, sitesOf({ Aalborg: 1 }));
  for (const [n, id] of ids.entries()) {
    const change = { vtn_resource_id: id, registration_status: status };
    await database.changeLoads(change, [testLoadId(0, `load_${n}`)]);
  }
  const store = await openStore(database.path);
  t.after(() => store.close());
  return { database, store };
}

const mapping = (component: (typeof components)[number], vtnResourceId: string, isShown: boolean) => ({
  loadId: testLoadId(0, component),
  vtnResourceId,
  externalResourceId: `site-00000_${component}`,
  venName: 'Aalborg',
  sentHash: null,
  evidence: isShown ? ('shown' as const) : ('told' as const),
});

const held = async (database: TestDatabase) =>
  (await database.loads())
    .slice(0, 3)
    .map(({ vtn_resource_id, registration_status }) => `${vtn_resource_id} ${registration_status}`);

test('loads that exchange their ids in one batch keep what they were given', async (t) => {
  const { database, store } = await setUp(t, ['r1', 'r2', 'r3'], 'APPROVED');
  const swapped = [
    mapping('load_0', 'r2', true),
    mapping('load_1', 'r3', true),
    mapping('load_2', 'r1', true),
  ];
  assert.deepEqual(await store.record(swapped, []), []);
  assert.deepEqual(await held(database), ['r2 APPROVED', 'r3 APPROVED', 'r1 APPROVED']);
});

test("an id that is left in the row of a load that is not registered stands in nobody's way", async (t) => {
  const { database, store } = await setUp(t, ['r1', 'r2', 'r3'], 'PENDING');
  assert.deepEqual(
    await store.record([mapping('load_0', 'r2', false), mapping('load_1', 'r1', false)], []),
    [],
  );
  assert.deepEqual(await held(database), ['r2 APPROVED', 'r1 APPROVED', 'r3 PENDING']);
  assert.deepEqual(await database.notedLoads(), []);
});

test('a mapping from which its batch takes the resource again is told as refused', async (t) => {
  const { database, store } = await setUp(t, ['', '', ''], 'PENDING');
  const refused = await store.record([mapping('load_0', 'r1', false), mapping('load_1', 'r1', true)], []);
  assert.deepEqual(
    refused.map(({ loadId }) => loadId),
    [testLoadId(0, 'load_0')],
  );
  assert.deepEqual(await held(database), ['null PENDING', 'r1 APPROVED', ' PENDING']);
  assert.deepEqual(await database.notedLoads(), [testLoadId(0, 'load_0')]);
});

test('one transaction: a mapping to a resource that another load has is refused, the rest is stored', async (t) => {
  const { database, store } = await setUp(t, [], 'PENDING');
  const [a, b, c] = ['load_0', 'load_1', 'load_2'].map((component) => testLoadId(0, component)) as [
    string,
    string,
    string,
  ];
  await store.noteSending([a, b, c]);
  const refused = await store.record(
    [
      mapping('load_0', 'r1', false),
      { ...mapping('load_1', 'r1', false), externalResourceId: 'site-00000_load_0' },
    ],
    [{ loadId: c, status: 503, reason: 'busy', trace: 'maybe-sent' }],
  );
  assert.deepEqual(
    refused.map(({ loadId, problem }) => [loadId, problem]),
    [
      [
        b,
        `the VTN gave resource id r1, which load ${a} has already; "venfleet plan" shows which of them is there`,
      ],
    ],
  );
  assert.deepEqual(await database.notedLoads(), [b, c], 'what is in doubt stays noted');
  assert.deepEqual(
    (await database.failures()).map(({ loadId, status, reason }) => [loadId, status, reason]),
    [[c, 503, 'busy']],
  );
  // That the VTN says an id in an answer takes it from nobody; that it shows whose it is, does.
  await store.record([mapping('load_1', 'r1', false)], []);
  assert.deepEqual(await database.registeredLoads(), [a]);
  await store.record([mapping('load_1', 'r1', true)], []);
  assert.deepEqual(await database.registeredLoads(), [b]);
  assert.deepEqual((await database.notedLoads()).toSorted(), [a, c].toSorted());
});
