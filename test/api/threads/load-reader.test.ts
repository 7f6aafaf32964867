import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createLoadReader } from '../../../src/api/threads/load-reader.ts';
import { type ProfileChoice, profileNamed, profileNames } from '../../../src/profiles/choose-profile.ts';
import {
  createLoadSource,
  type LoadSource,
  type PendingLoad,
} from '../../../src/registration/load-source.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { execute, pythonDatabase, sitesOf, testLoadId } from '../../support/fleet-database.ts';
import { testDatabase } from '../../support/test-database.ts';

const choiceOf = (profile: ProfileChoice['profile']): ProfileChoice => ({
  profile,
  role: 'BL',
  serviceLocation: 'object',
  clientIdTemplate: 'client-{ven}',
});

/** The same database read on this thread and in one of its own. */
async function bothSources(t: TestContext, path: string, choice: ProfileChoice) {
  const store = await openStore(path);
  const thread = createLoadReader({ address: store.readerAddress(), choice });
  t.after(async () => {
    await thread.close();
    await store.close();
  });
  const profile = await profileNamed(choice.profile).jobs.registration(choice);
  return { here: createLoadSource(store, profile), there: thread.source, store };
}

async function all(source: LoadSource, only?: ReadonlySet<string>): Promise<PendingLoad[]> {
  const loads: PendingLoad[] = [];
  const ven = { name: 'Aalborg', id: 'ven-1' };
  for (let after: string | undefined; ; ) {
    const page = await source({ venName: 'Aalborg', after, ven, includeDisabled: false, only });
    loads.push(...page.loads);
    after = page.next;
    if (after === undefined) return loads;
  }
}

for (const profile of profileNames) {
  test(`${profile}: the thread makes what this thread would make of the same rows`, async (t) => {
    const path = pythonDatabase(t, sitesOf({ Aalborg: 205, Aarhus: 2 }));
    execute(
      path,
      `UPDATE resources SET capacities = '{' WHERE resource_id = 'site-00003';
      UPDATE resources SET enabled = 0 WHERE resource_id = 'site-00004';
      UPDATE loads SET registration_status = 'SUSPENDED' WHERE load_component = 'load_2'`,
    );
    const { here, there } = await bothSources(t, path, choiceOf(profile));
    const [ours, theirs] = [await all(here), await all(there)];
    assert.equal(ours.length, 204 * 5);
    assert.equal(ours.filter((load) => !load.ok).length, 5);
    assert.deepEqual(theirs, ours);
    const one = ours.find((load) => load.ok)?.load.loadId as string;
    assert.deepEqual(await all(there, new Set([one])), await all(here, new Set([one])));
    assert.equal((await all(there, new Set([one]))).length, 1);
  });
}

test('loads that a dead run left in the journal are told as perhaps sent; those of this run are not', async (t) => {
  const database = testDatabase(t, sitesOf({ Aalborg: 2 }));
  await (await openStore(database.path)).close();
  const left = testLoadId(0, 'load_1');
  await database.leaveInJournal([left]);
  const { there, store } = await bothSources(t, database.path, choiceOf('flex-gateway'));
  const maybeSent = async (source: LoadSource) =>
    (await all(source))
      .filter((one) => one.ok && one.load.trace === 'maybe-sent')
      .map((one) => one.load.loadId);
  assert.deepEqual(await maybeSent(there), [left], 'read without exclusive access, as by a dry run');
  await store.exclusively({ command: 'register' }, async () => {
    await store.noteSending([testLoadId(1, 'load_0')]);
    // Opened after the run has begun to note what it sends.
    const thread = createLoadReader({
      address: store.readerAddress(),
      choice: choiceOf('flex-gateway'),
    });
    assert.deepEqual(await maybeSent(thread.source), [left]);
    await thread.close();
  });
});

test('a database that is gone is not looked for anew', async (t) => {
  const thread = createLoadReader({
    address: { path: '/nowhere/fleet.db', file: '/nowhere/fleet.db', identity: '0:0', exclusive: false },
    choice: choiceOf('flex-gateway'),
  });
  t.after(thread.close);
  await assert.rejects(all(thread.source), { code: 'DB_REPLACED' });
});
