import assert from 'node:assert/strict';
import { test } from 'node:test';
import { targetOf } from '../../../src/profiles/openadr/targets.ts';

test('a text that looks like an encoded one is encoded too', () => {
  const encoded = targetOf('København');
  assert.match(encoded, /^K_benhavn-[0-9a-f]{16}$/);
  assert.notEqual(targetOf(encoded), encoded);
  assert.equal(targetOf('3f2c8a52-1d9e-4b7a-9a55-0c1f7f2f4c11'), '3f2c8a52-1d9e-4b7a-9a55-0c1f7f2f4c11');
});
