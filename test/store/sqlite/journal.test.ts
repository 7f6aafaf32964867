import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { openJournal } from '../../../src/store/sqlite/journal.ts';
import { openFleetDatabase } from '../../../src/store/sqlite/open-sqlite.ts';
import { createSqliteFleetStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { inOneGo } from '../../../src/store/sqlite/transaction.ts';
import {
  execute,
  notedLoads,
  pythonDatabase,
  query,
  sitesOf,
  testLoadId,
} from '../../support/fleet-database.ts';

const [a, b, c, d] = ['load_0', 'load_1', 'load_2', 'load_3'].map((component) =>
  testLoadId(0, component),
) as [string, string, string, string];

async function setUp(t: TestContext) {
  const path = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
  await (await openFleetDatabase(path)).close();
  const sqlite = new DatabaseSync(path);
  t.after(() => sqlite.close());
  return { path, sqlite };
}

const rows = (path: string) =>
  query(path, 'SELECT load_id AS id FROM venfleet_sending ORDER BY 1').map((row) => row.id);
const batches = (path: string) =>
  query(path, 'SELECT count(*) AS n FROM venfleet_sending_log').map((row) => row.n)[0];

test('a batch goes with the last of its loads; what is in doubt gets a row', async (t) => {
  const { path, sqlite } = await setUp(t);
  const journal = openJournal(sqlite);
  journal.note([a, b]);
  journal.note([b, c, d]);
  journal.settle([a], [])();
  assert.deepEqual(notedLoads(path), [a, b, c, d], 'the batch stays for the sake of b');
  journal.settle([b], [d])();
  assert.deepEqual([batches(path), rows(path)], [1, [d]]);
  journal.settle([c], [])();
  assert.deepEqual([batches(path), rows(path)], [0, [d]]);
  journal.settle([d], [])();
  assert.deepEqual(notedLoads(path), []);
});

test('an end that was not stored after all leaves its load noted, whatever comes after', async (t) => {
  const { path, sqlite } = await setUp(t);
  const journal = openJournal(sqlite);
  journal.note([a, b]);
  assert.throws(() =>
    inOneGo(sqlite, () => {
      journal.settle([a], []);
      throw new Error('the disk is full');
    }),
  );
  journal.settle([b], [])();
  assert.ok(notedLoads(path).includes(a));
});

test('what a run leaves behind is taken over, but for loads that were mapped', async (t) => {
  const { path, sqlite } = await setUp(t);
  openJournal(sqlite).note([a, b, c]);
  execute(
    path,
    `UPDATE loads SET registration_status = 'APPROVED', vtn_resource_id = 'r' WHERE load_id = '${a}'`,
  );
  openJournal(sqlite);
  assert.deepEqual([batches(path), rows(path)], [0, [b, c]]);
});

test('closed, it leaves a row for each load that has no end', async (t) => {
  const { path, sqlite } = await setUp(t);
  const journal = openJournal(sqlite);
  journal.note([a, b]);
  journal.settle([a], [])();
  journal.close();
  assert.deepEqual([batches(path), rows(path)], [0, [b]]);
});

test('the store says of loads that a run left behind that they may have been sent, before and after it writes', async (t) => {
  const { path, sqlite } = await setUp(t);
  openJournal(sqlite).note([a, b]);
  const store = createSqliteFleetStore(await openFleetDatabase(path));
  t.after(() => store.close());
  const maybeSent = async () =>
    (await store.sitesOfVen('Aalborg', undefined, 9))[0]?.loads
      .filter((load) => load.maybeSent)
      .map((load) => load.loadId);
  assert.deepEqual(await maybeSent(), [a, b]);
  await store.noteSending([c]);
  assert.deepEqual(await maybeSent(), [a, b], 'c is this run’s own');
  const mapping = {
    loadId: a,
    vtnResourceId: 'r',
    externalResourceId: 'x',
    venName: 'Aalborg',
    sentHash: null,
  };
  await store.record([mapping], []);
  assert.deepEqual(await maybeSent(), [b]);
});

test('a run that has lost its lease takes nothing of the journal of the one that took over', async (t) => {
  const { path } = await setUp(t);
  const [first, second] = [await open(path), await open(path)];
  await first.noteSending([a]);
  await second.noteSending([b, c]);
  const mapping = {
    vtnResourceId: 'r1',
    externalResourceId: 'site-00000_load_0',
    venName: 'Aalborg',
    sentHash: null,
  };
  await first.record([{ loadId: a, ...mapping }], []);
  assert.deepEqual(notedLoads(path), [b, c]);
  await first.close();
  assert.deepEqual(notedLoads(path), [b, c]);
  await second.close();
  assert.deepEqual(notedLoads(path), [b, c]);
});

const open = async (path: string) => createSqliteFleetStore(await openFleetDatabase(path));
