import assert from 'node:assert/strict';
import { test } from 'node:test';
import { profileNamed } from '../../src/profiles/choose-profile.ts';
import { localLoads } from '../../src/reconciliation/local-loads.ts';
import { openStore } from '../../src/store/open-store.ts';
import { pythonDatabase, sitesOf } from '../support/fleet-database.ts';

test('others have their turn while the loads of a large VEN are compared', async (t) => {
  const store = await openStore(pythonDatabase(t, sitesOf({ Aalborg: 160 })));
  t.after(() => store.close());
  const profile = await profileNamed('openadr-3.1').jobs.registration({});
  let turns = 0;
  let isOver = false;
  const others = () => {
    turns++;
    if (!isOver) setImmediate(others);
  };
  setImmediate(others);
  let loads = 0;
  for await (const _ of localLoads(store, profile, 'Aalborg', { includeDisabled: false, removeAll: false }))
    loads++;
  isOver = true;
  assert.equal(loads, 960);
  assert.ok(turns >= 3, `${turns} turns`);
});
