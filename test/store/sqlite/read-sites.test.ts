import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '../../../src/store/open-store.ts';
import { openFleetDatabase } from '../../../src/store/sqlite/open-sqlite.ts';
import {
  execute,
  notedLoads,
  pythonDatabase,
  query,
  sitesOf,
  testLoadId,
} from '../../support/fleet-database.ts';

test('a row that others change meanwhile: suspended stays so, gone or kept by a trigger is told, the rest is stored', async (t) => {
  const path = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
  const store = await openStore(path);
  t.after(() => store.close());
  const ids = ['load_0', 'load_1', 'load_2', 'load_3', 'load_4'].map((one) => testLoadId(0, one));
  const [suspended, gone, ignored, aborted, usual] = ids as [string, string, string, string, string];
  await store.noteSending(ids);
  execute(
    path,
    `UPDATE loads SET registration_status = 'SUSPENDED' WHERE load_id = '${suspended}';
     DELETE FROM loads WHERE load_id = '${gone}';
     CREATE TRIGGER one BEFORE UPDATE ON loads WHEN old.load_id = '${ignored}' BEGIN SELECT RAISE(IGNORE); END;
     CREATE TRIGGER two BEFORE UPDATE ON loads WHEN old.load_id = '${aborted}' BEGIN SELECT RAISE(ABORT, 'no'); END;`,
  );
  const refused = await store.record(
    ids.map((loadId) => ({
      loadId,
      vtnResourceId: `r-${loadId}`,
      externalResourceId: `e-${loadId}`,
      venName: 'Aalborg',
      sentHash: null,
      evidence: 'told' as const,
    })),
    [],
  );
  assert.deepEqual(
    refused.map(({ loadId, problem }) => [loadId, /is gone|cannot be changed: no/.exec(problem)?.[0]]),
    [
      [gone, 'is gone'],
      [ignored, 'is gone'],
      [aborted, 'cannot be changed: no'],
    ],
  );
  const rows = query(path, 'SELECT load_id, vtn_resource_id, registration_status FROM loads');
  const statusOf = (id: string) => rows.find((row) => row.load_id === id);
  assert.equal(statusOf(usual)?.registration_status, 'APPROVED');
  assert.deepEqual(
    { ...statusOf(suspended) },
    { load_id: suspended, vtn_resource_id: `r-${suspended}`, registration_status: 'SUSPENDED' },
  );
  assert.deepEqual(notedLoads(path).toSorted(), [gone, ignored, aborted].toSorted());
});

test('opening twice changes nothing more, and the Python system still reads and writes its tables', async (t) => {
  const path = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
  const columns = () =>
    query(
      path,
      "SELECT name FROM pragma_table_info('loads') UNION ALL SELECT name FROM pragma_table_info('resources')",
    );
  const before = columns();
  await (await openFleetDatabase(path)).close();
  const schema = query(path, 'SELECT name, sql FROM sqlite_master ORDER BY name');
  await (await openFleetDatabase(path)).close();
  assert.deepEqual(query(path, 'SELECT name, sql FROM sqlite_master ORDER BY name'), schema);
  assert.deepEqual(columns(), before);
  execute(
    path,
    "INSERT INTO loads (load_id, resource_id, load_component, h5_meter_id) VALUES ('n', 'site-00000', 'load_9', 'm')",
  );
});

test('a load keeps what it was told by its id, though its row was written anew in another place', async (t) => {
  const path = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
  const store = await openStore(path);
  t.after(() => store.close());
  const [site] = (await store.sitesOfVen('Aalborg', undefined, 1)).sites;
  const [a, b] = site?.loads ?? [];
  assert.ok(a && b && a.storeRef !== null && b.storeRef !== null);
  execute(
    path,
    `UPDATE loads SET id = id + 1000; UPDATE loads SET id = ${a.storeRef} WHERE id = ${b.storeRef} + 1000`,
  );
  const refused = await store.record(
    [a, b].map(({ loadId, storeRef }) => ({
      loadId,
      storeRef,
      vtnResourceId: `r-${loadId}`,
      externalResourceId: `e-${loadId}`,
      venName: 'Aalborg',
      sentHash: null,
      evidence: 'told' as const,
    })),
    [],
  );
  assert.deepEqual(refused, []);
  const mapped = query(
    path,
    'SELECT load_id AS id, vtn_resource_id AS r FROM loads WHERE vtn_resource_id IS NOT NULL',
  );
  assert.deepEqual(
    new Map(mapped.map(({ id, r }) => [id, r])),
    new Map([a, b].map(({ loadId }) => [loadId, `r-${loadId}`])),
  );
});
