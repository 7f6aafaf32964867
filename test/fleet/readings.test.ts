import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endMsOf, partOf, type Readings, readingsWithin } from '../../src/fleet/readings.ts';

const hour = 3_600_000;
const readings = (...starts: number[]): Readings => ({
  startsMs: Float64Array.from(starts),
  watts: Float64Array.from(starts, (_, n) => n),
  stepMs: hour,
});

test('an interval lasts a step, is not stretched over a gap, and ends where the next one begins', () => {
  const some = readings(0, hour, 5 * hour, 5.5 * hour);
  assert.deepEqual(
    [0, 1, 2, 3].map((n) => endMsOf(some, n)),
    [hour, 2 * hour, 5.5 * hour, 6.5 * hour],
  );
});

test('a part of readings knows what follows it', () => {
  const some = readings(0, hour, 1.5 * hour, 3 * hour);
  const part = partOf(some, 0, 2);
  assert.deepEqual([...part.watts], [0, 1]);
  assert.equal(endMsOf(part, 1), 1.5 * hour);
  assert.equal(endMsOf(partOf(part, 1, 2), 0), 1.5 * hour);
});

test('within a span is what begins in it', () => {
  const some = readings(0, hour, 2 * hour, 3 * hour);
  const within = (fromMs: number, untilMs: number) => [...readingsWithin(some, { fromMs, untilMs }).watts];
  assert.deepEqual(within(hour, 3 * hour), [1, 2]);
  assert.deepEqual(within(1, hour), []);
  assert.deepEqual(within(-5, 100 * hour), [0, 1, 2, 3]);
  assert.deepEqual(within(4 * hour, 100 * hour), []);
});
