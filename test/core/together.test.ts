import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as aTurn } from 'node:timers/promises';
import { together } from '../../src/core/together.ts';

/** Work whose calls are ended by hand. */
function byHand() {
  const calls: { all: readonly number[]; end: PromiseWithResolvers<void> }[] = [];
  const call = together((all: readonly number[]) => {
    const end = Promise.withResolvers<void>();
    calls.push({ all, end });
    return end.promise;
  });
  return { calls, call };
}

test('calls that come while one is under way are made together, in their order', async () => {
  const { calls, call } = byHand();
  const first = call([1, 2]);
  const [second, third] = [call([3]), call([4, 5])];
  assert.deepEqual(
    calls.map(({ all }) => all),
    [[1, 2]],
  );
  calls[0]?.end.resolve();
  await first;
  const fourth = call([6]);
  await aTurn();
  calls[1]?.end.resolve();
  await Promise.all([second, third, fourth]);
  assert.deepEqual(
    calls.map(({ all }) => all),
    [
      [1, 2],
      [3, 4, 5, 6],
    ],
  );
  const fifth = call([7]);
  calls.at(-1)?.end.resolve();
  await fifth;
  assert.deepEqual(calls.at(-1)?.all, [7]);
});

test('a call that fails fails for all who are in it, and for no other', async () => {
  const { calls, call } = byHand();
  const first = call([1]);
  const others = [call([2]), call([3])];
  calls[0]?.end.reject(new Error('full'));
  await assert.rejects(first, /full/);
  await aTurn();
  calls[1]?.end.reject(new Error('gone'));
  for (const other of others) await assert.rejects(other, /gone/);
  const last = call([4]);
  calls[2]?.end.resolve();
  await last;
  assert.equal(calls.length, 3);
});
