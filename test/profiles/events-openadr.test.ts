import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAdr30 } from '../../src/profiles/openadr-3.0/profile.ts';
import { openAdr31 } from '../../src/profiles/openadr-3.1/profile.ts';
import { answerOf } from '../support/wire-answer.ts';
import { doneOf, eventOf, lasting, received } from './events-support.ts';

const v30 = await openAdr30.jobs.events({});
const v31 = await openAdr31.jobs.events({});
const five = Date.UTC(2026, 0, 15, 17);
const simple = { type: 'SIMPLE', values: [1] };
const interval = { id: 0, payloads: [simple] };
const none = { programId: 'p1', name: null, priority: null, createdMs: null, isCancelled: false };

test("a limit of a Dutch grid operator's kind: numbers as targets, an acknowledgement asked for", () => {
  const event = eventOf(v30, {
    id: '4711',
    createdDateTime: '2026-01-15T12:00:00.000Z',
    modificationDateTime: '2026-01-15T12:00:00.000Z',
    objectType: 'EVENT',
    programID: 'p1',
    eventName: 'limit',
    priority: null,
    targets: [{ type: 'RESOURCE_NAME', values: [1211] }],
    reportDescriptors: [
      { payloadType: 'POWER_LIMIT_ACKNOWLEDGEMENT', startInterval: 0, historical: false, targets: null },
    ],
    payloadDescriptors: [{ payloadType: 'CONSUMPTION_POWER_LIMIT', units: 'KW' }],
    intervalPeriod: { start: '2026-01-15T18:00:00+01:00', duration: 'PT15M', randomizeStart: null },
    intervals: [{ id: 0, payloads: [{ type: 'CONSUMPTION_POWER_LIMIT', values: [12.5] }] }],
  });
  assert.deepEqual(event, {
    ...none,
    id: '4711',
    name: 'limit',
    createdMs: Date.UTC(2026, 0, 15, 12),
    targets: [{ type: 'RESOURCE_NAME', values: ['1211'] }],
    period: { start: { kind: 'at', ms: five }, duration: lasting({ minutes: 15 }), randomizeStart: null },
    duration: null,
    intervals: [{ id: 0, period: null, payloads: [{ type: 'CONSUMPTION_POWER_LIMIT', values: [12.5] }] }],
    payloadDescriptors: [{ payloadType: 'CONSUMPTION_POWER_LIMIT', units: 'KW', currency: null }],
    askedReports: [
      {
        payloadType: 'POWER_LIMIT_ACKNOWLEDGEMENT',
        readingType: null,
        units: null,
        aggregate: false,
        startInterval: 0,
        numIntervals: -1,
        historical: false,
        frequency: -1,
        repeat: 1,
        targets: [],
      },
    ],
  });
});

test("OpenLEADR's 3.1: durations with all parts, periods of intervals, lists that are null or absent", () => {
  const event = eventOf(v31, {
    id: 'e1',
    programID: 'p1',
    priority: 0,
    duration: 'P0Y0M1DT0H0M0S',
    targets: ['Aalborg', 'load_2'],
    reportDescriptors: [{ payloadType: 'ACK', frequency: 0 }],
    payloadDescriptors: null,
    intervals: [
      {
        id: 7,
        intervalPeriod: {
          start: '2026-01-15T17:00:00.250Z',
          duration: 'P0Y0M0DT1H30M0.5S',
          randomizeStart: 'P0Y0M0DT0H5M0S',
        },
        payloads: null,
      },
      { id: 7, payloads: [{ type: 'CURVE', values: [[{ x: 0, y: 1 }], { x: 1, y: 2 }] }, simple] },
    ],
  });
  assert.deepEqual(event, {
    ...none,
    id: 'e1',
    priority: 0,
    targets: [{ type: null, values: ['Aalborg', 'load_2'] }],
    period: null,
    duration: lasting({ days: 1 }),
    intervals: [
      {
        id: 7,
        period: {
          start: { kind: 'at', ms: five + 250 },
          duration: lasting({ hours: 1, minutes: 30, seconds: 0.5 }),
          randomizeStart: lasting({ minutes: 5 }),
        },
        payloads: [],
      },
      {
        id: 7,
        period: null,
        payloads: [
          {
            type: 'CURVE',
            values: [
              { x: 0, y: 1 },
              { x: 1, y: 2 },
            ],
          },
          { type: 'SIMPLE', values: [1] },
        ],
      },
    ],
    payloadDescriptors: [],
    askedReports: [
      {
        payloadType: 'ACK',
        readingType: null,
        units: null,
        aggregate: false,
        startInterval: -1,
        numIntervals: -1,
        historical: true,
        frequency: 0,
        repeat: 1,
        reportIntervals: 'INTERVALS',
        targets: [],
      },
    ],
  });
  assert.deepEqual(eventOf(v31, { id: 'e2', programID: 'p1' }).intervals, []);
});

test('starts: "now" in every form, zones, the day after hour 24', () => {
  const startOf = (start: unknown) =>
    eventOf(v31, { id: 'e1', intervalPeriod: { start } }).period?.start ?? null;
  for (const now of [
    '0001-01-01',
    '0000-00-00',
    '0000-01-01',
    '0001-01-01T00:00:00',
    '0001-01-01T00:00:00Z',
    '0001-01-01T00:00:00.000+00:00',
    '0000-00-00T00:00:00Z',
    '0001-01-01 00:00:00',
  ])
    assert.deepEqual(startOf(now), { kind: 'now' }, now);
  const same = [
    '2026-01-15T17:00:00Z',
    '2026-01-15t17:00:00z',
    '2026-01-15 17:00Z',
    '2026-01-15T17:00:00.0004Z',
    '2026-01-15T18:00:00+0100',
    '2026-01-15T18:00:00+01',
    '2026-01-15T11:30:00-05:30',
  ];
  for (const text of same) assert.deepEqual(startOf(text), { kind: 'at', ms: five }, text);
  assert.deepEqual(startOf('2024-02-29T24:00:00Z'), { kind: 'at', ms: Date.UTC(2024, 2, 1) });
  assert.deepEqual(startOf('2016-12-31T23:59:60Z'), { kind: 'at', ms: Date.UTC(2017, 0, 1) });
  assert.equal(startOf(null), null);
});

test('durations: P9999Y has no end, however its parts are written; fractions and weeks count', () => {
  const durationOf = (duration: string) =>
    eventOf(v31, { id: 'e1', intervalPeriod: { duration } }).period?.duration;
  for (const text of ['P9999Y', 'P9999Y0M0DT0H0M0S', 'P99999Y'])
    assert.equal(durationOf(text), 'infinite', text);
  assert.deepEqual(durationOf('P1Y2M3W4DT5H6M7.5S'), {
    years: 1,
    months: 2,
    weeks: 3,
    days: 4,
    hours: 5,
    minutes: 6,
    seconds: 7.5,
  });
  assert.deepEqual(durationOf('PT0,25H'), lasting({ hours: 0.25 }));
  assert.deepEqual(durationOf('PT0S'), lasting({}));
});

test('a body says the same in the same words, and is read again as it was', () => {
  const fields = {
    id: 'e1',
    programID: 'p1',
    priority: 2,
    intervals: [interval],
    vendor: { b: 1, a: [{ d: 1, c: 2 }] },
  };
  const turned = Object.fromEntries(Object.entries(fields).reverse());
  const [one, other] = received(v31, fields, { ...turned, vendor: { a: [{ c: 2, d: 1 }], b: 1 } });
  assert.equal(one?.body, other?.body);
  assert.match(one?.body ?? '', /"vendor":\{"a":\[\{"c":2,"d":1\}\],"b":1\}/);
  assert.deepEqual(v31.eventOfBody(one?.body ?? ''), one);
  const [without] = received(v31, { programID: 'p1' });
  assert.deepEqual(v31.eventOfBody(without?.body ?? ''), without);
  assert.equal(v31.eventOfBody('{').problem, 'it is not JSON');
});

test('one reader lists all; a VEN its own, in 3.1 without targets and with its own', () => {
  const [all, ...more] = v31.eventListings();
  assert.deepEqual(all?.page(50), { method: 'GET', path: '/events?skip=50&limit=50' });
  assert.equal(all?.pageSize, 50);
  assert.equal(more.length, 0);
  assert.equal(v31.readsAs, 'all');
  assert.equal(v31.eventListings('Aalborg')[0]?.page(0).as, undefined);
});

test('as VEN each asks with its own name', async () => {
  const ven31 = await openAdr31.jobs.events({ role: 'VEN' });
  assert.equal(ven31.readsAs, 'ven');
  assert.deepEqual(
    ven31.eventListings('Køge').map((listing) => listing.page(0)),
    [
      { method: 'GET', path: '/events?skip=0&limit=50', as: 'Køge' },
      {
        method: 'GET',
        path: `/events?targets=${ven31.wireFormsOf('ven', 'Køge')[0]}&skip=0&limit=50`,
        as: 'Køge',
      },
    ],
  );
  assert.equal(ven31.programListings('Køge').length, 2);
  assert.deepEqual(ven31.eventOfId('e/1', 'Køge').request, {
    method: 'GET',
    path: '/events/e%2F1',
    as: 'Køge',
  });
  const ven30 = await openAdr30.jobs.events({ role: 'VEN' });
  assert.deepEqual(
    ven30.programListings('Køge').map((listing) => listing.page(0)),
    [{ method: 'GET', path: '/programs?skip=0&limit=50', as: 'Køge' }],
  );
});

test('an event by its id is there where the VTN shows that very one', () => {
  const { read } = v31.eventOfId('e1');
  assert.equal(doneOf(read(answerOf(200, { id: 'e1', intervals: [interval] })))?.event?.intervals.length, 1);
  assert.equal(
    doneOf(read(answerOf(200, { id: 'e1', intervals: 'x' })))?.problem,
    'intervals is "x", not a list',
  );
  for (const status of [404, 410]) assert.equal(doneOf(read(answerOf(status, {}))), undefined);
  assert.equal(read(answerOf(200, { id: 'e2' })).kind, 'refused');
  assert.equal(read(answerOf(200, '<html>', { contentType: 'text/html' })).kind, 'refused');
  assert.equal(read(answerOf(403, { status: 403 })).kind, 'refused');
  assert.equal(read(answerOf(503, '')).kind, 'failed');
});

test('programs: whom they are for, what their events mean, and what of them cannot be read', () => {
  const [listing] = v30.programListings();
  const programs = doneOf(
    listing!.readPage(
      answerOf(200, [
        {
          id: 'p1',
          programName: 'Peak',
          targets: [{ type: 'VEN_NAME', values: ['Aalborg'] }],
          payloadDescriptors: [
            { objectType: 'REPORT_PAYLOAD_DESCRIPTOR', payloadType: 'USAGE' },
            { payloadType: 'PRICE', units: 'KWH', currency: 'DKK' },
          ],
        },
        { id: 'p2', targets: 'Aalborg', payloadDescriptors: [3] },
        { programName: 'lost' },
        null,
      ]),
    ),
  );
  assert.deepEqual(programs[0], {
    id: 'p1',
    name: 'Peak',
    targets: [{ type: 'VEN_NAME', values: ['Aalborg'] }],
    payloadDescriptors: [{ payloadType: 'PRICE', units: 'KWH', currency: 'DKK' }],
  });
  assert.equal(
    programs[1]?.problem,
    'targets is "Aalborg", not a list; payloadDescriptors[0] is 3, not an object',
  );
  assert.match(programs[2]?.id ?? '', /^no-id-[0-9a-f]{16}$/);
  assert.equal(programs.length, 4);
});
