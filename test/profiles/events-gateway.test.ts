import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flexGateway } from '../../src/profiles/flex-gateway/profile.ts';
import { loadOf, siteRow } from '../support/load.ts';
import { answerOf } from '../support/wire-answer.ts';
import { doneOf, eventOf, lasting, problemOf, received } from './events-support.ts';

const flex = await flexGateway.jobs.events({});
const five = Date.UTC(2026, 0, 15, 17);
const plain = {
  id: 12,
  event_name: 'Peak',
  program_id: 'prog-1',
  start_date: '2026-01-15T17:00:00',
  end_date: '2026-01-15T19:30:00+00:00',
  status: 'scheduled',
  modification_number: 0,
};

test('an event that says only when it is asks for a moderate shed; times without zone are UTC', () => {
  assert.deepEqual(eventOf(flex, plain), {
    id: '12',
    programId: 'prog-1',
    name: 'Peak',
    priority: null,
    createdMs: null,
    isCancelled: false,
    targets: [],
    period: { start: { kind: 'at', ms: five }, duration: lasting({ seconds: 9_000 }), randomizeStart: null },
    duration: null,
    intervals: [{ id: 0, period: null, payloads: [{ type: 'SIMPLE', values: [1] }] }],
    payloadDescriptors: [],
    askedReports: [],
  });
});

test('intervals are read where it has them', () => {
  const event = eventOf(flex, {
    ...plain,
    created_date: '2026-01-15T16:00:00',
    priority: 1,
    intervals: [
      {
        id: 0,
        interval_period: { start: '2026-01-15T17:00:00', duration: 'PT1H', randomize_start: 'PT5M' },
        payloads: [{ type: 'IMPORT_CAPACITY_LIMIT', values: [40] }],
      },
      { id: 1, interval_period: { duration: 'PT90M' }, payloads: [{ type: 'SIMPLE', values: [2] }] },
    ],
  });
  assert.equal(event.priority, 1);
  assert.equal(event.createdMs, five - 3_600_000);
  assert.deepEqual(event.intervals[0], {
    id: 0,
    period: {
      start: { kind: 'at', ms: five },
      duration: lasting({ hours: 1 }),
      randomizeStart: lasting({ minutes: 5 }),
    },
    payloads: [{ type: 'IMPORT_CAPACITY_LIMIT', values: [40] }],
  });
  const one = [{ id: 3, payloads: [{ type: 'SIMPLE', values: [3] }] }];
  assert.equal(eventOf(flex, { ...plain, intervals: one }).intervals[0]?.period, null);
});

test('what is cancelled is, and what is completed without an end', () => {
  const cancelled = (changes: object) => eventOf(flex, { ...plain, ...changes }).isCancelled;
  assert.equal(cancelled({ status: 'cancelled' }), true);
  assert.equal(cancelled({ status: 'CANCELED' }), true);
  assert.equal(cancelled({ status: 'completed' }), false);
  assert.equal(cancelled({ status: 'completed', end_date: null }), true);
  assert.equal(cancelled({ status: null }), false);
  assert.equal(eventOf(flex, { ...plain, end_date: undefined }).period?.duration, 'infinite');
});

test('what cannot be acted on says why', () => {
  const cases: [object, string][] = [
    [{ status: 'draft' }, 'status is "draft", not one of scheduled, active, completed, cancelled'],
    [{ start_date: null }, 'start_date is missing'],
    [{ start_date: '15/01/2026' }, 'start_date is "15/01/2026", not a time like 2023-06-15T09:30:00Z'],
    [{ start_date: '2026-02-30T00:00:00' }, 'start_date 2026-02-30T00:00:00 does not exist'],
    [{ end_date: '2026-01-15T16:00:00Z' }, 'end_date is before start_date'],
    [{ start_date: '0001-01-01' }, 'start_date names no time, though end_date does'],
    [{ ven_id: [] }, 'ven_id is no id'],
    [{ program_id: true }, 'program_id is no id'],
    [{ event_targets: 'x' }, 'event_targets is "x", not a list'],
    [{ intervals: [{ id: 0 }, { id: 1 }] }, 'intervals[0] does not say how long it is'],
  ];
  for (const [changes, problem] of cases) assert.equal(problemOf(flex, { ...plain, ...changes }), problem);
});

test('it is for the loads that are enrolled, of its VEN, and named', async () => {
  const selected = (changes: object, profile = flex) =>
    profile.selectionOf(eventOf(flex, { ...plain, ...changes }), undefined);
  assert.deepEqual(selected({}), { groups: [], combine: 'every', enrolledIn: 'prog-1', programGroups: null });
  const targeted = {
    ven_id: 'v-7',
    event_targets: [
      { type: 'VEN_NAME', values: ['Aalborg'] },
      { target_type: 'resource_id', target_values: ['r-1', 2] },
      { target_type: 'ven_name', value: 'Esbjerg' },
      { type: 'colour', values: ['red'] },
      'load_2',
    ],
  };
  assert.deepEqual(selected(targeted), {
    groups: [
      { label: 'VEN_NAME', kinds: ['ven'], values: ['Aalborg', 'Esbjerg'] },
      { label: 'resource_id', kinds: ['resource', 'load'], values: ['r-1', '2'] },
      { label: 'colour', kinds: [], values: ['red'] },
      {
        label: 'target',
        kinds: ['ven', 'ven-id', 'meter-point', 'component', 'sub-type', 'resource-name', 'resource', 'load'],
        values: ['load_2'],
      },
    ],
    combine: 'every',
    enrolledIn: 'prog-1',
    programGroups: [{ label: 'ven_id', kinds: ['ven-id', 'ven'], values: ['v-7'] }],
  });
  const any = await flexGateway.jobs.events({ targetRule: 'any' });
  assert.equal(selected(targeted, any).combine, 'any');
  assert.equal(selected({ program_id: null }).enrolledIn, null);
});

test('it lists everything at once, bare or in an envelope', () => {
  const [listing, ...more] = flex.eventListings();
  assert.equal(more.length, 0);
  assert.equal(listing?.pageSize, undefined);
  assert.deepEqual(listing?.page(0), { method: 'GET', path: '/events' });
  assert.equal(doneOf(listing!.readPage(answerOf(200, { items: [plain], total: 1 }))).length, 1);
  const [programs] = flex.programListings();
  assert.deepEqual(programs?.page(0), { method: 'GET', path: '/programs' });
  assert.deepEqual(doneOf(programs!.readPage(answerOf(200, [{ id: 'prog-1', program_name: 'Peak' }]))), [
    { id: 'prog-1', name: 'Peak', targets: [], payloadDescriptors: [] },
  ]);
  const { request, read } = flex.eventOfId('12');
  assert.deepEqual(request, { method: 'GET', path: '/events' });
  assert.equal(doneOf(read(answerOf(200, [plain])))?.id, '12');
  assert.equal(doneOf(read(answerOf(200, []))), undefined);
  assert.equal(read(answerOf(404, {})).kind, 'refused');
});

test('each VEN answers for itself; that it has answered is success', () => {
  const { request, read } = flex.answering!.answer('e/1', { name: 'Aalborg', vtnVenId: 'v-7' }, 'optIn');
  assert.deepEqual(
    { ...request, body: JSON.parse(String(request.body)) },
    {
      method: 'POST',
      path: '/events/e%2F1/responses',
      body: { event_id: 'e/1', ven_id: 'v-7', response_type: 'optIn' },
      as: 'Aalborg',
    },
  );
  const unknown = flex.answering!.answer('e1', { name: 'Aalborg', vtnVenId: undefined }, 'optOut').request;
  assert.deepEqual(JSON.parse(String(unknown.body)), { event_id: 'e1', response_type: 'optOut' });
  const done = { kind: 'done', value: null };
  for (const status of [200, 201, 204]) assert.deepEqual(read(answerOf(status, '')), done);
  assert.deepEqual(read(answerOf(409, { detail: 'exists' })), done);
  assert.deepEqual(read(answerOf(400, { detail: 'Response already recorded' })), done);
  assert.deepEqual(read(answerOf(404, '')), {
    kind: 'refused',
    status: 404,
    reason: 'HTTP 404: the VTN does not know event e/1',
  });
  assert.equal(
    read(answerOf(422, { detail: [{ loc: ['body', 'ven_id'], msg: 'missing' }] })).kind,
    'refused',
  );
  assert.equal(read(answerOf(200, '<html>', { contentType: 'text/html' })).kind, 'refused');
  assert.equal(read(answerOf(429, '')).kind, 'throttled');
  assert.equal(read(answerOf(502, '')).kind, 'failed');
});

test('loads are enrolled by the id of their resource; to be enrolled already is success', () => {
  const { request, read } = flex.enrolling!.enrol('prog 1', 'r&1');
  assert.deepEqual(request, { method: 'POST', path: '/programs/prog%201/resources?resource_id=r%261' });
  const done = { kind: 'done', value: null };
  for (const answer of [answerOf(201, {}), answerOf(200, {}), answerOf(409, {})])
    assert.deepEqual(read(answer), done);
  assert.deepEqual(read(answerOf(400, { detail: 'Resource already enrolled' })), done);
  assert.deepEqual(read(answerOf(404, { detail: 'no such resource' })), {
    kind: 'refused',
    status: 404,
    reason: "HTTP 404: the VTN does not know program prog 1, or the load's resource: no such resource",
  });
});

test('loads have the names that registration gave them', async () => {
  const load = loadOf(siteRow());
  const registration = await flexGateway.jobs.registration({});
  const { resource_name } = JSON.parse(registration.loadBody(load, { id: 'v', name: 'Aalborg' }));
  assert.equal(flex.resourceNameOf(load), resource_name);
  assert.deepEqual(flex.wireFormsOf('ven', 'Ålborg'), ['Ålborg']);
  assert.equal(received(flex).length, 0);
});
