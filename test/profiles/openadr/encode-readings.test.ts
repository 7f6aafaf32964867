import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { endMsOf, type Readings } from '../../../src/fleet/readings.ts';
import { type Measure, measures } from '../../../src/profiles/metering-profile.ts';
import { readingsEncoder } from '../../../src/profiles/openadr/encode-readings.ts';
import { hour, readingsOf } from '../../support/readings.ts';

interface Payload {
  type: string;
  values: number[];
}
interface Period {
  start: string;
  duration: string;
}
interface Entry {
  intervalPeriod: Period;
  intervals: { id: number; intervalPeriod?: Period; payloads: Payload[] }[];
}

const from = Date.UTC(2025, 0, 15, 8);
const textOf = (readings: Readings, of: Measure[] = ['USAGE']) =>
  Buffer.from(readingsEncoder(of)(readings).bytes).toString();
const entryOf = (readings: Readings, of?: Measure[]) => JSON.parse(`{${textOf(readings, of)}}`) as Entry;
const payloadsOf = (readings: Readings, of?: Measure[]) =>
  entryOf(readings, of).intervals.map(({ payloads }) =>
    payloads.map(({ type, values }) => [type, ...values].join(' ')),
  );

test('readings that follow one another share the period of their resource', () => {
  assert.equal(
    textOf(readingsOf([1_234.5, 2_000.1])),
    '"intervalPeriod":{"start":"2025-01-15T08:00:00Z","duration":"PT1H"},"intervals":[' +
      '{"id":0,"payloads":[{"type":"USAGE","values":[1.2345]}]},' +
      '{"id":1,"payloads":[{"type":"USAGE","values":[2.0001]}]}]',
  );
  assert.equal(textOf(readingsOf([])), '"intervals":[]');
});

test('only an interval that does not follow, or is shorter, has a period of its own', () => {
  const times = [from, from + hour, from + 4 * hour, from + 5 * hour, from + 5.25 * hour, from + 6.25 * hour];
  const { intervals } = entryOf(readingsOf([1, 1, 1, 1, 1, 1], from, times));
  assert.deepEqual(
    intervals.map(({ intervalPeriod }) => intervalPeriod),
    [
      undefined,
      undefined,
      { start: '2025-01-15T12:00:00Z', duration: 'PT1H' },
      { start: '2025-01-15T13:00:00Z', duration: 'PT15M' },
      undefined,
      undefined,
    ],
  );
});

test('energy is that of the real length of the interval, power stays what it is', () => {
  const readings = readingsOf([4_000, 4_000], from, [from, from + hour / 4]);
  assert.deepEqual(payloadsOf(readings, ['USAGE', 'READING', 'DEMAND']), [
    ['USAGE 1', 'READING 4', 'DEMAND 4'],
    ['USAGE 4', 'READING 4', 'DEMAND 4'],
  ]);
});

test('what is fed in is told as a reading, since usage and demand are not below zero', () => {
  const readings = readingsOf([-1_500, 0, 1_500]);
  assert.deepEqual(payloadsOf(readings), [['READING -1.5'], ['USAGE 0'], ['USAGE 1.5']]);
  assert.deepEqual(payloadsOf(readings, ['READING', 'DEMAND'])[0], ['READING -1.5']);
});

test('nothing is lost: from what is told, all times and powers come out again', () => {
  const gap = fc.constantFrom(hour, hour, hour, 3 * hour, 600_000, 1_234);
  const rows = fc.array(fc.tuple(gap, fc.double({ min: -1e6, max: 1e6, noNaN: true })), { maxLength: 40 });
  const chosen = fc.subarray([...measures], { minLength: 1 });
  fc.assert(
    fc.property(rows, chosen, (given, of) => {
      let at = from;
      const times = given.map(([ms]) => (at += ms));
      const readings = readingsOf(
        given.map(([, watts]) => watts),
        from,
        times,
      );
      assert.deepEqual(
        spansTold(entryOf(readings, of)),
        times.map((ms, n) => [ms, endMsOf(readings, n)]),
      );
      for (const [n, payloads] of payloadsOf(readings, of).entries()) {
        const watts = readings.watts[n] as number;
        assert.equal(payloads.length, watts < 0 ? 1 : of.length);
        const hours = (endMsOf(readings, n) - (times[n] as number)) / hour;
        for (const payload of payloads) {
          const [type, value] = payload.split(' ');
          const told = (Number(value) * 1000) / (type === 'USAGE' ? hours : 1);
          assert.ok(Math.abs(told - watts) < 1e-6 + 1e-6 / hours + Math.abs(watts) * 1e-12);
        }
      }
    }),
  );
});

/** When each interval begins and ends, as the User Guide has it (7.3). */
function spansTold({ intervalPeriod, intervals }: Entry): number[][] {
  let at = intervalPeriod === undefined ? 0 : Date.parse(intervalPeriod.start);
  return intervals.map((interval) => {
    const start = interval.intervalPeriod ? Date.parse(interval.intervalPeriod.start) : at;
    at = start + msOf((interval.intervalPeriod ?? intervalPeriod).duration);
    return [start, at];
  });
}

function msOf(duration: string): number {
  const [, h = 0, m = 0, s = 0] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(duration) ?? [];
  return Number(h) * hour + Number(m) * 60_000 + Math.round(Number(s) * 1000);
}
