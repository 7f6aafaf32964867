import assert from 'node:assert/strict';
import { test } from 'node:test';
import { folded } from '../../../src/cli/render/output.ts';
import { columnsOf } from '../../../src/cli/render/text.ts';

test('a long line is broken between words, and an item stays one', () => {
  const item = '  - Aalborg  0a1a69da-4ac2-4cf1-a821-2ae8f8391084_load_0  its site is disabled';
  assert.deepEqual(folded(item, 80), [item]);
  assert.deepEqual(folded(item, 72), [
    '  - Aalborg  0a1a69da-4ac2-4cf1-a821-2ae8f8391084_load_0  its site is',
    '    disabled',
  ]);
  const rule = '='.repeat(70);
  assert.deepEqual(folded(rule, 40), [rule]);
  for (const line of folded('Nothing to do:\n588 of 588 loads are registered already', 20))
    assert.ok(columnsOf(line) <= 20, line);
});
