import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type EventInterval,
  type IntervalSeries,
  impliedIntervals,
  listedIntervals,
} from '../../../src/events/report-schedule/event-intervals.ts';
import {
  type DueReport,
  type ReportRequest,
  reportSchedule,
} from '../../../src/events/report-schedule/report-schedule.ts';
import { reportsToSend } from '../../../src/events/report-schedule/reports-to-send.ts';
import { event } from '../../../src/openadr/schemas/v31.ts';

const standard: ReportRequest = {
  startInterval: -1,
  numIntervals: -1,
  historical: true,
  frequency: -1,
  repeat: 1,
  aggregate: false,
};
/** Intervals of ten milliseconds, from 0 on. */
const tens = (length: number): EventInterval[] =>
  Array.from({ length }, (_, n) => ({ id: n, startMs: n * 10, endMs: n * 10 + 10 }));
const endless = Number.POSITIVE_INFINITY;
const implied = impliedIntervals({ startMs: 0, eachMs: 10 });

function scheduled(changes: Partial<ReportRequest>, series: IntervalSeries) {
  const schedule = reportSchedule({ ...standard, ...changes }, series);
  assert.ok(schedule.kind === 'scheduled', JSON.stringify(schedule));
  return schedule;
}

/** The first reports, at most five: `30: 0 1 2` is due at 30 ms, of these intervals. */
function reports(changes: Partial<ReportRequest>, series: IntervalSeries): string[] {
  const all = reportsToSend(scheduled(changes, series), { nowMs: -1 });
  return [...all.take(5)].map(
    ({ dueMs, intervals }) => `${dueMs}: ${intervals.map(({ id }) => id).join(' ')}`,
  );
}

const examples: [what: string, changes: Partial<ReportRequest>, series: IntervalSeries, reports: string[]][] =
  [
    ['7.5, all intervals, historical', {}, listedIntervals(tens(4)), ['40: 0 1 2 3']],
    ['7.5, all intervals, forecast', { historical: false }, listedIntervals(tens(4)), ['0: 0 1 2 3']],
    // The Guide's picture has a report in each of 1 to 3: see `generationPoints`.
    ['7.5, subset', { startInterval: 1, numIntervals: 3 }, listedIntervals(tens(5)), ['20: 0 1']],
    [
      '7.5, at a regular period',
      { startInterval: 1, numIntervals: 2, frequency: 2, repeat: 3 },
      listedIntervals(tens(6)),
      ['20: 0 1', '40: 2 3', '60: 4 5'],
    ],
    [
      '7.5, every 4 hours of 24',
      { startInterval: 3, numIntervals: 4, frequency: 4, repeat: -1 },
      listedIntervals(tens(24)),
      ['40: 0 1 2 3', '80: 4 5 6 7', '120: 8 9 10 11', '160: 12 13 14 15', '200: 16 17 18 19'],
    ],
    [
      '7.5, rolling; at the beginning, as 8.8 tells it',
      { startInterval: 0, numIntervals: 3, frequency: 1, repeat: 3, historical: false },
      listedIntervals(tens(5)),
      ['0: 0 1 2', '10: 1 2 3', '20: 2 3 4'],
    ],
    [
      '7.5, looping, once a round',
      { repeat: -1 },
      listedIntervals(tens(3), endless),
      ['30: 0 1 2', '60: 0 1 2', '90: 0 1 2', '120: 0 1 2', '150: 0 1 2'],
    ],
    ['7.5, looping, repeat as it stands', {}, listedIntervals(tens(3), endless), ['30: 0 1 2']],
    ['8.3, usage of two prices', {}, listedIntervals(tens(2)), ['20: 0 1']],
    [
      '8.8, forecasts of the next intervals, for ever',
      { startInterval: 0, numIntervals: 3, historical: false, frequency: 1, repeat: -1 },
      implied,
      ['0: 0 1 2', '10: 1 2 3', '20: 2 3 4', '30: 3 4 5', '40: 4 5 6'],
    ],
  ];
for (const [what, changes, series, expected] of examples) {
  test(`User Guide ${what}`, () => assert.deepEqual(reports(changes, series), expected));
}

const resolved: typeof examples = [
  [
    'frequency -1 is as many as a report covers',
    { startInterval: 1, numIntervals: 2, repeat: -1 },
    listedIntervals(tens(5)),
    ['20: 0 1', '40: 2 3'],
  ],
  [
    'a window reaches back no further than the first interval',
    { startInterval: 0, numIntervals: 3, frequency: 1, repeat: -1 },
    listedIntervals(tens(3)),
    ['10: 0', '20: 0 1', '30: 0 1 2'],
  ],
  [
    'and ahead no further than the last',
    { startInterval: 2, numIntervals: 3, frequency: 1, repeat: -1, historical: false },
    listedIntervals(tens(4)),
    ['20: 2 3', '30: 3'],
  ],
  [
    'implied intervals without end are reported as many at a time as are asked for',
    { numIntervals: 2, repeat: -1 },
    implied,
    ['20: 0 1', '40: 2 3', '60: 4 5', '80: 6 7', '100: 8 9'],
  ],
  ['or as pass between two reports', { frequency: 3, repeat: 2 }, implied, ['30: 0 1 2', '60: 3 4 5']],
  ['or one', { repeat: 2 }, implied, ['10: 0', '20: 1']],
  [
    'a window goes back into the round before',
    { startInterval: 0, numIntervals: 2, repeat: 3 },
    listedIntervals(tens(3), endless),
    ['10: 0', '40: 2 0', '70: 2 0'],
  ],
];
for (const [what, changes, series, expected] of resolved) {
  test(what, () => assert.deepEqual(reports(changes, series), expected));
}

test('a report that may come at any time has no schedule; nor has an event without intervals', () => {
  const kindOf = (changes: Partial<ReportRequest>, series: IntervalSeries) =>
    reportSchedule({ ...standard, ...changes }, series).kind;
  assert.equal(kindOf({ frequency: 0 }, listedIntervals(tens(4))), 'ad-hoc');
  assert.equal(kindOf({}, listedIntervals([])), 'ad-hoc');
  // 8.6: a state of charge, from now on.
  assert.equal(kindOf({ frequency: 0 }, impliedIntervals({ startMs: 0, eachMs: 0 })), 'ad-hoc');
});

test('what asks for nothing is told as that', () => {
  const problemOf = (changes: Partial<ReportRequest>, series = listedIntervals(tens(4))) => {
    const schedule = reportSchedule({ ...standard, ...changes }, series);
    return schedule.kind === 'nothing' ? schedule.problem : undefined;
  };
  assert.equal(
    problemOf({ startInterval: 4 }),
    'it starts at interval 4, and the event has 4, counted from 0',
  );
  assert.equal(problemOf({ numIntervals: 0 }), 'its reports are of 0 intervals');
  assert.equal(problemOf({ repeat: 0 }), 'it is repeated 0 times');
  const many = { numIntervals: 2_147_483_647, historical: false };
  assert.equal(problemOf(many, implied), 'its reports are of more than 1,000,000 intervals');
  assert.equal(problemOf(many), undefined);
});

test("whose the ids of a report's intervals are", () => {
  const idsOf = (changes: Partial<ReportRequest>, series = listedIntervals(tens(2))) =>
    reportSchedule({ ...standard, ...changes }, series).ids;
  assert.equal(idsOf({}), 'same');
  assert.equal(idsOf({ reportIntervals: 'SUB_INTERVALS' }), 'of-whole');
  assert.equal(idsOf({ reportIntervals: 'OPEN_INTERVALS' }), 'own');
  assert.equal(idsOf({ reportIntervals: 'INTERVALS' }, implied), 'own');
  assert.equal(reportSchedule({ ...standard, aggregate: true }, implied).isAggregated, true);
});

test('what a VTN sends is a request as it stands', () => {
  const [descriptor] = event.shape.reportDescriptors.parse([{ payloadType: 'USAGE', frequency: 2 }]);
  assert.ok(descriptor);
  assert.deepEqual(reports({ ...descriptor, repeat: -1, startInterval: 1 }, listedIntervals(tens(4))), [
    '20: 0 1',
    '40: 0 1 2 3',
  ]);
});

test('a gap between intervals is no time that a report covers', () => {
  const gapped = listedIntervals([...tens(2), { id: 9, startMs: 50, endMs: 60 }]);
  assert.deepEqual(scheduled({}, gapped).reportAt(0)?.spans, [
    { fromMs: 0, untilMs: 20 },
    { fromMs: 50, untilMs: 60 },
  ]);
});

const late = (nowMs: number, sent?: number) =>
  [
    ...reportsToSend(scheduled({ startInterval: 0, numIntervals: 1, repeat: -1 }, implied), {
      nowMs,
      sent,
    }).take(3),
  ].map(({ sequence }) => sequence);

test('who comes late sends the latest of the reports that are due, and then those to come', () => {
  assert.deepEqual(late(9), [0, 1, 2]);
  assert.deepEqual(late(10), [0, 1, 2]);
  assert.deepEqual(late(20), [1, 2, 3]);
  assert.deepEqual(late(35), [2, 3, 4]);
  // A millisecond each, since 1970.
  const old = scheduled({ startInterval: 0, repeat: -1 }, impliedIntervals({ startMs: 0, eachMs: 1 }));
  const [report] = reportsToSend(old, { nowMs: 1_736_928_000_000 });
  assert.equal(report?.dueMs, 1_736_928_000_000);
});

test('what was sent is not sent again', () => {
  assert.deepEqual(late(35, 1), [2, 3, 4]);
  assert.deepEqual(late(35, 2), [3, 4, 5]);
  assert.deepEqual(late(9, 4), [5, 6, 7]);
  const over = scheduled({}, listedIntervals(tens(2)));
  assert.deepEqual([...reportsToSend(over, { nowMs: 1_000 })].length, 1);
  assert.deepEqual([...reportsToSend(over, { nowMs: 1_000, sent: 0 })].length, 0);
});

const anyRequest: fc.Arbitrary<ReportRequest> = fc.record({
  startInterval: fc.integer({ min: -1, max: 12 }),
  numIntervals: fc.integer({ min: -1, max: 12 }),
  historical: fc.boolean(),
  frequency: fc.integer({ min: -1, max: 12 }),
  repeat: fc.integer({ min: -1, max: 12 }),
  aggregate: fc.boolean(),
});
const time = fc.integer({ min: 0, max: 300 });
const anySeries: fc.Arbitrary<IntervalSeries> = fc.oneof(
  fc
    .tuple(fc.array(fc.tuple(time, fc.integer({ min: 0, max: 40 })), { maxLength: 12 }), fc.option(time))
    .map(([all, duration]) =>
      listedIntervals(
        all.map(([startMs, length], id) => ({ id, startMs, endMs: startMs + length })),
        duration ?? undefined,
      ),
    ),
  fc
    .tuple(time, fc.integer({ min: 1, max: 40 }), fc.option(time))
    .map(([startMs, eachMs, duration]) => impliedIntervals({ startMs, eachMs }, duration ?? undefined)),
);

/** The first reports of a schedule, a hundred at most. */
function allOf(request: ReportRequest, series: IntervalSeries): DueReport[] {
  const schedule = reportSchedule(request, series);
  if (schedule.kind !== 'scheduled') return [];
  const numbers = Array.from({ length: 100 }, (_, sequence) => schedule.reportAt(sequence));
  return numbers.filter((report) => report !== undefined);
}

test('whatever is asked for: numbers, times and windows are sound', () => {
  fc.assert(
    fc.property(anyRequest, anySeries, (request, series) => {
      const all = allOf(request, series);
      assert.deepEqual(
        all.map(({ sequence }) => sequence),
        [...all.keys()],
      );
      if (request.repeat >= 0) assert.ok(all.length <= request.repeat);
      for (const [n, { dueMs, intervals, spans }] of all.entries()) {
        assert.ok(n === 0 || dueMs >= (all[n - 1] as DueReport).dueMs, 'due before the one before');
        assert.ok(intervals.length > 0);
        if (request.numIntervals > 0) assert.ok(intervals.length <= request.numIntervals);
        for (const { startMs, endMs } of intervals) {
          assert.ok(
            request.historical ? endMs <= dueMs : startMs >= dueMs,
            'of what is not over, or is begun',
          );
          assert.ok(spans.some(({ fromMs, untilMs }) => fromMs <= startMs && endMs <= untilMs));
        }
        for (const [m, { fromMs }] of spans.entries())
          assert.ok(m === 0 || fromMs > (spans[m - 1] as { untilMs: number }).untilMs);
      }
    }),
  );
});

test('whoever comes late finds the latest report that is due, as if all had been looked at', () => {
  fc.assert(
    fc.property(
      anyRequest,
      anySeries,
      time,
      fc.integer({ min: -1, max: 20 }),
      (request, series, nowMs, sent) => {
        const schedule = reportSchedule(request, series);
        if (schedule.kind !== 'scheduled') return;
        const all = allOf(request, series);
        const latest = all.findLastIndex(({ dueMs }) => dueMs <= nowMs);
        const expected = all.slice(Math.max(0, latest, sent + 1)).slice(0, 5);
        const found = [...reportsToSend(schedule, { nowMs, sent }).take(expected.length)];
        if (latest < 90) assert.deepEqual(found, expected);
      },
    ),
  );
});
