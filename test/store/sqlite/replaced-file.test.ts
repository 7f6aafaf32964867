import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { openStore } from '../../../src/store/open-store.ts';
import { databaseError } from '../../../src/store/sqlite/errors.ts';
import type { Store } from '../../../src/store/store.ts';
import {
  execute,
  pythonDatabase,
  query,
  readLoads,
  sitesOf,
  testLoadId,
} from '../../support/fleet-database.ts';
import { folderState } from '../../support/folder-state.ts';

const a = testLoadId(0, 'load_0');

const registerOne = (store: Store) =>
  store.record(
    [
      {
        loadId: a,
        vtnResourceId: 'r1',
        externalResourceId: 'site-00000_load_0',
        venName: 'Aalborg',
        sentHash: null,
        evidence: 'told',
      },
    ],
    [],
  );

async function openFleet(t: TestContext) {
  const path = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
  const store = await openStore(path);
  t.after(() => store.close());
  return { path, store };
}

const replaced = (what: string) => ({
  code: 'DB_REPLACED',
  message: new RegExp(`resources\\.db is not the file any more that this run opened: ${what}\\.$`),
});

test('a run whose database was removed ends with that, and makes no other', async (t) => {
  const { path, store } = await openFleet(t);
  const run = store.exclusively({ command: 'register' }, async () => {
    await registerOne(store);
    rmSync(path);
  });
  await assert.rejects(run, replaced('it was removed or renamed'));
  const another = store.exclusively({ command: 'register' }, async () => assert.fail('it has begun'));
  await assert.rejects(another, replaced('it was removed or renamed'));
  await store.close();
  assert.ok(!existsSync(path));
});

test('a run is told to stop soon after another file was put in the place of its own; both are whole', async (t) => {
  const { path, store } = await openFleet(t);
  const other = pythonDatabase(t, sitesOf({ Odense: 7 }));
  const before = folderState(dirname(other))['resources.db'];
  const run = store.exclusively({ command: 'register' }, async (lost) => {
    await registerOne(store);
    renameSync(path, `${path}.old`);
    renameSync(other, path);
    await once(lost, 'abort');
    // What the VTN said is stored even so, where the run has it.
    await store.record([], [{ loadId: testLoadId(0, 'load_1'), status: 422, reason: 'no', trace: 'none' }]);
  });
  await assert.rejects(run, replaced('another file was put in its place'));
  await store.close();
  assert.equal(folderState(dirname(path))['resources.db'], before);
  assert.equal(readLoads(path).length, 42);
  assert.deepEqual(
    query(path, 'PRAGMA integrity_check').map((row) => ({ ...row })),
    [{ integrity_check: 'ok' }],
  );
  // SQLite takes what lies beside the new file for its own.
  const left = readdirSync(dirname(path)).filter((name) => /\.old-/.test(name));
  assert.deepEqual(left, []);
  assert.equal(readLoads(`${path}.old`)[0]?.vtn_resource_id, 'r1');
  assert.equal(query(`${path}.old`, 'SELECT * FROM venfleet_failures').length, 1);
  assert.deepEqual(query(`${path}.old`, 'SELECT * FROM venfleet_lease'), []);
});

test('nothing is read from or written to a file that was put in the place of the one that was opened', async (t) => {
  const { path, store } = await openFleet(t);
  const other = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
  await (await openStore(other)).close();
  const before = folderState(dirname(other))['resources.db'];
  const failure = new Error('what the run says');
  const run = store.exclusively({ command: 'register' }, async () => {
    renameSync(other, path);
    // The writer's thread begins only now.
    await assert.rejects(registerOne(store), replaced('another file was put in its place'));
    await assert.rejects(store.insertSites([]), { code: 'DB_REPLACED' });
    throw failure;
  });
  await assert.rejects(run, { code: 'DB_REPLACED', cause: failure });
  await assert.rejects(
    store.exclusively({ command: 'register' }, async () => {}),
    { code: 'DB_REPLACED' },
  );
  await store.close();
  assert.equal(folderState(dirname(path))['resources.db'], before);
});

test('what SQLite itself says of a file that was moved is the same error', async (t) => {
  const path = pythonDatabase(t, []);
  const sqlite = new DatabaseSync(path);
  t.after(() => sqlite.close());
  renameSync(path, `${path}.old`);
  let said: unknown;
  try {
    sqlite.exec("UPDATE connections SET type = 'x'");
  } catch (error) {
    said = databaseError(error, path);
  }
  assert.equal((said as { code?: string } | undefined)?.code, 'DB_REPLACED');
  execute(`${path}.old`, 'SELECT 1');
});
