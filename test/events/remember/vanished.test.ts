import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeVanished, readingsUntilBelieved } from '../../../src/events/remember/vanished.ts';
import type { EventState, StoredEvent } from '../../../src/store/event-store.ts';

const stored = (eventId: string, state: EventState = 'current'): StoredEvent => ({
  eventId,
  programId: null,
  name: null,
  state,
  version: 1,
  body: '{}',
  instructionHash: 'h',
  problem: null,
  anchorMs: 0,
  seed: 's',
  seenBy: null,
  firstReceivedMs: 0,
  receivedMs: 0,
  receivedBy: 'poll',
});

const judge = (vanished: readonly StoredEvent[], known: number, missingFor = 0) => {
  const { events, notes, alarm } = judgeVanished({ vanished, known, missingFor: () => missingFor, atMs: 5 });
  assert.equal(notes.length, events.length);
  return { states: events.map(({ state }) => state), hasAlarm: alarm !== undefined };
};
const three = (state?: EventState) => ['a', 'b', 'c'].map((id) => stored(id, state));

test('one that is gone was cancelled, also where it was the only one', () => {
  assert.deepEqual(judge([stored('a')], 1), { states: ['cancelled'], hasAlarm: false });
  assert.deepEqual(judge([], 4), { states: [], hasAlarm: false });
});

test('many of many more were cancelled', () => {
  assert.deepEqual(judge(three(), 6), { states: ['cancelled', 'cancelled', 'cancelled'], hasAlarm: false });
});

test('where most are gone at once they are held, said once, and believed after some readings', () => {
  assert.deepEqual(judge(three(), 5), { states: ['vanished', 'vanished', 'vanished'], hasAlarm: true });
  assert.deepEqual(judge(three('vanished'), 5, 1), { states: [], hasAlarm: true });
  const believed = judge(three('vanished'), 5, readingsUntilBelieved);
  assert.deepEqual(believed, { states: ['cancelled', 'cancelled', 'cancelled'], hasAlarm: false });
});
