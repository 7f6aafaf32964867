import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type IntervalSeries,
  impliedIntervals,
  listedIntervals,
} from '../../../src/events/report-schedule/event-intervals.ts';

/** Intervals by their ids and times: `7 10-20`. */
const shown = (series: IntervalSeries, most = series.length) =>
  Array.from({ length: Math.min(most, series.length) }, (_, n) => {
    const { id, startMs, endMs } = series.at(n);
    return `${id} ${startMs}-${endMs}`;
  });
const interval = (id: number, startMs: number, endMs: number) => ({ id, startMs, endMs });
const two = [interval(7, 10, 20), interval(3, 20, 25)];

test('intervals come as they are written, in order of time', () => {
  assert.deepEqual(shown(listedIntervals(two.toReversed())), ['7 10-20', '3 20-25']);
  assert.deepEqual(shown(listedIntervals(two, 15)), ['7 10-20', '3 20-25']);
  assert.equal(listedIntervals([]).length, 0);
});

test('an event that lasts longer has them go round, and its end cuts the last one off', () => {
  const series = listedIntervals(two, 42);
  assert.deepEqual(shown(series), ['7 10-20', '3 20-25', '7 25-35', '3 35-40', '7 40-50', '3 50-52']);
  assert.equal(series.roundLength, 2);
  assert.deepEqual(
    [0, 1, 2, 5].map((n) => series.overMs(n)),
    [20, 25, 35, 52],
  );
  assert.deepEqual(shown(listedIntervals(two, 35)).slice(3), ['3 35-40', '7 40-45']);
  const endless = listedIntervals(two, Number.POSITIVE_INFINITY);
  assert.deepEqual([endless.length, endless.roundLength], [Number.POSITIVE_INFINITY, 2]);
  assert.deepEqual(endless.at(2_000_001), interval(3, 15_000_020, 15_000_025));
});

test('an event that is over sooner leaves out what begins later', () => {
  const series = listedIntervals(two, 8);
  assert.deepEqual([shown(series), series.roundLength], [['7 10-18'], 1]);
  assert.equal(series.overMs(0), 18);
});

test('an interval is over when those before it are, too', () => {
  const series = listedIntervals([interval(0, 0, 100), interval(1, 10, 20), interval(2, 20, 120)]);
  assert.deepEqual(
    [0, 1, 2].map((n) => series.overMs(n)),
    [100, 100, 120],
  );
});

test('intervals of no length, or without end, are what they are', () => {
  assert.deepEqual(shown(listedIntervals([interval(0, 5, 5)])), ['0 5-5']);
  const endless = [interval(0, 5, Number.POSITIVE_INFINITY)];
  assert.deepEqual(shown(listedIntervals(endless)), ['0 5-Infinity']);
  assert.deepEqual(shown(listedIntervals(endless, Number.POSITIVE_INFINITY)), ['0 5-Infinity']);
});

test('implied intervals are as long as the period says, as long as the event lasts', () => {
  const period = { startMs: 100, eachMs: 10 };
  assert.deepEqual(shown(impliedIntervals(period), 2), ['0 100-110', '1 110-120']);
  assert.equal(impliedIntervals(period).length, Number.POSITIVE_INFINITY);
  assert.deepEqual(shown(impliedIntervals(period, 25)), ['0 100-110', '1 110-120', '2 120-125']);
  assert.equal(impliedIntervals(period, 25).overMs(2), 125);
  assert.equal(impliedIntervals({ startMs: 100, eachMs: 0 }).length, 0);
});
