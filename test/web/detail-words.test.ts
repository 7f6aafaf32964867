import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detailWords } from '../../src/web/views/event/detail-words.ts';

test('what was noted about an event reads as words, without braces', () => {
  const unreachable = { 'not-registered': 38804, suspended: 0, disabled: 2 };
  assert.equal(
    detailWords({ meant: 38804, reached: 0, unreachable }),
    'meant: 38,804, reached: 0, unreachable: not-registered 38,804 disabled 2',
  );
  assert.equal(
    detailWords({ by: 'poll', reason: null, left: { suspended: 0 }, of: ['a', 'b'] }),
    'by: poll, of: a b',
  );
});
