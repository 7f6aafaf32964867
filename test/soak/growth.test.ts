import assert from 'node:assert/strict';
import { test } from 'node:test';
import { growthOf } from './growth.ts';

const bound = { part: 0.05, amount: 2 };
const hours = Array.from({ length: 24 }, (_, hour) => hour);
/** Up and down by as much as 3, and no trend. */
const noise = (hour: number) => ((hour * 7) % 5) - 1.5;

test('what goes up and down has not grown, and warming up does not count', () => {
  const { isBeyond, perHour } = growthOf(
    hours.map((hour) => 60 + noise(hour) - (hour < 6 ? 20 : 0)),
    bound,
  );
  assert.ok(!isBeyond && Math.abs(perHour) < 0.1, String(perHour));
});

test('what grows by a little each hour is seen through the noise, by how much it is', () => {
  const { isBeyond, perHour, before, after } = growthOf(
    hours.map((hour) => 40 + 0.5 * hour + noise(hour)),
    bound,
  );
  assert.ok(isBeyond);
  assert.ok(Math.abs(perHour - 0.5) < 0.1, String(perHour));
  assert.ok(after - before > 6);
});

test('growth must be beyond both bounds', () => {
  const rise = (from: number, by: number) =>
    growthOf(
      hours.map((hour) => (hour < 12 ? from : from + by)),
      bound,
    );
  assert.ok(!rise(100, 3).isBeyond, 'less than 5 %');
  assert.ok(!rise(10, 1.5).isBeyond, 'less than 2');
  assert.ok(rise(50, 3).isBeyond);
});
