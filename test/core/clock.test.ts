import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../src/core/clock.ts';

test('sleeps as long as told, by the clock that never goes back', async () => {
  const start = systemClock.monotonic();
  await systemClock.sleep(20);
  const slept = systemClock.monotonic() - start;
  assert.ok(slept >= 19, String(slept));
});

test('wakes early when aborted, without an error', async () => {
  const controller = new AbortController();
  const sleep = systemClock.sleep(60_000, controller.signal);
  controller.abort();
  await sleep;
  await systemClock.sleep(60_000, controller.signal);
});

test('a sleep longer than any timer is one all the same', async () => {
  const controller = new AbortController();
  let isOver = false;
  const sleep = systemClock.sleep(2 ** 40, controller.signal).then(() => {
    isOver = true;
  });
  await systemClock.sleep(20);
  assert.equal(isOver, false);
  controller.abort();
  await sleep;
});
