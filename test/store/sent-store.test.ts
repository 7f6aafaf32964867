import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openStore } from '../../src/store/open-store.ts';
import type { SentRecord } from '../../src/store/sent-store.ts';
import { sitesOf, testLoadId } from '../support/fleet-database.ts';
import { testDatabase } from '../support/test-database.ts';

async function setUp(t: TestContext) {
  const database = testDatabase(t, sitesOf({ Aalborg: 2, Aarhus: 1 }));
  const store = await openStore(database.path);
  t.after(() => store.close());
  return { database, store };
}

const externalId = (site: number, component: string) => `site-0000${site}_${component}`;

const sent = (site: number, component: string, more: Partial<SentRecord> = {}): SentRecord => ({
  venName: 'Aalborg',
  externalResourceId: externalId(site, component),
  vtnResourceId: `r-${site}-${component}`,
  sentHash: 'hash',
  ...more,
});

const mappingOf = (site: number, component: string) => ({
  loadId: testLoadId(site, component),
  evidence: 'told' as const,
  ...sent(site, component),
});

test('what was sent is remembered by VEN and external id, and what came last counts', async (t) => {
  const { store } = await setUp(t);
  await store.record([mappingOf(0, 'load_0'), mappingOf(0, 'load_2')], []);
  await store.remember([
    sent(0, 'load_1', { sentHash: null }),
    sent(0, 'load_2', { vtnResourceId: 'r-new', sentHash: 'newer' }),
    sent(0, 'load_0', { venName: 'Aarhus' }),
  ]);
  const asked = ['load_0', 'load_1', 'load_2', 'load_3'].map((component) => externalId(0, component));
  const found = await store.sent('Aalborg', asked);
  assert.deepEqual(
    [...found.values()].map((one) => ({ ...one })),
    [
      sent(0, 'load_0'),
      sent(0, 'load_1', { sentHash: null }),
      sent(0, 'load_2', { vtnResourceId: 'r-new', sentHash: 'newer' }),
    ],
  );
  // What lies between those that are asked for is none of them.
  const outer = await store.sent('Aalborg', [externalId(0, 'load_0'), externalId(0, 'load_2')]);
  assert.deepEqual([...outer.keys()], [externalId(0, 'load_0'), externalId(0, 'load_2')]);
  assert.deepEqual(await store.sent('Aalborg', []), new Map());
});

test('an external id is that of a load, or remembered from one that is gone, or nobody’s', async (t) => {
  const { database, store } = await setUp(t);
  await store.remember([sent(0, 'load_0'), sent(0, 'load_1')]);
  await database.removeLoads([testLoadId(0, 'load_1')]);
  const asked = [externalId(0, 'load_0'), externalId(0, 'load_1'), externalId(0, 'load_2'), 'foreign'];
  assert.deepEqual(
    await store.ownersOf(asked),
    new Map([
      [externalId(0, 'load_0'), 'load'],
      [externalId(0, 'load_1'), 'remembered'],
      [externalId(0, 'load_2'), 'load'],
    ]),
  );
});

test('VENs under which loads were sent are told, though their site has moved since', async (t) => {
  const { database, store } = await setUp(t);
  await store.remember([sent(0, 'load_0'), sent(2, 'load_0', { venName: 'Aarhus' })]);
  assert.deepEqual(await store.venNamesSent(undefined), ['Aalborg', 'Aarhus']);
  assert.deepEqual(await store.venNamesSent(['Aarhus']), ['Aarhus']);
  await database.changeSites({ ven: 'Skagen' }, ['site-00000']);
  assert.deepEqual(await store.venNamesSent(['Skagen']), ['Aalborg']);
  assert.deepEqual(await store.venNamesSent(['Odense']), []);
});

test('a load whose resource is forgotten is in doubt, and says whether it was before', async (t) => {
  const { database, store } = await setUp(t);
  const [a, b, c] = ['load_0', 'load_1', 'load_2'].map((one) => testLoadId(0, one)) as [
    string,
    string,
    string,
  ];
  await store.record([mappingOf(0, 'load_0'), mappingOf(0, 'load_1'), mappingOf(0, 'load_2')], []);
  await database.changeLoads({ registration_status: 'SUSPENDED' }, [b]);
  await store.exclusively({ command: 'apply' }, async () => {
    assert.deepEqual(
      await store.unmap([a, b]),
      new Map([
        [a, 'was-there'],
        [b, 'was-there'],
      ]),
    );
    assert.deepEqual(
      await store.unmap([a, c]),
      new Map([
        [a, 'maybe-sent'],
        [c, 'was-there'],
      ]),
    );
  });
  assert.deepEqual(await database.notedLoads(), [a, b, c]);
  const rows = await database.loads();
  assert.deepEqual(
    rows.slice(0, 4).map((row) => [row.vtn_resource_id, row.registration_status]),
    [
      [null, 'PENDING'],
      [null, 'SUSPENDED'],
      [null, 'PENDING'],
      [null, 'PENDING'],
    ],
  );
});

test('what was removed from the VTN is forgotten, with its note and failure; one of another VEN is not', async (t) => {
  const { database, store } = await setUp(t);
  const loadId = testLoadId(0, 'load_0');
  await store.record([mappingOf(0, 'load_0'), mappingOf(0, 'load_1')], []);
  await store.remember([sent(0, 'load_0', { venName: 'Aarhus' }), sent(1, 'load_5')]);
  await store.unmap([loadId, testLoadId(0, 'load_1')]);
  const failed = { status: 422, reason: 'no', trace: 'maybe-sent' as const };
  const failedLoads = [loadId, testLoadId(0, 'load_1'), testLoadId(0, 'load_2')];
  await store.record(
    [],
    failedLoads.map((id) => ({ loadId: id, ...failed })),
  );
  assert.deepEqual(await store.failedLoads(), new Set(failedLoads));
  await store.forgetFailures([testLoadId(0, 'load_2')]);
  await store.forget([
    { venName: 'Aalborg', externalResourceId: externalId(0, 'load_0'), loadId },
    { venName: 'Aalborg', externalResourceId: externalId(1, 'load_5'), loadId: null },
  ]);
  assert.deepEqual(await store.failedLoads(), new Set([testLoadId(0, 'load_1')]));
  assert.deepEqual(await database.notedLoads(), [testLoadId(0, 'load_1'), testLoadId(0, 'load_2')]);
  assert.deepEqual(await database.registeredLoads(), []);
  const ids = [externalId(0, 'load_0'), externalId(0, 'load_1'), externalId(1, 'load_5')];
  assert.deepEqual([...(await store.sent('Aalborg', ids)).keys()], [externalId(0, 'load_1')]);
  assert.deepEqual([...(await store.sent('Aarhus', ids)).keys()], [externalId(0, 'load_0')]);
});
