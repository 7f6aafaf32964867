import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { openStore } from '../../src/store/open-store.ts';
import type { Mapping } from '../../src/store/registration-store.ts';
import type { Store } from '../../src/store/store.ts';
import { sitesOf, testLoadId } from '../support/fleet-database.ts';
import { testDatabase } from '../support/test-database.ts';

const ids = ['load_0', 'load_1', 'load_2', 'load_3'].map((component) => testLoadId(0, component));
const [a, b, c, d] = ids as [string, string, string, string];

async function setUp(t: TestContext) {
  const database = testDatabase(t, sitesOf({ Aalborg: 1 }));
  const store = await openStore(database.path);
  t.after(() => store.close());
  return { database, store };
}

const mapping = (loadId: string): Mapping => ({
  loadId,
  vtnResourceId: `r-${loadId}`,
  externalResourceId: `e-${loadId}`,
  venName: 'Aalborg',
  sentHash: null,
  evidence: 'told' as const,
});

const maybeSent = async (store: Store) =>
  (await store.sitesOfVen('Aalborg', undefined, 9)).sites[0]?.loads
    .filter((load) => load.trace === 'maybe-sent')
    .map((load) => load.loadId);

/** Another process that notes loads as about to be sent and stores the end of one, and dies before the others'. */
async function runThatDies(path: string, noted: readonly string[], ended: string): Promise<void> {
  const source = `
    const { openStore } = await import(${JSON.stringify(import.meta.resolve('../../src/store/open-store.ts'))});
    const store = await openStore(${JSON.stringify(path)});
    await store.exclusively({ command: 'register' }, async () => {
      await store.noteSending(${JSON.stringify(noted)});
      await store.record([${JSON.stringify(mapping(ended))}], []);
      process.kill(process.pid, 'SIGKILL');
      await new Promise(() => setInterval(() => {}, 1000));
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: 'inherit' });
  const [, signal] = await once(child, 'exit');
  assert.equal(signal, 'SIGKILL');
}

test('one open store, run after run: each knows what the one before left in doubt, and no more', async (t) => {
  const { database, store } = await setUp(t);
  await store.exclusively({ command: 'register' }, async () => {
    assert.deepEqual(await maybeSent(store), []);
    await store.noteSending([a, b, c]);
    assert.deepEqual(await maybeSent(store), [], 'its own are in no doubt');
    await store.record([mapping(a)], [{ loadId: b, status: 503, reason: 'busy', trace: 'maybe-sent' }]);
  });
  assert.deepEqual(await database.notedLoads(), [b, c], 'b failed in doubt, and c has no end');
  assert.deepEqual(await maybeSent(store), [b, c]);

  await store.exclusively({ command: 'register' }, async () => {
    assert.deepEqual(await maybeSent(store), [b, c]);
    await store.noteSending([b, c, d]);
    assert.deepEqual(await maybeSent(store), [b, c]);
    await store.record([mapping(b)], [{ loadId: c, status: 400, reason: 'no', trace: 'none' }]);
    await store.forgetSending([d]);
  });
  assert.deepEqual(await database.notedLoads(), []);
  assert.deepEqual(await database.registeredLoads(), [a, b]);
});

test('what a run of another process left behind meanwhile is taken over by the next over this store', async (t) => {
  const { database, store } = await setUp(t);
  await store.exclusively({ command: 'register' }, async () => {
    await store.noteSending([a]);
    await store.record([mapping(a)], []);
  });
  await runThatDies(database.path, [b, c, d], b);
  assert.deepEqual(await maybeSent(store), [b, c, d], 'who only reads is told of all that it noted');
  await store.exclusively({ command: 'register' }, async () => {
    assert.deepEqual(await maybeSent(store), [c, d], 'b is registered');
    await store.noteSending([c]);
    await store.record([mapping(c)], []);
    assert.deepEqual(await maybeSent(store), [d]);
  });
  assert.deepEqual(await database.notedLoads(), [d]);
  assert.deepEqual(await database.registeredLoads(), [a, b, c]);
});

test('all that a run wrote is durable before another may begin, also where the run fails', async (t) => {
  const { database, store } = await setUp(t);
  const written: Promise<unknown>[] = [];
  const failing = store.exclusively({ command: 'register' }, async () => {
    // Not waited for.
    written.push(store.noteSending(ids), store.record([mapping(a), mapping(b)], []));
    throw new Error('the run');
  });
  await assert.rejects(failing, /the run/);
  assert.deepEqual(await database.registeredLoads(), [a, b]);
  assert.deepEqual(await database.notedLoads(), [c, d]);
  await Promise.all(written);
  const other = await openStore(database.path);
  t.after(() => other.close());
  await other.exclusively({ command: 'apply' }, async () => {
    assert.equal((await other.unmap([b, c])).get(c), 'maybe-sent');
  });
  assert.deepEqual(await database.registeredLoads(), [a]);
});

test('a store that is closed takes nothing more', async (t) => {
  const { store } = await setUp(t);
  await store.close();
  await assert.rejects(store.noteSending([a]));
  await assert.rejects(store.countByVen({}));
});
