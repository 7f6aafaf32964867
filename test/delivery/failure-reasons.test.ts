import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReasons } from '../../src/delivery/failure-reasons.ts';

test('counts all failures by reason, and tells a hundred reasons apart', () => {
  const reasons = createReasons();
  for (let index = 0; index < 300; index++) {
    reasons.add({ reason: index % 2 ? 'often' : `reason ${index}`, externalResourceId: `load ${index}` });
  }
  const list = reasons.list();
  assert.deepEqual(list[0], { reason: 'often', loads: 150, example: 'load 1' });
  assert.equal(list.length, 101);
  assert.deepEqual(list.at(-1), { reason: 'other reasons', loads: 51, example: 'load 198' });
});
