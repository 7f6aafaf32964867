import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { visible, visibleJson } from '../../src/core/visible.ts';
import { anyCharacter } from '../support/properties.ts';

const steering = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

test('text from elsewhere cannot steer a terminal, and shows what it holds', () => {
  assert.equal(visible('a\u001b[2Jb\nc\u009bd\u007f\r\t'), 'a\\u001b[2Jb\\nc\\u009bd\\u007f\\r\\t');
  assert.equal(visible('Aal\u202eborg\u2066'), 'Aal\\u202eborg\\u2066');
  assert.equal(
    visible('\ud83d half, \ud83d\ude00 whole, half \ude00'),
    '\\ud83d half, 😀 whole, half \\ude00',
  );
  assert.equal(visible('Ærø “æøå” 電'), 'Ærø “æøå” 電');
  fc.assert(fc.property(fc.string({ unit: anyCharacter }), (text) => !steering.test(visible(text))));
});

test('JSON that is shown means the same', () => {
  const texts = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.constantFrom('\u009b31m', '\u202e', '\u007f', '\n'),
  );
  fc.assert(
    fc.property(fc.dictionary(texts, fc.array(texts)), (value) => {
      const json = visibleJson(JSON.stringify(value));
      assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(value)));
      return !steering.test(json);
    }),
  );
});
