import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timelineOf } from '../../../src/events/timeline/timeline-of.ts';
import type { GridEvent } from '../../../src/fleet/grid-event.ts';
import {
  dayMs,
  event,
  from,
  hourMs,
  hours,
  interval,
  laidOut,
  lasts,
  minuteMs,
  noTime,
  now,
  payload,
  period,
  shown,
  spansOf,
} from './examples.ts';

const price = (value: number) => payload('PRICE', value);
/** Prices 0, 1, … of an hour each. */
const hourly = (length: number) => Array.from({ length }, (_, n) => interval(n, null, price(n)));
const day = period({ start: from(dayMs), duration: hours(1) });

const examples: [what: string, of: Partial<GridEvent>, spans: string[]][] = [
  ['7.2-3, one price', { period: day, intervals: hourly(1) }, ['PRICE 0 0:00-1:00']],
  [
    '7.3-1, three prices in a payload',
    {
      intervals: [
        interval(0, { start: from(dayMs), duration: hours(3) }, payload('PRICE', 0.17, 0.03, 0.11)),
      ],
    },
    ['PRICE 0.17 0:00-1:00', 'PRICE 0.03 1:00-2:00', 'PRICE 0.11 2:00-3:00'],
  ],
  [
    '7.3, do it now, until it is deleted',
    {
      period: period({ start: now, duration: 'infinite' }),
      intervals: [interval(0, null, payload('ALERT_OTHER', 'Mind'))],
    },
    ['ALERT_OTHER Mind 0:00-'],
  ],
  [
    '7.3, the first interval has the sentinel: the start of the event',
    {
      period: period({ start: from(dayMs + hourMs), duration: hours(1) }),
      intervals: [interval(0, { start: now }, price(1)), interval(1, { start: now }, price(2))],
    },
    ['PRICE 1 1:00-2:00', 'PRICE 2 2:00-3:00'],
  ],
  [
    '7.3, the first interval has the sentinel, the event no period: now',
    {
      intervals: [
        interval(0, { start: now, duration: hours(1) }, price(1)),
        interval(1, { duration: hours(2) }, price(2)),
      ],
    },
    ['PRICE 1 0:00-1:00', 'PRICE 2 1:00-3:00'],
  ],
  [
    '7.3, two prices go round for four hours and a half',
    { period: day, duration: lasts({ hours: 4, minutes: 30 }), intervals: hourly(2) },
    ['PRICE 0 0:00-1:00', 'PRICE 1 1:00-2:00', 'PRICE 0 2:00-3:00', 'PRICE 1 3:00-4:00', 'PRICE 0 4:00-4:30'],
  ],
  [
    '7.3, the duration of the event leaves the rest out',
    { period: day, duration: lasts({ minutes: 90 }), intervals: hourly(4) },
    ['PRICE 0 0:00-1:00', 'PRICE 1 1:00-1:30'],
  ],
  [
    '7.4-1, the second lasts longer',
    {
      period: day,
      intervals: [interval(0, null, price(0.17)), interval(1, { duration: hours(2) }, price(0.22))],
    },
    ['PRICE 0.17 0:00-1:00', 'PRICE 0.22 1:00-3:00'],
  ],
  [
    '7.4 of 3.0.1, with the sentinel because a start is required',
    {
      period: day,
      intervals: [
        interval(0, null, price(0.17)),
        interval(1, { start: now, duration: hours(2) }, price(0.22)),
      ],
    },
    ['PRICE 0.17 0:00-1:00', 'PRICE 0.22 1:00-3:00'],
  ],
  ['7.5, intervals that ask for reports only', { period: day, intervals: [interval(0, null)] }, []],
  ['8.7, implied intervals', { period: day }, []],
  [
    '8.1-1, an alert of four hours',
    {
      period: period({ start: from(dayMs), duration: hours(4) }),
      intervals: [interval(0, null, payload('ALERT_GRID_EMERGENCY', 'one', 'two'))],
    },
    ['ALERT_GRID_EMERGENCY one two 0:00-4:00'],
  ],
  [
    '8.1 of 3.0.1, an alert from now on',
    { period: period({ start: now }), intervals: [interval(0, null, payload('ALERT_FIRE', 'one'))] },
    ['ALERT_FIRE one 0:00-'],
  ],
  [
    '8.2 of 3.0.1, four hours from now on',
    {
      period: period({ start: now, duration: hours(4) }),
      intervals: [interval(0, null, payload('SIMPLE', 1))],
    },
    ['SIMPLE 1 0:00-4:00'],
  ],
  [
    '8.4-2, a curve is one thing',
    {
      period: day,
      intervals: [interval(0, null, payload('CURVE', { x: 0.17, y: 0.26 }, { x: 0.19, y: 0.28 }))],
    },
    ['CURVE (0.17, 0.26) (0.19, 0.28) 0:00-1:00'],
  ],
  [
    '8.9.3-1, a setpoint for ever',
    {
      period: period({ start: from(dayMs), duration: 'infinite' }),
      intervals: [interval(0, null, payload('DISPATCH_SETPOINT', 0.5))],
    },
    ['DISPATCH_SETPOINT 0.5 0:00-'],
  ],
  [
    '8.10.1-1, limits both ways',
    {
      period: period({ start: from(dayMs), duration: lasts({ minutes: 30 }) }),
      intervals: [10, 8].map((kw, n) =>
        interval(n, null, payload('IMPORT_CAPACITY_LIMIT', kw), payload('EXPORT_CAPACITY_LIMIT', 14 - kw)),
      ),
    },
    [
      'EXPORT_CAPACITY_LIMIT 4 0:00-0:30',
      'IMPORT_CAPACITY_LIMIT 10 0:00-0:30',
      'EXPORT_CAPACITY_LIMIT 6 0:30-1:00',
      'IMPORT_CAPACITY_LIMIT 8 0:30-1:00',
    ],
  ],
  [
    '8.10.2-5, the event of no time at all, its interval of an hour',
    {
      period: period({ start: now, duration: noTime }),
      intervals: [
        interval(0, { start: from(dayMs), duration: hours(1) }, payload('CAPACITY_AVAILABLE', 242)),
      ],
    },
    ['CAPACITY_AVAILABLE 242 0:00-1:00'],
  ],
  [
    '8.12-2, instructions that belong together',
    {
      intervals: [
        interval(0, { start: from(dayMs), duration: hours(1) }, payload('DISPATCH_INSTRUCTION', 'a', 'b')),
        interval(1, { duration: hours(2) }, payload('DISPATCH_INSTRUCTION', 'a', 'c')),
      ],
    },
    ['DISPATCH_INSTRUCTION a b 0:00-1:00', 'DISPATCH_INSTRUCTION a c 1:00-3:00'],
  ],
];
for (const [what, of, spans] of examples) {
  test(`User Guide ${what}`, () => assert.deepEqual(spansOf(laidOut(event(of)).timeline), spans));
}

const decided: [what: string, of: Partial<GridEvent>, spans: string[], notes: string[]][] = [
  [
    'an interval of no time at a real time asks nothing',
    { period: period({ start: from(dayMs), duration: noTime }), intervals: [interval(7, null, price(1))] },
    [],
    ['interval 7 lasts no time, and asks nothing'],
  ],
  [
    'one that nobody gave a length lasts until the next one of its type, whatever the order of the list',
    {
      intervals: [
        interval(0, { start: from(dayMs + 2 * hourMs) }, price(3)),
        interval(1, { start: from(dayMs + hourMs) }, payload('GHG', 2)),
        interval(2, { start: from(dayMs) }, price(1)),
      ],
    },
    ['PRICE 1 0:00-2:00', 'GHG 2 1:00-', 'PRICE 3 2:00-'],
    [],
  ],
  [
    'what follows an interval without end never begins',
    { period: period({ start: from(dayMs), duration: 'infinite' }), intervals: hourly(3) },
    ['PRICE 0 0:00-'],
    ['2 intervals, the first of them 1, follow one without end, and never begin'],
  ],
  [
    'of intervals that overlap the later in the list counts',
    {
      intervals: [
        interval(0, { start: from(dayMs), duration: hours(3) }, price(0), payload('GHG', 5)),
        interval(1, { start: from(dayMs + hourMs), duration: hours(1) }, price(1)),
      ],
    },
    ['GHG 5 0:00-3:00', 'PRICE 0 0:00-1:00', 'PRICE 1 1:00-2:00', 'PRICE 0 2:00-3:00'],
    ['intervals overlap (PRICE): of those at one time the later one in the list counts'],
  ],
  [
    'intervals out of order, with a gap',
    {
      intervals: [
        interval(0, { start: from(dayMs + 2 * hourMs), duration: hours(1) }, price(0)),
        interval(0, { start: from(dayMs), duration: hours(1) }, price(1)),
      ],
    },
    ['PRICE 1 0:00-1:00', 'PRICE 0 2:00-3:00'],
    ['several intervals have the same id'],
  ],
  [
    'several values without end',
    {
      period: period({ start: from(dayMs), duration: 'infinite' }),
      intervals: [interval(0, null, payload('PRICE', 1, 2))],
    },
    ['PRICE 1 0:00-'],
    ['interval 0 has several values and no end: only the first counts'],
  ],
  [
    'several values of a private type, of OLS, or none',
    {
      period: day,
      intervals: [interval(0, null, payload('x-place', 9.7, 57.1), payload('OLS', 0, 1), payload('PRICE'))],
    },
    ['OLS 0 1 0:00-1:00', 'PRICE  0:00-1:00', 'x-place 9.7 57.1 0:00-1:00'],
    [],
  ],
  [
    'an event is over before its last intervals',
    { period: day, duration: hours(1), intervals: hourly(3) },
    ['PRICE 0 0:00-1:00'],
    ['2 intervals, the first of them 1, would begin when the event is over'],
  ],
  [
    'a duration of zero for the event as a whole is a default that somebody filled in',
    { period: day, duration: noTime, intervals: hourly(1) },
    ['PRICE 0 0:00-1:00'],
    ['its duration as a whole is zero, which is taken as not said'],
  ],
  [
    'P9999Y in the period repeats nothing (3.0.1)',
    {
      period: period({ start: from(dayMs), duration: 'infinite' }),
      intervals: [
        interval(0, { duration: hours(1) }, price(0)),
        interval(1, { duration: hours(1) }, price(1)),
      ],
    },
    ['PRICE 0 0:00-1:00', 'PRICE 1 1:00-2:00'],
    [],
  ],
  [
    'nothing is asked of what was taken back',
    { isCancelled: true, period: day, intervals: hourly(1) },
    [],
    ['it is cancelled'],
  ],
];
for (const [what, of, spans, notes] of decided) {
  test(what, () => {
    const { timeline, notes: told } = laidOut(event(of));
    assert.deepEqual([spansOf(timeline), told], [spans, notes]);
  });
}

test('months are as long as the calendar has them', () => {
  const monthly = event({
    period: period({ start: from(Date.UTC(2024, 0, 31)), duration: lasts({ months: 1 }) }),
    intervals: hourly(4),
  });
  const { timeline } = laidOut(monthly);
  const begin = [...timeline.between(0, Number.POSITIVE_INFINITY)].map(({ fromMs }) =>
    new Date(fromMs).toISOString().slice(0, 10),
  );
  assert.deepEqual(begin, ['2024-01-31', '2024-02-29', '2024-03-31', '2024-04-30']);
  assert.equal(timeline.endMs, Date.UTC(2024, 4, 31));
  const leap = event({
    period: period({ start: from(Date.UTC(2024, 1, 29)), duration: lasts({ years: 1, days: 1 }) }),
    intervals: hourly(1),
  });
  assert.equal(laidOut(leap).timeline.endMs, Date.UTC(2025, 2, 1));
});

test('rounds without end are asked for, not made', () => {
  const { timeline } = laidOut(event({ period: day, duration: 'infinite', intervals: hourly(24) }));
  assert.deepEqual([timeline.startMs, timeline.endMs], [dayMs, null]);
  const later = dayMs + 1_000_000 * 24 * hourMs + 90 * minuteMs;
  assert.deepEqual(
    timeline.at(later).map(({ values }) => values[0]),
    [1],
  );
  assert.equal(timeline.nextChange(later), later + 30 * minuteMs);
  assert.deepEqual(
    [...timeline.between(later, later + 2 * hourMs)].map(({ values }) => values[0]),
    [1, 2, 3],
  );
});

test('who comes late has what is asked now', () => {
  const { timeline } = laidOut(event({ period: day, intervals: hourly(25) }));
  assert.deepEqual(timeline.at(dayMs + 6 * hourMs).map(shown), ['PRICE 6 6:00-7:00']);
  assert.deepEqual(timeline.at(dayMs + 25 * hourMs), []);
  assert.equal(timeline.nextChange(dayMs + 25 * hourMs), undefined);
  assert.equal(timeline.nextChange(0), dayMs);
});

test('what cannot be reckoned with has a reason', () => {
  const problemOf = (of: Partial<GridEvent>) => {
    const result = timelineOf(event(of), { anchorMs: dayMs, draw: () => 0.5 });
    return result.ok ? undefined : result.problem;
  };
  const lasting = (parts: Parameters<typeof lasts>[0]) => ({
    period: period({ start: from(dayMs), duration: lasts(parts) }),
    intervals: hourly(1),
  });
  assert.equal(problemOf(lasting({ seconds: Number.NaN })), 'the event has a duration that is none');
  assert.equal(problemOf(lasting({ hours: -1 })), 'the event has a duration that is none');
  assert.equal(problemOf(lasting({ hours: 1e15 })), 'interval 0 is at a time that cannot be told');
  assert.equal(
    problemOf({ intervals: [interval(3, { start: from(Number.NaN) })] }),
    'interval 3 is at a time that cannot be told',
  );
  assert.equal(
    problemOf({ ...lasting({ hours: 1 }), duration: lasts({ days: 1e12 }) }),
    'the event as a whole ends later than can be told',
  );
  assert.equal(
    problemOf({ intervals: [interval(0, { start: now, duration: hours(1), randomizeStart: 'infinite' })] }),
    'the start of its first interval may be drawn from too long a time',
  );
  const types = Array.from({ length: 1_001 }, (_, n) => payload(`x-${n}`, 1));
  assert.equal(
    problemOf({ period: day, intervals: [interval(0, null, ...types)] }),
    'it has payloads of more than 1000 types',
  );
});

test('many intervals take little more than their share of time, one after the other or all over each other', {
  timeout: 60_000,
}, () => {
  const inRow = (length: number) => event({ period: day, intervals: hourly(length) });
  const overEachOther = (length: number) =>
    event({
      intervals: Array.from({ length }, (_, n) =>
        interval(n, { start: from(dayMs + n * 1_000), duration: hours(1) }, price(n)),
      ),
    });
  for (const eventOf of [inRow, overEachOther]) {
    const msOf = (length: number) => {
      const of = eventOf(length);
      // What this thread worked, whatever else the machine does meanwhile.
      const before = process.threadCpuUsage();
      const { timeline } = laidOut(of);
      const builtMs = process.threadCpuUsage(before).user / 1_000;
      for (let n = 0; n < 10_000; n++) assert.equal(timeline.at(dayMs + n * hourMs + 1).length <= 1, true);
      return builtMs;
    };
    msOf(1_000);
    const few = Math.min(msOf(20_000), msOf(20_000), msOf(20_000));
    const many = msOf(200_000);
    // 10 times as many: 100 times as long if each looked at all others.
    assert.ok(many < few * 50, `${few} ms, ${many} ms`);
  }
});
