import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEnds } from '../../../src/events/answer/owed.ts';
import { piecesOf } from '../../../src/events/answer/report-pieces.ts';
import { createRetries } from '../../../src/events/answer/retries.ts';
import { createTimer } from '../../../src/events/answer/timer.ts';
import { createTestClock } from '../../support/test-clock.ts';

test('reports end in any order', () => {
  const ends = createEnds(3, [5, 3, 1]);
  assert.deepEqual([ends.below(), [2, 3, 4, 5, 6].map(ends.has)], [4, [true, true, false, true, false]]);
  ends.add(4);
  assert.equal(ends.below(), 6);
});

test('what failed is tried again after twice the time each, up to the cap', () => {
  const retries = createRetries({ baseMs: 10, capMs: 35 });
  const waits = [0, 1, 2, 3].map(() => {
    retries.failed('a', 100);
    return (retries.nextMs() as number) - 100;
  });
  assert.deepEqual(waits, [10, 20, 35, 35]);
  assert.deepEqual(
    [retries.mayTry('a', 134), retries.mayTry('a', 135), retries.mayTry('b', 0)],
    [false, true, true],
  );
  retries.failed('b', 0);
  retries.keepOnly(new Set(['b']));
  assert.equal(retries.nextMs(), 10);
});

test('a large report is cut into pieces that VTNs take, and nothing of it is lost', () => {
  const intervals = (count: number) =>
    Array.from({ length: count }, (_, id) => ({ id, payloads: [{ type: 'USAGE', values: [id] }] }));
  const resources = [3, 1, 7, 0, 2].map((count, n) => ({
    resourceName: `r${n}`,
    intervals: intervals(count),
  }));
  const pieces = piecesOf(resources, 4);
  assert.deepEqual(
    pieces.map((piece) => piece.map(({ resourceName, intervals }) => [resourceName, intervals.length])),
    [
      [
        ['r0', 3],
        ['r1', 1],
      ],
      [['r2', 4]],
      [
        ['r2', 3],
        ['r4', 1],
      ],
      [['r4', 1]],
    ],
  );
});

test('a timer does what is due at its time, what it is woken for at once, and never two at a time', async () => {
  const clock = createTestClock(1_000);
  const stop = new AbortController();
  const done: number[] = [];
  let atWork = 0;
  const timer = createTimer(async () => {
    assert.equal(++atWork, 1);
    await clock.sleep(5);
    done.push(clock.now());
    atWork--;
    return done.length < 4 ? clock.now() + 100_000 : undefined;
  }, clock);
  await clock.runUntil(Promise.all([timer.wake(stop.signal), timer.wake(stop.signal)]));
  assert.deepEqual(done, [1_005, 1_010], 'what it is woken for meanwhile comes after');
  await clock.advance(99_999);
  assert.equal(done.length, 2);
  await clock.advance(6);
  assert.deepEqual(done.slice(2), [101_015]);
  await clock.advance(50_000);
  await clock.runUntil(timer.wake(stop.signal));
  assert.deepEqual(done.slice(3), [151_020]);
  await clock.advance(1_000_000);
  assert.equal(done.length, 4, 'nothing is due');
  stop.abort();
});

test('a timer ends with its signal', async () => {
  const clock = createTestClock();
  const stop = new AbortController();
  let times = 0;
  const timer = createTimer(async () => ++times * 1_000, clock);
  await timer.wake(stop.signal);
  await clock.advance(1_000);
  assert.equal(times, 2);
  stop.abort();
  await clock.advance(100_000);
  assert.equal(times, 2);
});
