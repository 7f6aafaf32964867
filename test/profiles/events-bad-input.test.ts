import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { profileNamed, profileNames } from '../../src/profiles/choose-profile.ts';
import { casesOf } from '../support/properties.ts';
import { answerOf } from '../support/wire-answer.ts';
import { doneOf, problemOf, received } from './events-support.ts';

const profiles = await Promise.all(profileNames.map((name) => profileNamed(name).jobs.events({})));
const [flex, v30, v31] = profiles as [(typeof profiles)[0], (typeof profiles)[0], (typeof profiles)[0]];
const simple = { type: 'SIMPLE', values: [1] };
const withInterval = (more: object) => ({ id: 'e1', intervals: [{ id: 0, payloads: [simple] }, more] });
const starting = (start: unknown) => ({ id: 'e1', intervalPeriod: { start } });
const lasting = (duration: unknown) => ({ id: 'e1', intervalPeriod: { duration } });
const valued = (...values: unknown[]) => withInterval({ id: 1, payloads: [{ type: 'X', values }] });

const table: [object, string][] = [
  [{ id: 'e1', intervals: {} }, 'intervals is an object, not a list'],
  [withInterval({ payloads: [] }), 'intervals[1].id is missing'],
  [withInterval({ id: 1.5 }), 'intervals[1].id is 1.5, not an integer'],
  [withInterval({ id: '1' }), 'intervals[1].id is "1", not an integer'],
  [withInterval({ id: 1, payloads: simple }), 'intervals[1].payloads is an object, not a list'],
  [withInterval({ id: 1, payloads: [{ type: 3 }] }), 'intervals[1].payloads[0].type is 3, not a text'],
  [withInterval({ id: 1, payloads: [{ values: [] }] }), 'intervals[1].payloads[0].type is missing'],
  [withInterval({ id: 1, payloads: [{ type: '' }] }), 'intervals[1].payloads[0].type is empty'],
  [
    valued(1, null),
    'intervals[1].payloads[0].values[1] is null, not a number, a text, true, false or a point',
  ],
  [valued({ x: 1 }), 'intervals[1].payloads[0].values[0].y is missing'],
  [valued([1]), 'intervals[1].payloads[0].values[0][0] is 1, not an object'],
  [withInterval({ id: 1, intervalPeriod: 'PT1H' }), 'intervals[1].intervalPeriod is "PT1H", not an object'],
  [starting('2026-01-15T17:00:00'), 'intervalPeriod.start 2026-01-15T17:00:00 has no time zone'],
  [starting('2026-01-15'), 'intervalPeriod.start 2026-01-15 has no time zone'],
  [starting('2026-02-30T17:00:00Z'), 'intervalPeriod.start 2026-02-30T17:00:00Z does not exist'],
  [starting('2026-13-01T17:00:00Z'), 'intervalPeriod.start 2026-13-01T17:00:00Z does not exist'],
  [starting('2026-01-15T24:01:00Z'), 'intervalPeriod.start 2026-01-15T24:01:00Z does not exist'],
  [starting('2026-01-15T17:60:00Z'), 'intervalPeriod.start 2026-01-15T17:60:00Z does not exist'],
  [starting('2026-01-15T17:00:00+24:00'), 'intervalPeriod.start 2026-01-15T17:00:00+24:00 does not exist'],
  [starting('soon'), 'intervalPeriod.start is "soon", not a time like 2023-06-15T09:30:00Z'],
  [starting(''), 'intervalPeriod.start is "", not a time like 2023-06-15T09:30:00Z'],
  [starting(1768496400), 'intervalPeriod.start is 1768496400, not a text'],
  [lasting('-PT1H'), 'intervalPeriod.duration -PT1H is negative, or has a sign'],
  [lasting('PT-5M'), 'intervalPeriod.duration PT-5M is negative, or has a sign'],
  [lasting('1 hour'), 'intervalPeriod.duration is "1 hour", not a duration like PT1H'],
  [lasting('P'), 'intervalPeriod.duration is "P", not a duration like PT1H'],
  [lasting('P1DT'), 'intervalPeriod.duration is "P1DT", not a duration like PT1H'],
  [lasting(`PT${'9'.repeat(20)}S`), `intervalPeriod.duration PT${'9'.repeat(20)}S is too long`],
  [{ id: 'e1', intervalPeriod: { randomizeStart: 'P9999Y' } }, 'intervalPeriod.randomizeStart has no end'],
  [lasting(`PT0.${'3'.repeat(5_000)}S`), 'intervalPeriod.duration is longer than 100 characters'],
  [
    starting(`2026-01-15T17:00:00.${'3'.repeat(5_000)}Z`),
    'intervalPeriod.start is longer than 100 characters',
  ],
  [{ id: 'e1', priority: -1 }, 'priority is -1, not 0 or more'],
  [{ id: 'e1', priority: '1' }, 'priority is "1", not an integer'],
  [{ id: 'e1', programID: {} }, 'programID is no id'],
  [{ id: 'e1', targets: [null] }, 'targets[0] is null, not a text'],
  [{ id: 'e1', targets: [{ values: ['x'] }] }, 'targets[0].type is missing'],
  [{ id: 'e1', targets: [{ type: 'GROUP', values: [true] }] }, 'targets[0].values[0] is true, not a text'],
  [{ id: 'e1', reportDescriptors: [{}] }, 'reportDescriptors[0].payloadType is missing'],
  [
    { id: 'e1', reportDescriptors: [{ payloadType: 'USAGE', repeat: '1' }] },
    'reportDescriptors[0].repeat is "1", not an integer',
  ],
  [
    { id: 'e1', payloadDescriptors: [{ payloadType: 'PRICE', units: 7 }] },
    'payloadDescriptors[0].units is 7, not a text',
  ],
];

test('what cannot be used is told where it stands', () => {
  for (const [object, problem] of table) {
    for (const profile of [v30, v31]) assert.equal(problemOf(profile, object), problem);
  }
  assert.equal(problemOf(v31, { id: 'e1', duration: 60 }), 'duration is 60, not a text');
});

test('numbers that JSON cannot hold name nothing and are no value', () => {
  const page = (text: string) => doneOf(v30.eventListings()[0]!.readPage(answerOf(200, text)));
  const [target] = page(
    '[{"id":"e1","targets":[{"type":"POWER_SERVICE_LOCATION","values":[707057500504404881]}]}]',
  );
  assert.equal(target?.problem, 'targets[0].values[0] is a number too long to be exact');
  const [value] = page('[{"id":"e1","intervals":[{"id":0,"payloads":[{"type":"X","values":[1e999]}]}]}]');
  assert.equal(value?.problem, 'intervals[0].payloads[0].values[0] is Infinity, not a number');
});

test('what is no event, or has no id, is there with its reason, and spoils no other', () => {
  const sound = { id: 'sound', start_date: '2026-01-15T17:00:00Z' };
  for (const profile of profiles) {
    const items = [sound, null, 7, 'text', [], {}, { id: '' }, { id: 'x\u0000' }, { id: { a: 1 } }, sound];
    const all = received(profile, ...items);
    assert.equal(all.length, items.length);
    for (const one of [all[0], all.at(-1)]) {
      assert.equal(one?.id, 'sound');
      assert.notEqual(one?.event, undefined);
    }
    const bad = all.slice(1, -1);
    for (const one of bad) {
      assert.match(one.id, /^no-id-[0-9a-f]{16}$/);
      assert.match(one.problem ?? '', /^it (is not an object|has no usable id)$/);
      assert.deepEqual(profile.eventOfBody(one.body), one);
    }
    assert.equal(new Set(bad.map(({ id }) => id)).size, bad.length);
  }
});

test('an answer that is no list is as good as none', () => {
  for (const profile of profiles) {
    const [listing] = profile.eventListings();
    assert.equal(listing?.readPage(answerOf(200, { title: 'hello' })).kind, 'failed');
    assert.equal(listing?.readPage(answerOf(200, '<html>')).kind, 'failed');
    assert.equal(listing?.readPage(answerOf(429, {})).kind, 'throttled');
    assert.equal(listing?.readPage(answerOf(403, {})).kind, 'refused');
    assert.deepEqual(doneOf(listing!.readPage(answerOf(200, []))), []);
  }
});

test('what is nested without end is told, also when it is read again', () => {
  const deep = `[{"id":"e1","x":${'['.repeat(200_000)}${']'.repeat(200_000)}}]`;
  const [one] = doneOf(v31.eventListings()[0]!.readPage(answerOf(200, deep)));
  assert.equal(one?.problem, 'it is nested more than 64 deep');
  assert.deepEqual(v31.eventOfBody(one?.body ?? ''), one);
});

test('a million intervals are read in one go', { timeout: 60_000 }, () => {
  const interval = '{"payloads":[{"values":[1],"type":"SIMPLE"}],"id":1}';
  const body = `[{"id":"e1","intervals":[${`${interval},`.repeat(999_999)}${interval}]}]`;
  const [one] = doneOf(v31.eventListings()[0]!.readPage(answerOf(200, body)));
  assert.equal(one?.event?.intervals.length, 1_000_000);
});

test('whatever comes, it is an event or it says why it is none, and a body is read as the event was', () => {
  const keys = fc.constantFrom(
    ...['id', 'intervals', 'intervalPeriod', 'start', 'duration', 'payloads', 'values', 'type', 'targets'],
    ...['reportDescriptors', 'priority', 'start_date', 'end_date', 'status', '__proto__', '10', 'x'],
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(null, true, 0, -1, 1.5, 'e1', 'PT1H', '2026-01-15T17:00:00Z', '', 'cancelled'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(keys, tie('value'), { maxKeys: 6, noNullPrototype: false }),
    ),
  }));
  fc.assert(
    fc.property(fc.array(value, { maxLength: 4 }), (items) => {
      for (const profile of [flex, v30, v31]) {
        const all = received(profile, ...items);
        assert.equal(all.length, items.length);
        for (const one of all) {
          assert.equal(one.event === undefined, one.problem !== null);
          assert.deepEqual(profile.eventOfBody(one.body), one);
        }
      }
    }),
    { numRuns: casesOf(300) },
  );
});
