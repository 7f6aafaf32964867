import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openStore } from '../../../src/store/open-store.ts';
import {
  execute,
  notedLoads,
  pythonDatabase,
  query,
  sitesOf,
  testLoadId,
} from '../../support/fleet-database.ts';

const components = ['load_0', 'load_1', 'load_2'] as const;

/** Three loads with these ids in their rows, and this status. */
async function setUp(t: TestContext, ids: readonly string[], status: string) {
  const path = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
  for (const [n, id] of ids.entries()) {
    execute(
      path,
      `UPDATE loads SET vtn_resource_id = '${id}', registration_status = '${status}'
       WHERE load_id = '${testLoadId(0, `load_${n}`)}'`,
    );
  }
  const store = await openStore(path);
  t.after(() => store.close());
  return { path, store };
}

const mapping = (component: (typeof components)[number], vtnResourceId: string, confirmed: boolean) => ({
  loadId: testLoadId(0, component),
  vtnResourceId,
  externalResourceId: `site-00000_${component}`,
  venName: 'Aalborg',
  sentHash: null,
  confirmed,
});

const held = (path: string) =>
  query(
    path,
    'SELECT vtn_resource_id AS id, registration_status AS status FROM loads ORDER BY load_component LIMIT 3',
  ).map(({ id, status }) => `${id} ${status}`);

test('loads that exchange their ids in one batch keep what they were given', async (t) => {
  const { path, store } = await setUp(t, ['r1', 'r2', 'r3'], 'APPROVED');
  const swapped = [
    mapping('load_0', 'r2', true),
    mapping('load_1', 'r3', true),
    mapping('load_2', 'r1', true),
  ];
  assert.deepEqual(await store.record(swapped, []), []);
  assert.deepEqual(held(path), ['r2 APPROVED', 'r3 APPROVED', 'r1 APPROVED']);
});

test("an id that is left in the row of a load that is not registered stands in nobody's way", async (t) => {
  const { path, store } = await setUp(t, ['r1', 'r2', 'r3'], 'PENDING');
  assert.deepEqual(
    await store.record([mapping('load_0', 'r2', false), mapping('load_1', 'r1', false)], []),
    [],
  );
  assert.deepEqual(held(path), ['r2 APPROVED', 'r1 APPROVED', 'r3 PENDING']);
  assert.deepEqual(notedLoads(path), []);
});

test('a mapping from which its batch takes the resource again is told as refused', async (t) => {
  const { path, store } = await setUp(t, ['', '', ''], 'PENDING');
  const refused = await store.record([mapping('load_0', 'r1', false), mapping('load_1', 'r1', true)], []);
  assert.deepEqual(
    refused.map(({ loadId }) => loadId),
    [testLoadId(0, 'load_0')],
  );
  assert.deepEqual(held(path), ['null PENDING', 'r1 APPROVED', ' PENDING']);
  assert.deepEqual(notedLoads(path), [testLoadId(0, 'load_0')]);
});
