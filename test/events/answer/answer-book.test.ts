import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../src/core/clock.ts';
import { openAnswerBook } from '../../../src/events/answer/answer-book.ts';
import { registeredStore } from '../known-events.ts';

const answerTo = (eventId: string, version = 1) => ({
  ...{ eventId, version, venName: 'Aalborg', kind: 'response', answer: 'optIn' },
});

test('at hand is what was said to the versions that the book is turned to; what it lets go of it reads again', async (t) => {
  const { store } = await registeredStore(t);
  const book = openAnswerBook(store, systemClock);
  const asked = ['e1', 'e2'].map((eventId) => ({ eventId, version: 1 }));
  await book.turnTo(asked);
  await book.ended(answerTo('e1'), { state: 'sent' });
  const failed = { state: 'failed', reason: 'HTTP 500' } as const;
  await book.ended(answerTo('e2'), failed);
  await book.turnTo([{ eventId: 'e2', version: 2 }]);
  await book.open({ eventId: 'e3', version: 1 });
  assert.equal(book.before(answerTo('e3')), undefined);
  assert.equal(book.before(answerTo('e2', 2)), undefined, 'nothing was said to that version');
  assert.throws(() => book.before(answerTo('e1')), /not turned to event e1/);
  await assert.rejects(book.forget([answerTo('e4')]), /not turned to event e4/);

  for (const again of [book, openAnswerBook(store, systemClock)]) {
    await again.turnTo(asked);
    assert.equal(again.before(answerTo('e1'))?.state, 'sent');
    await again.ended(answerTo('e2'), failed);
  }
  const notes = (await store.eventNotes('e2')).map(({ what }) => what);
  assert.deepEqual(notes, ['answer-failed'], 'the same failure is noted once');
});
