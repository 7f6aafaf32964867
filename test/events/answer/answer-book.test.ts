import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../src/core/clock.ts';
import { openAnswerBook } from '../../../src/events/answer/answer-book.ts';
import { registeredStore } from '../known-events.ts';

test('with an event its answers are forgotten: those of others stay', async (t) => {
  const { store } = await registeredStore(t);
  const book = await openAnswerBook(store, systemClock);
  const answerTo = (eventId: string) => ({
    ...{ eventId, version: 1, venName: 'Aalborg', kind: 'response', answer: 'optIn' },
  });
  await book.ended(answerTo('e1'), { state: 'sent' });
  await book.ended(answerTo('e2'), { state: 'failed', reason: 'HTTP 500' });
  await book.ended(answerTo('e3'), { state: 'sent' });
  book.forgotten(new Set(['e1', 'e2', 'unknown']));
  assert.deepEqual(
    ['e1', 'e2', 'e3'].map((id) => book.before(answerTo(id))?.state),
    [undefined, undefined, 'sent'],
  );
});
