import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Asking } from '../../../src/events/answer/askings.ts';
import { askingOf } from '../../../src/events/answer/askings.ts';
import { type MeteredReadings, meteredReports } from '../../../src/events/answer/metered-reports.ts';
import type { Plan } from '../../../src/events/dispatch/plan.ts';
import type { DueReport } from '../../../src/events/report-schedule/report-schedule.ts';
import type { Readings } from '../../../src/fleet/readings.ts';
import { openAdr31 } from '../../../src/profiles/openadr-3.1/profile.ts';
import type { StoredEvent } from '../../../src/store/event-store.ts';
import { readingsOf } from '../../support/readings.ts';

const ten = Date.UTC(2030, 0, 1, 10);
const minuteMs = 60_000;

/** The first report of an event of three intervals from 10:00 that asks so. */
async function firstReport(descriptor: object, duration: string) {
  const profile = await openAdr31.jobs.events({});
  const { event } = profile.eventOfBody(
    JSON.stringify({
      ...{ id: 'e', objectType: 'EVENT', programID: 'p' },
      intervalPeriod: { start: '2030-01-01T10:00:00Z', duration },
      intervals: [7, 8, 9].map((id) => ({ id, payloads: [{ type: 'SIMPLE', values: [1] }] })),
      reportDescriptors: [{ payloadType: 'USAGE', ...descriptor }],
    }),
  );
  assert.ok(event);
  const stored = { eventId: 'e', version: 1, receivedMs: 0, anchorMs: 0 } as StoredEvent;
  const found = askingOf({ stored, event }, 0);
  assert.ok(found.ok);
  return { asking: found.asking, report: found.asking.schedule.reportAt(0) as DueReport };
}

const plan = {
  load: (number: number) => ({ venName: 'V', loadId: `l${number}`, resourceName: () => `r${number}` }),
} as unknown as Plan;

/** What a report tells of loads with these readings: ids, minutes since 10:00, and values. */
async function told(
  { asking, report }: { asking: Asking; report: DueReport },
  readings: readonly (Readings | undefined)[],
  lateMinutes = 60,
) {
  const metered: MeteredReadings = {
    readingsOf: async () => new Map(readings.flatMap((one, n) => (one ? [[`l${n}`, one] as const] : []))),
  };
  const maker = meteredReports(metered);
  const nowMs = report.dueMs + lateMinutes * minuteMs;
  const made = await maker.prepare({ asking, report, plan, nowMs })([...readings.keys()]);
  if (typeof made === 'string') return made;
  const minutes = (ms = 0) => (ms - ten) / minuteMs;
  return {
    incomplete: made.incomplete,
    units: made.descriptors.map(({ payloadType, units }) => `${payloadType} ${units}`),
    resources: made.resources.map(({ resourceName, intervals }) => [
      resourceName,
      ...intervals.map(
        ({ id, span, payloads: [payload] }) =>
          `${id} ${minutes(span?.fromMs)}-${minutes(span?.untilMs ?? 0)} ${payload?.type} ${payload?.values.join()}`,
      ),
    ]),
  };
}

/** A reading of so many W every so many minutes. */
const every = (minutes: number, watts: readonly number[], from = ten) => ({
  ...readingsOf(
    watts,
    from,
    watts.map((_, n) => from + n * minutes * minuteMs),
  ),
  stepMs: minutes * minuteMs,
});

for (const [what, descriptor, duration, readings, wanted] of [
  [
    'the energy of each interval',
    {},
    'PT1H',
    every(60, [1000, 2000, 3000]),
    ['7 0-60 USAGE 1', '8 60-120 USAGE 2', '9 120-180 USAGE 3'],
  ],
  [
    'the sum of the readings in an interval',
    {},
    'PT1H',
    every(15, [100, 200, 300, 400, 0, 0, 0, 0, 8, 8, 8, 8]),
    ['7 0-60 USAGE 0.25', '8 60-120 USAGE 0', '9 120-180 USAGE 0.008'],
  ],
  [
    'the part of a reading that lies in an interval',
    { units: 'WH' },
    'PT30M',
    every(60, [1000, 3000]),
    ['7 0-30 USAGE 500', '8 30-60 USAGE 500', '9 60-90 USAGE 1500'],
  ],
  [
    'readings that began before',
    { payloadType: 'DEMAND' },
    'PT30M',
    every(60, [1000, 3000], ten - 30 * minuteMs),
    ['7 0-30 DEMAND 1', '8 30-60 DEMAND 3', '9 60-90 DEMAND 3'],
  ],
  [
    'a negative power as a reading',
    {},
    'PT1H',
    every(60, [1000, -2000, 3000]),
    ['7 0-60 USAGE 1', '8 60-120 READING -2', '9 120-180 USAGE 3'],
  ],
  [
    'no interval that is not wholly metered',
    { payloadType: 'READING', units: 'W' },
    'PT1H',
    every(15, [100, 100, 100, 100, 200, 200]),
    ['7 0-60 READING 100'],
  ],
  [
    'parts of intervals by the id of the whole',
    { reportIntervals: 'SUB_INTERVALS' },
    'PT1H',
    every(30, [1000, 2000, 3000, 4000, 5000, 6000]),
    ['7 0-30 USAGE 0.5', '7 30-60 USAGE 1', '8 60-90 USAGE 1.5', '8 90-120 USAGE 2'].concat([
      '9 120-150 USAGE 2.5',
      '9 150-180 USAGE 3',
    ]),
  ],
  [
    'intervals of the VEN by its own count',
    { reportIntervals: 'OPEN_INTERVALS' },
    'PT1H',
    every(90, [1000, 2000]),
    ['0 0-90 USAGE 1.5', '1 90-180 USAGE 3'],
  ],
] as const)
  test(`a report of readings tells ${what}`, async () => {
    const made = await told(await firstReport(descriptor, duration), [readings]);
    assert.ok(typeof made === 'object');
    assert.deepEqual(made.resources, [['r0', ...wanted]]);
  });

test('a clock of a meter that is not exact leaves no hole; a gap does', async () => {
  const of = await firstReport({ payloadType: 'DEMAND' }, 'PT1H');
  const minutes = [0, 60.2, 120.1];
  const readings = readingsOf(
    [1000, 1000, 1000],
    0,
    minutes.map((one) => ten + one * minuteMs),
  );
  const exact = await told(of, [readings]);
  assert.ok(typeof exact === 'object');
  assert.equal(exact.incomplete, 0);
  const gap = await told(of, [readingsOf([1000, 1000], 0, [ten, ten + 120 * minuteMs])]);
  assert.ok(typeof gap === 'object');
  assert.deepEqual([gap.incomplete, gap.resources], [1, [['r0', '7 0-60 DEMAND 1', '9 120-180 DEMAND 1']]]);
});

test('together is the sum where all are metered', async () => {
  const of = await firstReport({ aggregate: true }, 'PT1H');
  const made = await told(of, [every(60, [1000, 100, 1]), every(60, [0.1, 0.2])]);
  assert.deepEqual(made, {
    incomplete: 1,
    units: ['USAGE KWH'],
    resources: [['AGGREGATED_REPORT', '7 0-60 USAGE 1.0001', '8 60-120 USAGE 0.1002']],
  });
});

test('readings that are late are waited for, a quarter of an hour; then what is there is told', async () => {
  const of = await firstReport({}, 'PT1H');
  const some = [every(60, [1, 2, 3]), undefined];
  assert.match(String(await told(of, some, 14)), /have come yet/);
  const made = await told(of, some, 15);
  assert.ok(typeof made === 'object');
  assert.deepEqual([made.incomplete, made.resources.map(([name]) => name)], [1, ['r0']]);
  assert.match(String(await told(of, [undefined], 600)), /no readings/);
});

test('what cannot be made of mean powers is not', async () => {
  const metered = meteredReports({ readingsOf: async () => new Map() });
  const { asking } = await firstReport({}, 'PT1H');
  for (const [wish, why] of [
    [{ historical: false }, /forecast/],
    [{ units: 'GHG' }, /units, GHG/],
    [{ payloadType: 'DEMAND', units: 'KWH' }, /units, KWH/],
    [{ readingType: 'PEAK' }, /PEAK/],
  ] as const)
    assert.match(metered.whyNot({ ...asking.asked, ...wish }) ?? '', why);
  assert.equal(metered.whyNot(asking.asked), undefined);
  assert.match(meteredReports(undefined).whyNot(asking.asked) ?? '', /--meter-data/);
});
