import assert from 'node:assert/strict';
import { test } from 'node:test';
import { steadyMark } from '../../../src/api/keep/steady-mark.ts';
import { createTestClock } from '../../support/test-clock.ts';

test('changes are told at once where they come alone, and else at most so often', async () => {
  const clock = createTestClock();
  let now = 'a';
  let looks = 0;
  const mark = steadyMark(
    async () => {
      looks++;
      return now;
    },
    clock,
    () => 1_000,
  );
  const told: string[] = [];
  for (const [ms, next] of [
    [0, 'a'],
    [2_000, 'b'],
    [100, 'c'],
    [800, 'd'],
    [100, 'd'],
    [900, 'd'],
    [5_000, 'd'],
  ] as const) {
    await clock.advance(ms);
    now = next;
    told.push(await mark());
  }
  assert.deepEqual(told, ['a', 'b', 'b', 'b', 'd', 'd', 'd']);
  assert.equal(looks, 4);
});
