import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counted } from '../../src/core/count.ts';

test('one is one, and all else are several', () => {
  assert.equal(counted(1, 'load'), '1 load');
  assert.equal(counted(0, 'load'), '0 loads');
  assert.equal(
    counted(116_412, 'instruction of an event', 'instructions of events'),
    '116,412 instructions of events',
  );
});
