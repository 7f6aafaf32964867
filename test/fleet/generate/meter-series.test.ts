import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { hoursFrom } from '../../../src/fleet/generate/hours.ts';
import { referenceMeterData } from '../../../src/fleet/generate/meter-reference.ts';
import { meterSeries } from '../../../src/fleet/generate/meter-series.ts';

const meterId = 'meter_707057500950414460';
const yearOf = meterSeries(referenceMeterData);
const { startMs, hours: count } = referenceMeterData;
const hours = hoursFrom(startMs, count, () => 0.5);

/** The mean power of a component in the hours that this picks, W. */
function mean(component: string, pick: (hour: number) => boolean): number {
  const watts = [...yearOf({ meterId, component }).watts].filter((_, hour) => pick(hour));
  return watts.reduce((sum, power) => sum + power, 0) / watts.length;
}

const at = (...localHours: number[]) => {
  return (hour: number) => localHours.includes(hours.localHour[hour] ?? -1);
};
const inMonths = (...months: number[]) => {
  return (hour: number) => months.includes(new Date(hours.startsMs[hour] ?? 0).getUTCMonth() + 1);
};

suite('made-up readings', () => {
  test('are hourly over the reference year, and never negative', () => {
    const { startsMs, watts, stepMs } = yearOf({ meterId, component: 'load_2' });
    assert.deepEqual([startsMs.length, watts.length, stepMs], [8739, 8739, 3_600_000]);
    assert.equal(new Date(startsMs[0] ?? 0).toISOString(), '2025-01-15T08:00:00.000Z');
    assert.ok(startsMs.every((ms, hour) => ms === startMs + 3_600_000 * hour));
    assert.ok(watts.every((power) => power >= 0 && power < 8_000 && Number.isFinite(power)));
  });

  test('are the same for the same seed, in a longer file as well, and differ between series', () => {
    const key = { meterId, component: 'load_1' };
    const short = meterSeries({ hours: 100, seed: 1 })(key).watts;
    assert.deepEqual(short, yearOf(key).watts.slice(0, 100));
    for (const other of [
      meterSeries({ hours: 100, seed: 2 })(key),
      meterSeries({ hours: 100, seed: 1 })({ ...key, meterId: 'meter_1' }),
    ])
      assert.notDeepEqual(short, other.watts);
  });

  test('have the habits of their component', () => {
    const day = mean('load_0', at(12, 13, 14));
    assert.ok(Math.abs(mean('load_0', at(2, 3, 4)) / day - 1) < 0.02, 'the base load is flat');
    for (const component of ['load_1', 'load_3'])
      assert.ok(mean(component, at(18)) > 3 * mean(component, at(3)), `${component} has an evening peak`);
    assert.ok(mean('load_2', inMonths(1, 2)) > 2 * mean('load_2', inMonths(7)), 'it is heated in winter');
    const evening = at(17, 18);
    const inMonth = (month: number) => mean('load_4', (hour) => evening(hour) && inMonths(month)(hour));
    assert.ok(inMonth(12) > 1.5 * inMonth(6), 'there is light on winter evenings');
    assert.ok(mean('load_9', () => true) > 0, 'other components have readings as well');
  });

  test('go by the clock on the wall, which summer time sets', () => {
    const local = (time: string) => hours.localHour[(Date.parse(time) - startMs) / 3_600_000];
    assert.equal(local('2025-03-30T00:00Z'), 1);
    assert.equal(local('2025-03-30T01:00Z'), 3);
    assert.equal(local('2025-10-26T00:00Z'), 2);
    assert.equal(local('2025-10-26T01:00Z'), 2);
    const noon = (date: string) => hours.daylight[(Date.parse(`${date}T11:00Z`) - startMs) / 3_600_000] ?? 0;
    assert.ok(noon('2025-06-21') > 0.95 && noon('2025-12-21') < 0.25);
  });
});
