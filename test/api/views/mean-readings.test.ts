import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meanReadings } from '../../../src/api/views/mean-readings.ts';
import type { Readings } from '../../../src/fleet/readings.ts';

const hour = 3_600_000;

/** Readings at these hours, each of as many W. */
const at = (...hours: number[]): Readings => ({
  startsMs: Float64Array.from(hours, (n) => n * hour),
  watts: Float64Array.from(hours),
  stepMs: hour,
});

const inHours = (readings: Readings, most: number) => {
  const { points, stepMs } = meanReadings(readings, most);
  return {
    points: points.map(([ms, watts]) => [ms / hour, watts]),
    step: stepMs === null ? null : stepMs / hour,
  };
};

test('as many as there is room for are the readings themselves, with their gaps', () => {
  assert.deepEqual(inHours(at(1, 2, 3, 6, 7), 6), {
    points: [
      [1, 1],
      [2, 2],
      [3, 3],
      [4, null],
      [6, 6],
      [7, 7],
    ],
    step: 1,
  });
  assert.deepEqual(inHours(at(), 6), { points: [], step: null });
});

test('more are means of equal spans, of which none is left out', () => {
  assert.deepEqual(inHours(at(1, 2, 3, 4, 5), 2), {
    points: [
      [1, 2],
      [4, 4.5],
    ],
    step: 3,
  });
  assert.deepEqual(inHours(at(0, 1, 2, 9, 10, 11), 6), {
    points: [
      [0, 0.5],
      [2, 2],
      [4, null],
      [8, 9],
      [10, 10.5],
    ],
    step: 2,
  });
});

test('there are never more points than were asked for, and the mean of all stays the mean', () => {
  for (let count = 1; count < 200; count += 7) {
    for (const most of [2, 3, 10, 50]) {
      const hours = Array.from({ length: count }, (_, n) => n + (n > 40 ? 30 : 0));
      const { points, stepMs } = meanReadings(at(...hours), most);
      assert.ok(points.length <= most, `${count} readings, ${points.length} of ${most} points`);
      assert.deepEqual(
        points.toSorted(([a], [b]) => a - b),
        points,
      );
      assert.ok(points.every(([ms], n) => n === 0 || ms - (points[n - 1]?.[0] ?? 0) >= (stepMs ?? 0)));
    }
  }
});
