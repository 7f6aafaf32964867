import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { openStore } from '../../../src/store/open-store.ts';
import { fileIdentity } from '../../../src/store/sqlite/file-identity.ts';
import { readFleetSchema } from '../../../src/store/sqlite/fleet-schema.ts';
import { openJournal, takeOverJournal } from '../../../src/store/sqlite/journal.ts';
import { inTransaction } from '../../../src/store/sqlite/transaction.ts';
import { createWriter } from '../../../src/store/sqlite/writer.ts';
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
  await (await openStore(path)).close();
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
    inTransaction(sqlite, () => {
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
  takeOverJournal(sqlite, readFleetSchema(sqlite, path));
  assert.deepEqual([batches(path), rows(path)], [0, [b, c]]);
});

test('when a run has ended, it leaves a row for each load that has no end', async (t) => {
  const { path, sqlite } = await setUp(t);
  const journal = openJournal(sqlite);
  journal.note([a, b]);
  journal.settle([a], [])();
  journal.rest();
  assert.deepEqual([batches(path), rows(path)], [0, [b]]);
});

test('a journal that rests begins anew with the next run', async (t) => {
  const { path, sqlite } = await setUp(t);
  const journal = openJournal(sqlite);
  journal.note([a, b]);
  journal.rest();
  takeOverJournal(sqlite, readFleetSchema(sqlite, path));
  journal.note([b, c]);
  journal.settle([b], [])();
  assert.deepEqual([batches(path), rows(path)], [1, [a]], 'b has its end, and c is on its way');
  journal.settle([c, a], [])();
  assert.deepEqual(notedLoads(path), []);
});

test('a run that has lost its lease takes nothing of the journal of the one that took over', async (t) => {
  const { path, sqlite } = await setUp(t);
  const place = { path, identity: fileIdentity(path) as string };
  const [first, second] = [createWriter(place), createWriter(place)];
  await first.noteSending([a]);
  takeOverJournal(sqlite, readFleetSchema(sqlite, path));
  await second.noteSending([b, c]);
  const mapping = {
    vtnResourceId: 'r1',
    externalResourceId: 'site-00000_load_0',
    venName: 'Aalborg',
    sentHash: null,
    evidence: 'told' as const,
  };
  await first.record([{ loadId: a, ...mapping }], []);
  assert.deepEqual(notedLoads(path), [b, c]);
  await first.rest();
  assert.deepEqual(notedLoads(path), [b, c]);
  await first.close();
  assert.deepEqual(notedLoads(path), [b, c]);
  await second.close();
  assert.deepEqual(notedLoads(path), [b, c]);
});
