import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { redactor } from '../../../src/openadr/http/redact.ts';

const written: [name: string, write: (text: string) => string][] = [
  ['as it is', (text) => text],
  ['encodeURIComponent', encodeURIComponent],
  ['a form', (text) => new URLSearchParams({ a: text }).toString().slice(2)],
  ['lower case', (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase())],
  ['every byte', (text) => Buffer.from(text).toString('hex').replace(/../g, '%$&')],
  ['JSON', (text) => JSON.stringify(text).slice(1, -1)],
  ['JSON as PHP has it', (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/')],
];

test('a secret is taken out of a text, however it is written there', () => {
  const secret = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(secret, fc.constantFrom(...written), (text, [, write]) =>
      redactor([text])(`<${write(text)}>`).includes('[secret]'),
    ),
  );
  for (const [name, write] of written)
    assert.equal(
      redactor([`p!'()*~ w/"\\`, 'other'])(`a ${write(`p!'()*~ w/"\\`)} b other`),
      'a [secret] b [secret]',
      name,
    );
  assert.equal(redactor([''])('nothing'), 'nothing');
});
