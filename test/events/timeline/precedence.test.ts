import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Candidate,
  compareEvents,
  descriptorFor,
  onTop,
} from '../../../src/events/timeline/precedence.ts';
import type { EventPayload, GridEvent, PayloadDescriptor } from '../../../src/fleet/grid-event.ts';
import { event, payload } from './examples.ts';

function candidate(of: Partial<GridEvent>, ...payloads: EventPayload[]): Candidate {
  const spans = payloads.map((one) => ({ ...one, intervalId: 0, fromMs: 0, untilMs: null }));
  return { event: event(of), version: 1, spans };
}
const shown = (candidates: readonly Candidate[]) =>
  onTop(candidates).map(({ type, values, eventId }) => `${type} ${values.join(' ')} of ${eventId}`);
const inKw = (payloadType: string, units: string | null = 'KW'): PayloadDescriptor => ({
  payloadType,
  units,
  currency: null,
});

test('of one type the most urgent counts; none said is last', () => {
  const all = [
    candidate({ id: 'none' }, payload('SIMPLE', 3)),
    candidate({ id: 'five', priority: 5 }, payload('SIMPLE', 1)),
    candidate({ id: 'zero', priority: 0 }, payload('SIMPLE', 2)),
  ];
  assert.deepEqual(shown(all), ['SIMPLE 2 of zero']);
  assert.deepEqual(shown(all.slice(0, 2)), ['SIMPLE 1 of five']);
});

test('of equal priority the newer one counts, then the lower id', () => {
  const old = candidate({ id: 'a', priority: 1, createdMs: 1 }, payload('SIMPLE', 1));
  const young = candidate({ id: 'b', priority: 1, createdMs: 2 }, payload('SIMPLE', 2));
  const twin = candidate({ id: 'c', priority: 1, createdMs: 2 }, payload('SIMPLE', 3));
  const ageless = candidate({ id: '0', priority: 1 }, payload('SIMPLE', 0));
  assert.deepEqual(shown([old, twin, young, ageless]), ['SIMPLE 2 of b']);
});

test('a price and an alert do not conflict', () => {
  const alert = candidate({ id: 'alert', priority: 0 }, payload('ALERT_OTHER', 'Mind'));
  const price = candidate({ id: 'price', priority: 9 }, payload('PRICE', 0.2));
  assert.deepEqual(shown([price, alert]), ['ALERT_OTHER Mind of alert', 'PRICE 0.2 of price']);
});

test('of the limits of several programs the lowest counts; within a program the most urgent', () => {
  const limit = (id: string, programId: string | null, priority: number, kw: number | string) =>
    candidate({ id, programId, priority }, payload('IMPORT_CAPACITY_LIMIT', kw));
  const urgent = limit('a', 'one', 0, 8);
  const lower = limit('b', 'one', 1, 2);
  const other = limit('c', 'two', 9, 5);
  assert.deepEqual(shown([urgent, lower]), ['IMPORT_CAPACITY_LIMIT 8 of a']);
  assert.deepEqual(shown([lower, other, urgent]), ['IMPORT_CAPACITY_LIMIT 5 of c']);
  assert.deepEqual(shown([urgent, limit('d', 'three', 9, 'low')]), ['IMPORT_CAPACITY_LIMIT 8 of a']);
  // Other types are not limits.
  const level = (id: string, programId: string, priority: number, n: number) =>
    candidate({ id, programId, priority }, payload('SIMPLE', n));
  assert.deepEqual(shown([level('a', 'one', 0, 2), level('b', 'two', 1, 0)]), ['SIMPLE 2 of a']);
});

test('limits in different units are not compared', () => {
  const limit = (id: string, priority: number, value: number, units: string | null) =>
    candidate(
      { id, programId: id, priority, payloadDescriptors: [inKw('IMPORT_CAPACITY_LIMIT', units)] },
      payload('IMPORT_CAPACITY_LIMIT', value),
    );
  assert.deepEqual(shown([limit('a', 0, 10, 'KW'), limit('b', 1, 5, 'AMPS')]), [
    'IMPORT_CAPACITY_LIMIT 10 of a',
  ]);
  assert.deepEqual(shown([limit('a', 0, 10, 'KW'), limit('b', 1, 5, null)]), [
    'IMPORT_CAPACITY_LIMIT 5 of b',
  ]);
});

test('units come from the event, else from its program', () => {
  const price = { payloadType: 'PRICE', units: 'KWH', currency: 'DKK' };
  const euros = { payloadType: 'PRICE', units: null, currency: 'EUR' };
  assert.deepEqual(
    descriptorFor('PRICE', event({ payloadDescriptors: [euros] }), { payloadDescriptors: [price] }),
    {
      payloadType: 'PRICE',
      units: 'KWH',
      currency: 'EUR',
    },
  );
  assert.equal(descriptorFor('SIMPLE', event({})).units, null);
  const [asked] = onTop([
    { ...candidate({}, payload('PRICE', 1)), program: { payloadDescriptors: [price] }, version: 4 },
  ]);
  assert.deepEqual(asked, {
    type: 'PRICE',
    values: [1],
    units: 'KWH',
    eventId: 'event-1',
    programId: 'program-1',
    version: 4,
    intervalId: 0,
    fromMs: 0,
    untilMs: null,
  });
});

const few = fc.integer({ min: 0, max: 2 });
const anyEvent = fc
  .record({ id: fc.constantFrom('a', 'b', 'c'), priority: fc.option(few), createdMs: fc.option(few) })
  .map(event);

test('events are in a total order', () => {
  fc.assert(
    fc.property(anyEvent, anyEvent, anyEvent, (a, b, c) => {
      assert.equal(Math.sign(compareEvents(a, b)), 0 - Math.sign(compareEvents(b, a)));
      if (compareEvents(a, b) === 0)
        assert.deepEqual([a.id, a.priority, a.createdMs], [b.id, b.priority, b.createdMs]);
      if (compareEvents(a, b) <= 0 && compareEvents(b, c) <= 0) assert.ok(compareEvents(a, c) <= 0);
    }),
  );
});

test('what counts does not depend on the order in which events come', () => {
  const types = fc.uniqueArray(fc.constantFrom('SIMPLE', 'PRICE', 'IMPORT_CAPACITY_LIMIT'), { minLength: 1 });
  const rest = fc.record({
    programId: fc.constantFrom('one', 'two'),
    priority: fc.option(few),
    createdMs: fc.option(few),
    types,
    value: few,
  });
  const shuffled = fc.array(rest, { maxLength: 8 }).chain((all) => {
    const candidates = all.map(({ types, value, ...of }, n) =>
      candidate({ ...of, id: `event-${n}` }, ...types.map((type) => payload(type, value))),
    );
    return fc.tuple(
      fc.constant(candidates),
      fc.shuffledSubarray(candidates, { minLength: candidates.length }),
    );
  });
  fc.assert(fc.property(shuffled, ([one, other]) => assert.deepEqual(onTop(one), onTop(other))));
});
