import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { EventLoad } from '../../../src/store/event-store.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { execute, pythonDatabase, sitesOf, type TestSite, testLoadId } from '../../support/fleet-database.ts';
import { folderState } from '../../support/folder-state.ts';
import { foreignDatabase, latin1 } from '../../support/foreign-database.ts';

async function opened(t: TestContext, path: string, options = {}): Promise<Store> {
  const store = await openStore(path, options);
  t.after(() => store.close());
  return store;
}

async function loadsOf(store: Store): Promise<EventLoad[]> {
  const all: EventLoad[] = [];
  for await (const page of store.eventLoads()) {
    assert.ok(page.length > 0);
    all.push(...page);
  }
  return all;
}

const one = { load_0: null };

test('all loads are read in order of VEN, site and component, also those that cannot be reached', async (t) => {
  const sites: TestSite[] = [
    { ven: 'Skagen', resourceId: 's-1', loads: { load_1: 'Pump', load_0: null }, subType: null },
    { ven: 'Aalborg', resourceId: 's-3', name: 'Twin', meterPointId: 'm', loads: one },
    {
      ven: 'Aalborg',
      resourceId: 's-2',
      name: 'Twin',
      meterPointId: 'm',
      loads: one,
      capacities: '{"P_max_kw": 7.0}',
    },
    { ven: 'Aalborg', resourceId: 's-4', name: 'Twin', meterPointId: 'other', enabled: 0, loads: one },
    { ven: null, resourceId: 's-5', loads: one },
  ];
  const path = pythonDatabase(t, sites);
  const approved = "vtn_resource_id = 'r' || id, registration_status = 'APPROVED'";
  execute(
    path,
    `UPDATE loads SET ${approved};
     UPDATE loads SET registration_status = 'SUSPENDED' WHERE resource_id = 's-2';
     UPDATE loads SET registration_status = 'PENDING' WHERE load_name = 'Pump';
     INSERT INTO loads (load_id, resource_id, load_component, h5_meter_id, ${'vtn_resource_id'}, registration_status)
       VALUES ('orphan', 's-9', 'load_0', 'h', 'r9', 'APPROVED')`,
  );
  const all = await loadsOf(await opened(t, path, { readOnly: true }));
  assert.deepEqual(
    all.map((load) => [load.venName, load.siteId, load.component, load.unreachable, load.nameShared]),
    [
      [null, 's-5', 'load_0', null, 'no'],
      ['Aalborg', 's-2', 'load_0', 'suspended', 'meter'],
      ['Aalborg', 's-3', 'load_0', null, 'meter'],
      ['Aalborg', 's-4', 'load_0', 'disabled', 'name'],
      ['Skagen', 's-1', 'load_0', null, 'no'],
      ['Skagen', 's-1', 'load_1', 'not-registered', 'no'],
      [null, 's-9', 'load_0', null, 'no'],
    ],
  );
  const { storeRef, ...pump } = all[5] as EventLoad;
  assert.equal(typeof storeRef, 'number');
  assert.equal(pump.loadId, testLoadId(0, 'load_1'));
  assert.equal(pump.loadName, 'Pump');
  assert.equal(pump.subType, null);
  assert.equal(all[1]?.siteName, 'Twin');
  assert.equal(all[1]?.meterPointId, 'm');
  assert.equal(all[1]?.capacities, '{"P_max_kw": 7.0}');
  assert.equal(all[6]?.siteName, '');
});

test('pages are of one moment, and others may write meanwhile', async (t) => {
  const path = pythonDatabase(t, sitesOf({ Aalborg: 300, Skagen: 200 }));
  const store = await opened(t, path);
  const sizes: number[] = [];
  for await (const page of store.eventLoads()) {
    sizes.push(page.length);
    assert.ok(page.every(({ unreachable }) => unreachable === 'not-registered'));
    execute(path, "UPDATE loads SET vtn_resource_id = 'r', registration_status = 'APPROVED'");
  }
  assert.deepEqual(sizes, [1_000, 1_000, 1_000]);
  for await (const page of store.eventLoads()) {
    assert.equal(page[0]?.unreachable, null);
    // Who does not read on leaves nothing open.
    break;
  }
});

test('no load of a foreign database is left out, or comes twice', async (t) => {
  const site = (resource_id: number | string | null, more = {}) => ({ resource_id, ...more });
  const path = foreignDatabase(t, {
    sites: [
      site(102, { ven: 7, meter_point_id: 12 }),
      site('a', { ven: latin1 }),
      site('twice', { ven: 'B', resource_name: 'first' }),
      site('twice', { ven: 'A', resource_name: 'second' }),
      site(null, { ven: 'A' }),
    ],
    loads: [
      {
        load_id: 11,
        resource_id: 102,
        load_component: 'load_0',
        vtn_resource_id: 9,
        registration_status: 'APPROVED',
      },
      { load_id: 'x', resource_id: 'a', load_component: 'load_0' },
      { load_id: 'y', resource_id: 'twice', load_component: 'load_0' },
      { load_id: 'y', resource_id: 'twice', load_component: 'load_1' },
      { load_id: null, resource_id: null, load_component: null },
    ],
  });
  const before = folderState(dirname(path));
  const reader = await opened(t, path, { readOnly: true });
  const all = await loadsOf(reader);
  const told = ({ venName, siteName, siteId, loadId }: EventLoad) => [venName, siteName, siteId, loadId];
  assert.deepEqual(all.map(told).sort(), [
    [null, '', '', ''],
    [null, 'Hotel', 'a', 'x'],
    ['7', 'Hotel', '102', '11'],
    ['B', 'first', 'twice', 'y'],
    ['B', 'first', 'twice', 'y'],
  ]);
  const number = all.find(({ loadId }) => loadId === '11');
  assert.equal(number?.meterPointId, '12');
  assert.equal(number?.vtnResourceId, '9');
  await reader.fleetMark();
  assert.deepEqual(folderState(dirname(path)), before);
});

test('the mark of the fleet changes with it, whoever changed it, but not with what events came to', async (t) => {
  const path = pythonDatabase(t, sitesOf({ Aalborg: 2 }));
  execute(
    path,
    "UPDATE loads SET updated_at = '2020-01-01 00:00:00'; UPDATE resources SET updated_at = '2020-01-01'",
  );
  const store = await opened(t, path);
  const other = await opened(t, path);
  let last = await store.fleetMark();
  const changes = async () => {
    const mark = await store.fleetMark();
    const has = mark !== last;
    last = mark;
    return has;
  };
  assert.equal(await changes(), false);
  await store.exclusively({ command: 'events', subject: 'events' }, async () => {
    await store.noteOnEvents([{ eventId: 'a', version: 1, atMs: 1, what: 'received', detail: {} }]);
    assert.equal(await changes(), false, 'our own writer, and the lease');
  });
  await other.recordReports([], [], [{ loadId: 'l', kind: 'k', status: null, reason: 'r' }]);
  assert.equal(await changes(), false, 'what was reported');
  for (const change of [
    "UPDATE loads SET registration_status = 'SUSPENDED' WHERE id = 1",
    'UPDATE resources SET enabled = 0 WHERE id = 1',
    "UPDATE resources SET capacities = '{}' WHERE id = 1",
    "UPDATE loads SET updated_at = '2020-01-01 00:00:01' WHERE id = 2",
    "UPDATE resources SET updated_at = '2020-01-02' WHERE id = 2",
    'DELETE FROM loads WHERE id = 3',
  ]) {
    execute(path, change);
    assert.equal(await changes(), true, change);
    assert.equal(await changes(), false);
  }
  const mapping = (loadId: string, vtnResourceId: string) => ({
    loadId,
    storeRef: undefined,
    vtnResourceId,
    externalResourceId: 'x',
    venName: 'Aalborg',
    sentHash: null,
    evidence: 'told' as const,
  });
  await store.exclusively({ command: 'register' }, () =>
    store.record([mapping(testLoadId(1, 'load_0'), 'r1')], []),
  );
  assert.equal(await changes(), true, 'our own registration');
  // Of one length, within one second: seen by what SQLite counts.
  await store.exclusively({ command: 'register' }, () =>
    store.record([mapping(testLoadId(1, 'load_0'), 'r2')], []),
  );
  assert.equal(await changes(), true, 'again, within one second');
  await store.moveTo({ url: 'u', profile: 'p' }, { vens: undefined, maybeThere: false });
  assert.equal(await changes(), true, 'over this connection itself');
});
