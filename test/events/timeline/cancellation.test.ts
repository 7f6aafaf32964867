import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCancellation } from '../../../src/events/timeline/cancellation.ts';
import type { AskedReport, GridEvent } from '../../../src/fleet/grid-event.ts';
import { dayMs, event, from, hours, interval, laidOut, noTime, now, payload, period } from './examples.ts';

const over = period({ start: now, duration: noTime });
const simple = payload('SIMPLE', 1);
const report: AskedReport = {
  payloadType: 'STORAGE_CHARGE_LEVEL',
  readingType: null,
  units: null,
  aggregate: false,
  startInterval: -1,
  numIntervals: -1,
  historical: true,
  frequency: 0,
  repeat: 1,
  targets: [],
};

const cases: [what: string, of: Partial<GridEvent>, isCancelled: boolean][] = [
  ['7.9: "now", and no time', { period: over, intervals: [interval(0, null, simple)] }, true],
  [
    'the intervals say it as well',
    { period: over, intervals: [interval(0, { start: now, duration: noTime }, simple)] },
    true,
  ],
  [
    'the intervals alone say it',
    { intervals: [interval(0, { start: now, duration: noTime }, simple)] },
    true,
  ],
  ['an event without intervals that asks for nothing', { period: over }, true],
  ['what the VTN says is cancelled', { isCancelled: true }, true],
  ['8.6 and 8.10.2-2: reports from now on', { period: over, askedReports: [report] }, false],
  [
    '8.10.2-5: an interval with a time of its own',
    { period: over, intervals: [interval(0, { start: from(dayMs), duration: hours(1) }, simple)] },
    false,
  ],
  ['an hour from now on', { period: over, intervals: [interval(0, { duration: hours(1) }, simple)] }, false],
  ['from now on', { period: period({ start: now }), intervals: [interval(0, null, simple)] }, false],
  [
    'an instant at a real time',
    { period: period({ start: from(dayMs), duration: noTime }), intervals: [interval(0, null, simple)] },
    false,
  ],
  ['no period at all', { intervals: [interval(0, null, simple)] }, false],
];
for (const [what, of, isCancelled] of cases) {
  test(`${what}: ${isCancelled ? '' : 'not '}cancelled`, () => {
    assert.equal(isCancellation(event(of)), isCancelled);
    if (isCancelled) assert.equal(laidOut(event(of)).timeline.startMs, null);
  });
}
