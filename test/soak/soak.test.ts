import assert from 'node:assert/strict';
import { test } from 'node:test';
import { soakDay } from './day.ts';

/** The small version of `npm run test:soak`: too short to tell growth from warming up. */
test('whatever serve does at once, each load, dispatch and reading is accounted for', async () => {
  const { hours, accounts, done } = await soakDay({ loads: 36, vens: 2, hours: 2, secondsPerHour: 4 });
  assert.deepEqual(accounts.wrong, []);
  assert.equal(accounts.loads, 36);
  assert.ok(done.viewers && done.updates && done.made);
  for (const { held } of hours) {
    assert.ok(held.mainHeapMb > 0 && held.residentMb > held.mainHeapMb);
    assert.ok(held.threads > 0 && held.threadHeapMb > 0, 'threads are asked as well');
  }
});
