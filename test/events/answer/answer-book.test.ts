import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../src/core/clock.ts';
import { openAnswerBook } from '../../../src/events/answer/answer-book.ts';
import { registeredStore } from '../known-events.ts';

test('with a version its answers are forgotten: those of others stay', async (t) => {
  const { store } = await registeredStore(t);
  const book = await openAnswerBook(store, systemClock);
  const answerTo = (eventId: string, version = 1) => ({
    ...{ eventId, version, venName: 'Aalborg', kind: 'response', answer: 'optIn' },
  });
  await book.ended(answerTo('e1'), { state: 'sent' });
  await book.ended(answerTo('e2'), { state: 'failed', reason: 'HTTP 500' });
  await book.ended(answerTo('e2', 2), { state: 'sent' });
  book.forgotten(['e1', 'e2', 'unknown'].map((eventId) => ({ eventId, version: 1 })));
  assert.deepEqual(
    [answerTo('e1'), answerTo('e2'), answerTo('e2', 2)].map((one) => book.before(one)?.state),
    [undefined, undefined, 'sent'],
  );
});
