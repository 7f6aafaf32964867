import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '../../src/store/open-store.ts';
import { sitesOf, testLoadId } from '../support/fleet-database.ts';
import { testDatabase } from '../support/test-database.ts';

test('pages hold every site of a VEN once, with all its loads, in order', async (t) => {
  const store = await openStore(testDatabase(t, sitesOf({ Aalborg: 25, Aarhus: 3 })).path);
  t.after(() => store.close());
  const seen: string[] = [];
  for (let after: string | undefined; ; ) {
    const { sites, next } = await store.sitesOfVen('Aalborg', after, 10);
    assert.ok(sites.every((site) => site.loads.length === 6 && site.ven === 'Aalborg'));
    seen.push(...sites.map((site) => site.resourceId));
    if (next === undefined) break;
    after = next;
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 25 }, (_, n) => `site-${String(n).padStart(5, '0')}`),
  );
});

test('counts add up, whatever stands in the columns', async (t) => {
  const database = testDatabase(t, [
    { ven: 'Aalborg' },
    { ven: 'Aalborg', enabled: 0 },
    { ven: '' },
    { ven: null, enabled: 0 },
  ]);
  const ofComponent = (component: string) => [0, 1, 2, 3].map((site) => testLoadId(site, component));
  for (const id of ofComponent('load_0'))
    await database.changeLoads({ registration_status: 'APPROVED', vtn_resource_id: id }, [id]);
  await database.changeLoads({ registration_status: 'APPROVED' }, ofComponent('load_1'));
  await database.changeLoads({ registration_status: null }, ofComponent('load_2'));
  await database.changeLoads({ registration_status: 'SUSPENDED' }, ofComponent('load_3'));
  const store = await openStore(database.path);
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
  const database = testDatabase(t, [
    { ven: 'Aalborg', name: 'Netto' },
    { ven: 'Aalborg', name: 'Netto', meterPointId },
    { ven: 'Aalborg', name: 'Netto', meterPointId },
    { ven: 'Aalborg', name: 'netto' },
    { ven: 'Aarhus', name: 'Netto' },
  ]);
  const store = await openStore(database.path);
  t.after(() => store.close());
  const sites = [
    ...(await store.sitesOfVen('Aalborg', undefined, 9)).sites,
    ...(await store.sitesOfVen('Aarhus', undefined, 9)).sites,
  ];
  assert.deepEqual(
    sites.map((site) => site.nameShared),
    ['name', 'meter', 'meter', 'no', 'no'],
  );
});
