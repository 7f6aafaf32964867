import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { LoadSearch, SeenLoad } from '../../src/store/fleet-views.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { execute, pythonDatabase, sitesOf, type TestSite, testLoadId } from '../support/fleet-database.ts';
import { followedEvents, t0 } from '../support/followed-events.ts';
import { foreignDatabase, latin1 } from '../support/foreign-database.ts';

async function opened(t: TestContext, path: string): Promise<Store> {
  const store = await openStore(path);
  t.after(() => store.close());
  return store;
}

/** One load of each state; the disabled site has a registered load as well. */
async function everyState(t: TestContext) {
  const path = pythonDatabase(t, [
    { ven: 'Aalborg', name: 'Hotel Ærø', location: '{"latitude": 57, "longitude": 9}' },
    { ven: 'Aalborg', name: 'Skole', enabled: 0, location: '{"latitude": 58, "longitude": 11}' },
    { ven: null, location: '' },
    { ven: 'Skagen', location: '{"latitude": "north"}' },
  ]);
  const store = await opened(t, path);
  execute(
    path,
    `UPDATE loads SET registration_status = 'APPROVED', vtn_resource_id = 'res-' || id
      WHERE load_component = 'load_0' AND resource_id <> 'site-00002';
    UPDATE loads SET registration_status = 'SUSPENDED' WHERE load_component = 'load_1';
    INSERT INTO venfleet_failures (load_id, status, reason)
      SELECT load_id, 409, 'load ' || load_id || ' (' || resource_id || '_' || load_component || ') is there' FROM loads
      WHERE load_component IN ('load_0', 'load_1', 'load_2', 'load_3')`,
  );
  return { path, store };
}

const ids = (loads: readonly SeenLoad[]) => loads.map((load) => load.externalResourceId);

const find = async (store: Store, search: Partial<LoadSearch>) =>
  (await store.findLoads({ limit: 100, ...search })).loads;

/** All pages of a search. */
async function pages(store: Store, search: LoadSearch, between: (page: number) => void = () => undefined) {
  const found: SeenLoad[] = [];
  for (let after: string | undefined, page = 0; ; page++) {
    const { loads, next } = await store.findLoads({ ...search, after });
    assert.ok(loads.length <= search.limit);
    found.push(...loads);
    if (next === null) return found;
    assert.equal(loads.length, search.limit);
    after = next;
    between(page);
  }
}

test('counts by VEN and component add up to the statistics, and to the loads of each state', async (t) => {
  const { store } = await everyState(t);
  const cells = await store.countsByVenAndComponent();
  const sum = (key: 'venName' | 'component') => {
    const sums = new Map<string | null, number[]>();
    for (const cell of cells) {
      const { total, registered, failed, waiting, skipped } = cell;
      const before = sums.get(cell[key]) ?? [0, 0, 0, 0, 0];
      sums.set(
        cell[key],
        [total, registered, failed, waiting, skipped].map((n, at) => n + (before[at] as number)),
      );
    }
    return [...sums];
  };
  const statistics = store.statistics();
  const counts = (one: Awaited<ReturnType<typeof statistics.byComponent>>[0]) => [
    ...[one.total, one.registered, one.failed, one.waiting, one.skipped],
  ];
  assert.deepEqual(
    sum('venName'),
    (await statistics.byVen()).map((one) => [one.venId, counts({ component: '', ...one })]),
  );
  assert.deepEqual(
    sum('component').sort(),
    (await statistics.byComponent()).map((one) => [one.component, counts(one)]),
  );
  const ofState = async (state: LoadSearch['state']) => ids(await find(store, { state, venName: 'Aalborg' }));
  assert.deepEqual(await ofState('registered'), ['site-00000_load_0', 'site-00001_load_0']);
  assert.deepEqual(await ofState('suspended'), ['site-00000_load_1', 'site-00001_load_1']);
  assert.deepEqual(await ofState('failed'), ['site-00000_load_2', 'site-00000_load_3']);
  assert.deepEqual(await ofState('waiting'), ['site-00000_load_4', 'site-00000_load_5']);
  assert.deepEqual(
    await ofState('disabled'),
    [2, 3, 4, 5].map((n) => `site-00001_load_${n}`),
  );
  const skipped = [await ofState('suspended'), await ofState('disabled')].flat();
  assert.deepEqual((await ofState('skipped')).sort(), skipped.sort());
  const nameless = await pages(store, { limit: 4, withoutVen: true });
  assert.deepEqual(
    ids(nameless),
    [0, 1, 2, 3, 4, 5].map((n) => `site-00002_load_${n}`),
  );
  assert.deepEqual(await find(store, { withoutVen: true, venName: 'Aalborg' }), []);
});

test('where VENs are is the middle of their sites that have a place', async (t) => {
  const { store } = await everyState(t);
  assert.deepEqual(await store.venPlaces(), [
    { venName: 'Aalborg', latitude: 57.5, longitude: 10, sites: 2 },
    { venName: 'Skagen', latitude: null, longitude: null, sites: 1 },
  ]);
});

test('loads are found by part of a name, or the beginning of an id, in whatever letters', async (t) => {
  const { path, store } = await everyState(t);
  execute(
    path,
    `UPDATE loads SET load_name = '100% <img onerror=1>' WHERE load_id = '${testLoadId(3, 'load_5')}';
    UPDATE loads SET load_name = NULL WHERE load_id = '${testLoadId(3, 'load_4')}'`,
  );
  const text = async (text: string) => ids(await find(store, { text }));
  const hotel = [0, 1, 2, 3, 4, 5].map((n) => `site-00000_load_${n}`);
  for (const name of ['hotel', 'HOTEL Æ', 'ærø', 'ÆRØ', 'tel ær'])
    assert.deepEqual(await text(name), hotel, name);
  assert.deepEqual(await text('site-00000'), hotel);
  assert.deepEqual(await text('site-00000_load_3'), ['site-00000_load_3']);
  assert.deepEqual(await text('SITE-00000_LOAD_3'), ['site-00000_load_3']);
  assert.deepEqual(await text('ite-00000'), []);
  assert.deepEqual(await text('site_00000'), []);
  assert.deepEqual(await text(testLoadId(1, 'load_2')), ['site-00001_load_2']);
  assert.deepEqual(await text('7070575000000000'), await text('site-'));
  assert.deepEqual(await text('res-7'), ['site-00001_load_0']);
  assert.deepEqual(await text('100%'), ['site-00003_load_5']);
  assert.deepEqual(await text('<img'), ['site-00003_load_5']);
  assert.deepEqual(await text('%'), ['site-00003_load_5']);
  assert.deepEqual(await text("'; --"), []);
  assert.deepEqual(await text('\\'), []);
  assert.equal((await text('LIGHTING')).length, 4);
  assert.ok((await text('lighting')).includes('site-00003_load_4'), 'by the name that it has without one');
  assert.deepEqual(ids(await find(store, { text: 'lighting', venName: 'Skagen', component: 'load_4' })), [
    'site-00003_load_4',
  ]);
  assert.equal((await text('')).length, 24);
});

test('pages hold each load once, whatever comes and goes meanwhile', async (t) => {
  const sites: TestSite[] = [
    { ven: null, resourceId: 'x' },
    { ven: ' ' },
    ...sitesOf({ Aalborg: 4, Ærøskøbing: 2 }),
  ];
  const path = pythonDatabase(t, sites);
  execute(
    path,
    `INSERT INTO loads (load_id, resource_id, load_component, h5_meter_id) VALUES ('o1', 'gone', 'load_0', 'm'),
      ('o2', 'gone', 'load_0', 'm')`,
  );
  const store = await opened(t, path);
  const all = await find(store, {});
  assert.equal(all.length, 50);
  for (const limit of [1, 7, 50, 51]) {
    const found = await pages(store, { limit });
    assert.deepEqual(found, all, `${limit} at once`);
  }
  const stay = new Set(all.filter(({ component }) => component !== 'load_3').map(({ loadId }) => loadId));
  const found = await pages(store, { limit: 7 }, (page) => {
    if (page === 1) execute(path, "DELETE FROM loads WHERE load_component = 'load_3'");
    execute(path, `UPDATE loads SET registration_status = 'SUSPENDED' WHERE id % 7 = ${page}`);
    execute(
      path,
      `INSERT INTO loads (load_id, resource_id, load_component, h5_meter_id) VALUES ('n${page}', 'site-00003', 'load_1', 'm')`,
    );
  });
  const foundIds = found.map(({ loadId }) => loadId);
  assert.equal(new Set(foundIds).size, foundIds.length);
  assert.deepEqual(
    [...stay].filter((id) => !foundIds.includes(id)),
    [],
  );
  const suspended = await pages(store, { limit: 3, state: 'suspended', component: 'load_2' });
  assert.deepEqual(suspended, await find(store, { state: 'suspended', component: 'load_2' }));
  for (const after of ['', 'x', 'WzEsMl0', Buffer.from('[1,"t","t","t","1;"]').toString('base64url')])
    await assert.rejects(store.findLoads({ limit: 1, after }), { code: 'BAD_ARGUMENT' });
});

test('pages of a database with names that are none', async (t) => {
  const site = (n: number, more: object = {}) => ({ resource_id: `s${n}`, ...more });
  const path = foreignDatabase(t, {
    types: { 'resources.ven': 'TEXT', 'loads.load_id': 'TEXT' },
    sites: [
      site(1, { ven: latin1 }),
      site(2, { ven: Uint8Array.of(1, 2) }),
      site(3, { resource_id: 77 }),
      site(4),
      { resource_id: Uint8Array.of(9) },
    ],
    loads: ['s1', 's2', 77, 's4', Uint8Array.of(9), null].flatMap((resource_id, n) => [
      { load_id: `a${n}`, resource_id, load_component: 'load_0', load_name: latin1 },
      { load_id: `b${n}`, resource_id, load_component: latin1 },
    ]),
  });
  const store = await opened(t, path);
  const all = await find(store, {});
  assert.deepEqual(
    all.map(({ loadId }) => loadId).sort(),
    [...'ab'].flatMap((x) => [0, 1, 2, 3, 4, 5].map((n) => x + n)),
  );
  for (const limit of [1, 2, 5]) assert.deepEqual(await pages(store, { limit }), all, `${limit} at once`);
  const cells = await store.countsByVenAndComponent();
  assert.equal(
    cells.reduce((sum, { total }) => sum + total, 0),
    12,
  );
  assert.deepEqual([...new Set(cells.map(({ venName }) => venName))], [null, 'Aalborg']);
});

test('all of a load: its state, failure and reports', async (t) => {
  const { store } = await everyState(t);
  const loadId = testLoadId(0, 'load_2');
  await store.recordVens([{ venName: 'Aalborg', vtnVenId: 'ven-1' }], {
    url: 'http://vtn',
    profile: 'flex-gateway',
  });
  await store.recordReports(
    [],
    [
      { kind: 'bulk', loadId, resourceRef: 'r', fromMs: 0, untilMs: 10, points: 10 },
      { kind: 'bulk', loadId, resourceRef: 'r', fromMs: 20, untilMs: 30, points: 5 },
    ],
    [{ loadId, kind: 'other', status: 500, reason: 'broken' }],
  );
  const seen = await store.seenLoad(loadId);
  assert.ok(seen);
  const { failure, reports, ...rest } = seen;
  assert.equal(failure?.status, 409);
  assert.match(failure.reason, /is there$/);
  const [bulk, other] = reports;
  assert.deepEqual(bulk, { kind: 'bulk', points: 15, fromMs: 0, untilMs: 30, failure: null });
  assert.equal(other?.failure?.reason, 'broken');
  assert.deepEqual([other.points, other.untilMs], [0, null]);
  assert.deepEqual(rest, {
    loadId,
    externalResourceId: 'site-00000_load_2',
    name: 'HVAC',
    component: 'load_2',
    venName: 'Aalborg',
    siteName: 'Hotel Ærø',
    meterPointId: '707057500000000000',
    state: 'failed',
    vtnResourceId: null,
    resourceId: 'site-00000',
    siteType: 'DSR',
    siteSubType: 'Hotels',
    address: 'Vesterbro 0, 9000 Aalborg',
    location: '{"latitude": 57, "longitude": 9}',
    capacities: '{"P_max_kw": 50.0, "P_min_kw": -20.0, "E_max_kwh": 200.0, "E_min_kwh": 0.0}',
    meterId: 'meter_0',
    vtnVenId: 'ven-1',
  });
  assert.equal(await store.seenLoad('nobody'), undefined);
  const site = await store.siteOfLoad(loadId);
  assert.deepEqual(
    [site?.resourceId, site?.loads.map(({ component }) => component)],
    ['site-00000', ['load_0', 'load_1', 'load_2', 'load_3', 'load_4', 'load_5']],
  );
});

test('why loads are not registered: what differs by their ids alone is one reason', async (t) => {
  const { path, store } = await everyState(t);
  execute(
    path,
    `UPDATE venfleet_failures SET reason = 'silent', status = NULL, failed_at = '2026-01-01 00:00:00'
      WHERE load_id = '${testLoadId(3, 'load_2')}'`,
  );
  const [first, second, ...others] = await store.failureCounts({});
  assert.deepEqual(others, []);
  const { latest, ...there } = first ?? {};
  assert.match(String(latest), /^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d$/);
  assert.deepEqual(there, {
    reason: 'load … (…) is there',
    status: 409,
    loads: 6,
    vens: [null, 'Aalborg', 'Skagen'],
    example: { loadId: testLoadId(2, 'load_0'), externalResourceId: 'site-00002_load_0' },
  });
  assert.deepEqual(second, {
    reason: 'silent',
    status: null,
    loads: 1,
    latest: '2026-01-01 00:00:00',
    vens: ['Skagen'],
    example: { loadId: testLoadId(3, 'load_2'), externalResourceId: 'site-00003_load_2' },
  });
  const failed = (await store.countsByVenAndComponent()).reduce((sum, cell) => sum + cell.failed, 0);
  assert.equal(failed, 7);
  const ofOne = await store.failureCounts({ venName: 'Skagen', component: 'load_3' });
  assert.deepEqual(
    ofOne.map(({ loads, reason }) => [loads, reason]),
    [[1, `load ${testLoadId(3, 'load_3')} (site-00003_load_3) is there`]],
  );
});

test('what became of instructions since a time, and how many loads are told something', async (t) => {
  const store = await opened(t, await followedEvents(t));
  const all = { handed: 2, late: 1, missed: 1, replaced: 1, open: 1 };
  const none = { handed: 0, late: 0, missed: 0, replaced: 0, open: 0 };
  assert.deepEqual(await store.dispatchTotals(t0 - 1, t0), { ...all, loadsTold: 3 });
  assert.deepEqual(await store.dispatchTotals(t0, t0 + 7_200_000), { ...all, loadsTold: 1 });
  assert.deepEqual(await store.dispatchTotals(t0 + 1, t0), { ...none, loadsTold: 3 });
  const [first] = await store.dispatchHistory({ loadId: testLoadId(0, 'load_2'), inForce: true, limit: 9 });
  assert.equal(first?.dispatchId, 'd0');
});

test('the mark changes with what is shown, and not with a beat of a lease', async (t) => {
  const { path, store } = await everyState(t);
  const settled = "UPDATE loads SET updated_at = '2026-01-01 00:00:00'";
  execute(
    path,
    `${settled}; UPDATE resources SET updated_at = '2026-01-01 00:00:00'; UPDATE venfleet_failures SET failed_at = '2026-01-01 00:00:00'`,
  );
  let last = await store.viewsMark();
  assert.equal(await store.viewsMark(), last);
  execute(
    path,
    `INSERT INTO venfleet_lease (id, holder, command, host, pid, place, started, since, beat)
      VALUES (1, 'h', 'c', 'h', 1, 'p', 's', 's', 1)`,
  );
  assert.equal(await store.viewsMark(), last, 'a lease');
  const failure = "INSERT INTO venfleet_failures VALUES ('x', 1, 'r', '2026-01-01 00:00:00')";
  const changes = [
    failure,
    "UPDATE resources SET enabled = 0 WHERE resource_id = 'site-00000'",
    `INSERT INTO venfleet_reported VALUES ('x', 'k', 0, 1, 1, 'r')`,
    `INSERT INTO venfleet_event_notes (event_id, at_ms, what, detail) VALUES ('e', 1, 'remark', '{}')`,
    `INSERT INTO venfleet_event_answers VALUES ('e', 1, 'v', 'k', 'a', 'sending', NULL, 1)`,
    `INSERT INTO venfleet_dispatch_counts VALUES (1, 1, 5, 0, 0, 0, 0, NULL, 1, 1)`,
    'UPDATE venfleet_dispatch_counts SET open = 4, handed = 1',
  ];
  for (const change of changes) {
    execute(path, change);
    const mark = await store.viewsMark();
    assert.notEqual(mark, last, change);
    last = mark;
  }
});

test("the views' mark of a fleet of which everything is reported can be read, and tells of one more reading", async (t) => {
  const { path, store } = await everyState(t);
  execute(
    path,
    "UPDATE resources SET updated_at = '2026-01-01 00:00:00'; UPDATE loads SET updated_at = '2026-01-01 00:00:00'; UPDATE venfleet_failures SET failed_at = '2026-01-01 00:00:00'",
  );
  // So many times of our days are more, all together, than a number of JavaScript can be.
  execute(
    path,
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)
      INSERT INTO venfleet_reported SELECT 'load-' || i, 'k', 1764000000000, 1764003600000, 4, 'r' FROM n`,
  );
  const before = await store.viewsMark();
  execute(path, `UPDATE venfleet_reported SET until_ms = until_ms + 900000 WHERE load_id = 'load-1'`);
  assert.notEqual(await store.viewsMark(), before);
});
