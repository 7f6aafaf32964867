import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportSchedule } from '../../../src/events/report-schedule/report-schedule.ts';
import { reportsToSend } from '../../../src/events/report-schedule/reports-to-send.ts';
import { intervalSeriesOf, reportRequestOf } from '../../../src/events/report-schedule/series-of-event.ts';
import type { AskedReport, GridEvent } from '../../../src/fleet/grid-event.ts';
import {
  dayMs,
  event,
  from,
  hourMs,
  hours,
  interval,
  lasts,
  noTime,
  now,
  payload,
  period,
} from '../timeline/examples.ts';

const asked: AskedReport = {
  payloadType: 'USAGE',
  readingType: null,
  units: null,
  aggregate: false,
  startInterval: -1,
  numIntervals: -1,
  historical: true,
  frequency: -1,
  repeat: 1,
  targets: [],
};
const day = period({ start: from(dayMs), duration: hours(1) });
const hourly = (length: number) =>
  Array.from({ length }, (_, n) => interval(n + 10, null, payload('PRICE', n)));

/** The first five reports: `2: 10 11` is due two hours into the day, of these intervals. */
function reportsOf(of: Partial<GridEvent>, changes: Partial<AskedReport>) {
  const result = intervalSeriesOf(event(of), { anchorMs: dayMs });
  assert.ok(result.ok);
  const schedule = reportSchedule(reportRequestOf({ ...asked, ...changes }), result.series);
  if (schedule.kind !== 'scheduled') return schedule.kind;
  return [...reportsToSend(schedule, { nowMs: 0 }).take(5)].map(
    ({ dueMs, intervals }) => `${(dueMs - dayMs) / hourMs}: ${intervals.map(({ id }) => id).join(' ')}`,
  );
}

const examples: [what: string, of: Partial<GridEvent>, changes: Partial<AskedReport>, expected: unknown][] = [
  ['8.3-2, usage of two prices', { period: day, intervals: hourly(2) }, {}, ['2: 10 11']],
  [
    '8.7-1, rolling forecasts of implied intervals',
    { period: day },
    { startInterval: 0, numIntervals: 3, historical: false, frequency: 1, repeat: -1 },
    ['0: 0 1 2', '1: 1 2 3', '2: 2 3 4', '3: 3 4 5', '4: 4 5 6'],
  ],
  [
    '8.6-1, at any time from now on',
    { period: period({ start: now, duration: noTime }) },
    { frequency: 0 },
    'ad-hoc',
  ],
  [
    '8.9.3-3, of an interval without end',
    { period: period({ start: from(dayMs), duration: 'infinite' }) },
    {},
    'ad-hoc',
  ],
  [
    '7.5, once a round',
    { period: day, duration: 'infinite', intervals: hourly(2) },
    { repeat: -1 },
    ['2: 10 11', '4: 10 11', '6: 10 11', '8: 10 11', '10: 10 11'],
  ],
];
for (const [what, of, changes, expected] of examples) {
  test(`User Guide ${what}`, () => assert.deepEqual(reportsOf(of, changes), expected));
}

test('implied intervals of a month, for a quarter of a year', () => {
  const result = intervalSeriesOf(
    event({
      period: period({ start: from(Date.UTC(2024, 0, 31)), duration: lasts({ months: 1 }) }),
      duration: lasts({ months: 3 }),
    }),
    { anchorMs: 0 },
  );
  assert.ok(result.ok);
  const ends = Array.from({ length: result.series.length }, (_, n) =>
    new Date(result.series.overMs(n)).toISOString().slice(0, 10),
  );
  assert.deepEqual(ends, ['2024-02-29', '2024-03-31', '2024-04-30']);
});

test('draws do not move reports; intervals that never begin are none; what cannot be reckoned with has a reason', () => {
  const drawn = period({ start: from(dayMs), duration: hours(1), randomizeStart: hours(1) });
  assert.deepEqual(reportsOf({ period: drawn, intervals: hourly(2) }, {}), ['2: 10 11']);
  const endless = intervalSeriesOf(
    event({ period: period({ start: from(dayMs), duration: 'infinite' }), intervals: hourly(3) }),
    { anchorMs: 0 },
  );
  assert.ok(endless.ok);
  assert.equal(endless.series.length, 1);
  const negative = period({ start: from(dayMs), duration: hours(-1) });
  const of = (intervals: GridEvent['intervals']) =>
    intervalSeriesOf(event({ period: negative, intervals }), { anchorMs: 0 });
  assert.deepEqual(of([]), { ok: false, problem: 'the event has a duration that is none' });
  assert.deepEqual(of(hourly(1)), of([]));
});
