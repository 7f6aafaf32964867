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

test('pages hold every site of a VEN once, with all its loads, in order', async (t) => {
  const store = await openStore(pythonDatabase(t, sitesOf({ Aalborg: 25, Aarhus: 3 })));
  t.after(() => store.close());
  const seen: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = await store.sitesOfVen('Aalborg', after, 10);
    if (page.length === 0) break;
    assert.ok(page.every((site) => site.loads.length === 6 && site.ven === 'Aalborg'));
    seen.push(...page.map((site) => site.resourceId));
    after = page.at(-1)?.resourceId;
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 25 }, (_, n) => `site-${String(n).padStart(5, '0')}`),
  );
});

test('counts add up, whatever stands in the columns', async (t) => {
  const path = pythonDatabase(t, [
    { ven: 'Aalborg' },
    { ven: 'Aalborg', enabled: 0 },
    { ven: '' },
    { ven: null, enabled: 0 },
  ]);
  execute(
    path,
    `UPDATE loads SET registration_status = 'APPROVED', vtn_resource_id = load_id WHERE load_component = 'load_0';
    UPDATE loads SET registration_status = 'APPROVED' WHERE load_component = 'load_1';
    UPDATE loads SET registration_status = NULL WHERE load_component = 'load_2';
    UPDATE loads SET registration_status = 'SUSPENDED' WHERE load_component = 'load_3'`,
  );
  const store = await openStore(path);
  t.after(() => store.close());
  const expected = { total: 12, registered: 2, suspended: 2, disabled: 4, pending: 4 };
  assert.deepEqual(await store.countByVen({}), [
    { venName: null, ...expected },
    { venName: 'Aalborg', ...expected },
  ]);
  assert.deepEqual(await store.countByVen({ limitVens: 1 }), [{ venName: 'Aalborg', ...expected }]);
  assert.deepEqual(await store.countByVen({ vens: ['Aarhus'] }), []);
});

test('only names that another site of the same VEN has are shared', async (t) => {
  const meterPointId = '707057500000000099';
  const path = pythonDatabase(t, [
    { ven: 'Aalborg', name: 'Netto' },
    { ven: 'Aalborg', name: 'Netto', meterPointId },
    { ven: 'Aalborg', name: 'Netto', meterPointId },
    { ven: 'Aalborg', name: 'netto' },
    { ven: 'Aarhus', name: 'Netto' },
  ]);
  const store = await openStore(path);
  t.after(() => store.close());
  const sites = [
    ...(await store.sitesOfVen('Aalborg', undefined, 9)),
    ...(await store.sitesOfVen('Aarhus', undefined, 9)),
  ];
  assert.deepEqual(
    sites.map((site) => site.nameShared),
    ['name', 'meter', 'meter', 'no', 'no'],
  );
});

test('one transaction: a mapping to a resource that another load has is refused, the rest is stored', async (t) => {
  const path = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
  const store = await openStore(path);
  t.after(() => store.close());
  const [a, b, c] = ['load_0', 'load_1', 'load_2'].map((component) => testLoadId(0, component)) as [
    string,
    string,
    string,
  ];
  await store.noteSending([a, b, c]);
  const mapping = (loadId: string, vtnResourceId: string, externalResourceId = 'site-00000_load_0') => ({
    loadId,
    vtnResourceId,
    externalResourceId,
    venName: 'Aalborg',
    sentHash: null,
  });
  const mapped = () =>
    query(path, 'SELECT load_id AS id FROM loads WHERE vtn_resource_id IS NOT NULL').map((row) => row.id);
  const refused = await store.record(
    [mapping(a, 'r1'), mapping(b, 'r1')],
    [{ loadId: c, status: 503, reason: 'busy', inDoubt: true }],
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
  assert.deepEqual(notedLoads(path), [b, c], 'what is in doubt stays noted');
  // That the VTN says an id in an answer takes it from nobody; that it shows whose it is, does.
  await store.record([mapping(b, 'r1', 'site-00000_load_1')], []);
  assert.deepEqual(mapped(), [a]);
  await store.record([{ ...mapping(b, 'r1', 'site-00000_load_1'), confirmed: true }], []);
  assert.deepEqual(mapped(), [b]);
  assert.deepEqual(notedLoads(path).toSorted(), [a, c].toSorted());
});

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
  const [site] = await store.sitesOfVen('Aalborg', undefined, 1);
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
