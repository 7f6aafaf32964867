import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enrolments } from '../../../src/events/follow/plan-keeper.ts';
import { flexGatewayEvents } from '../../../src/profiles/flex-gateway/events.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { pythonDatabase } from '../../support/fleet-database.ts';

test('a load is enrolled in a program under the id that it was enrolled with alone', async (t) => {
  const store = await openStore(pythonDatabase(t, []));
  t.after(() => store.close());
  const profile = flexGatewayEvents();
  const before = await enrolments(store, profile);
  await store.recordEnrolled('p', [{ loadId: 'l1', vtnResourceId: 'r1' }]);
  const { isEnrolled, mark } = await enrolments(store, profile);
  assert.equal(isEnrolled('p', { loadId: 'l1', vtnResourceId: 'r1' }), true);
  assert.equal(isEnrolled('p', { loadId: 'l1', vtnResourceId: 'r2' }), false, 'registered anew');
  assert.equal(isEnrolled('p', { loadId: 'l1', vtnResourceId: '' }), false, 'not registered');
  assert.equal(isEnrolled('q', { loadId: 'l1', vtnResourceId: 'r1' }), false);
  await store.recordEnrolled('p', [{ loadId: 'l1', vtnResourceId: 'r2' }]);
  const after = await enrolments(store, profile);
  assert.equal(new Set([before.mark, mark, after.mark]).size, 3, 'each change makes a plan anew');
});
