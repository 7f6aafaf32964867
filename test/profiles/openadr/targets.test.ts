import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { targetOf } from '../../../src/profiles/openadr/targets.ts';
import { anyCharacter } from '../../support/properties.ts';

test('a text that looks like an encoded one is encoded too', () => {
  const encoded = targetOf('København');
  assert.match(encoded, /^K_benhavn-[0-9a-f]{16}$/);
  assert.notEqual(targetOf(encoded), encoded);
  assert.equal(targetOf('3f2c8a52-1d9e-4b7a-9a55-0c1f7f2f4c11'), '3f2c8a52-1d9e-4b7a-9a55-0c1f7f2f4c11');
});

test('any two values make two targets, each in the allowed form, the same every time', () => {
  const value = fc.oneof(
    fc.string({ unit: anyCharacter, minLength: 1, maxLength: 200 }),
    fc.constantFrom('null', 'København'),
  );
  fc.assert(
    fc.property(value, value, (a, b) => {
      assert.match(targetOf(a), /^[A-Za-z0-9_-]{1,128}$/);
      assert.notEqual(targetOf(a), 'null');
      assert.equal(targetOf(a), targetOf(a));
      if (a !== b) assert.notEqual(targetOf(a), targetOf(b));
    }),
  );
  assert.equal(targetOf('load_1'), 'load_1');
});
