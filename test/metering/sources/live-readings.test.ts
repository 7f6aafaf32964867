import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NewReadings } from '../../../src/metering/sources/follow-readings.ts';
import { createLiveReadings } from '../../../src/metering/sources/live-readings.ts';

const hourMs = 3_600_000;
const key = { meterId: 'm', component: 'load_1' };
const nothing = { rows: 0, notNumbers: 0, duplicates: 0, inFuture: 0, outOfOrder: 0, gaps: 0 };

/** Readings of these hours, a watt for each. */
function readingsOf(...hours: number[]): NewReadings {
  const startsMs = Float64Array.from(hours, (hour) => hour * hourMs);
  return {
    key,
    readings: { startsMs, watts: Float64Array.from(hours), stepMs: hourMs },
    mended: nothing,
    late: 0,
  };
}

async function held(...coming: NewReadings[]) {
  const feed = (async function* () {
    yield* coming;
  })();
  const live = createLiveReadings('a feed', feed, () => 0);
  await live.close();
  const hours = async () => {
    const read = await live.read(key);
    assert.ok(read.ok);
    return Array.from(read.readings.watts);
  };
  return { live, hours };
}

test('what comes again of a series that is followed anew is held once, and counted as left out', async () => {
  const { live, hours } = await held(readingsOf(1, 2, 3), readingsOf(2, 3, 4));
  assert.deepEqual([await hours(), live.leftOut()], [[1, 2, 3, 4], 2]);
});

test('what is too old is forgotten, and what came behind it stays', async () => {
  const { live, hours } = await held(readingsOf(1, 2), readingsOf(3));
  live.forgetBefore(2 * hourMs);
  assert.deepEqual(await hours(), [2, 3]);
  live.forgetBefore(9 * hourMs);
  assert.deepEqual(await hours(), []);
});
