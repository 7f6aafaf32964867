import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '../../../src/store/open-store.ts';
import { execute, pythonDatabase, sitesOf } from '../../support/fleet-database.ts';
import { foreignDatabase } from '../../support/foreign-database.ts';

const site = { resource_id: 'x' };
const load = { load_id: 'a', resource_id: 'x', load_component: 'load_0' };

test('the columns that are documented, and no more, are enough', async (t) => {
  const store = await openStore(foreignDatabase(t, { sites: [site], loads: [load] }));
  t.after(() => store.close());
  assert.equal((await store.countByVen({}))[0]?.pending, 1);
  assert.equal((await store.sitesOfVen('Aalborg', undefined, 9)).sites[0]?.loads.length, 1);
  assert.equal((await store.statistics().byVen())[0]?.waiting, 1);
  assert.deepEqual(await store.statistics().samples(5), []);
  assert.deepEqual(await store.lookups.registeredSample(5), []);
  assert.equal((await store.lookups.loadsOfVen('Aalborg')).length, 1);
});

test('tables and columns in other capitals are the same ones', async (t) => {
  const path = foreignDatabase(t, { sites: [site], loads: [load] });
  execute(
    path,
    `ALTER TABLE loads RENAME TO other; ALTER TABLE other RENAME TO LOADS;
     ALTER TABLE loads RENAME COLUMN load_id TO Load_Id; ALTER TABLE resources RENAME COLUMN ven TO VEN;
     ALTER TABLE resources ADD COLUMN ENABLED DEFAULT 0`,
  );
  const store = await openStore(path);
  t.after(() => store.close());
  assert.equal((await store.countByVen({}))[0]?.disabled, 1);
  assert.equal((await store.lookups.load('a'))?.loadId, 'a');
  assert.equal((await store.sitesOfVen('Aalborg', undefined, 9)).sites[0]?.loads[0]?.loadId, 'a');
});

test('what cannot be used is refused by name', async (t) => {
  const cases: [sql: string, problem: RegExp][] = [
    ['ALTER TABLE loads RENAME TO other', /no table "loads"/],
    ['ALTER TABLE loads RENAME COLUMN h5_meter_id TO other', /"loads" has no column "h5_meter_id"/],
    ['ALTER TABLE loads RENAME TO other; CREATE VIEW loads AS SELECT * FROM other', /"loads" is a view/],
    [
      'DROP TABLE loads; CREATE TABLE loads (load_id PRIMARY KEY, resource_id, load_component, load_name, h5_meter_id, vtn_resource_id, registration_status, updated_at) WITHOUT ROWID',
      /"loads" is one WITHOUT ROWID/,
    ],
  ];
  for (const [sql, message] of cases) {
    const path = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
    execute(path, sql);
    await assert.rejects(openStore(path), { code: 'DB_SCHEMA', message });
  }
});
