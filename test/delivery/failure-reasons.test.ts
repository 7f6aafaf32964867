import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReasons } from '../../src/delivery/failure-reasons.ts';

test('reasons that differ only by an id are one', () => {
  const reasons = createReasons();
  for (let index = 0; index < 200; index++) {
    const externalResourceId = `hotel ${index}`;
    reasons.add({ reason: `HTTP 400: ${externalResourceId} is unknown`, externalResourceId });
    const id = `0b2f3c44-8a52-4c8e-9d0e-6f1f5d1c2${String(index).padStart(3, '0')}`;
    reasons.add({
      reason: `HTTP 409: resource ${id} at meter 70705750000${1000 + index}`,
      externalResourceId,
    });
    reasons.add({ reason: 'HTTP 422: body.id', externalResourceId });
  }
  assert.deepEqual(
    reasons.list().map(({ reason, loads }) => [reason, loads]),
    [
      ['HTTP 400: … is unknown', 200],
      ['HTTP 409: resource … at meter …', 200],
      ['HTTP 422: body.id', 200],
    ],
  );
});

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
