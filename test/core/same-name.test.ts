import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bearing, isSameName, nameKey, spelledTwice, spellingsOf } from '../../src/core/same-name.ts';

const name = fc.string({
  unit: fc.constantFrom(...'aåÅéø -_7ñ', 'e\u0301', 'A\u030a', '\u212b'),
  maxLength: 10,
});

describe('names', () => {
  it('are the same however Unicode spells them, and whatever white space is at their ends', () => {
    const property = fc.property(name, fc.constantFrom('', ' ', '\t', '\u00a0', '\r\n'), (text, space) => {
      const spellings = [text.normalize('NFC'), text.normalize('NFD'), `${space}${text}`, `${text}${space}`];
      for (const one of spellings) {
        assert.equal(nameKey(one), nameKey(text));
        assert.ok(isSameName(one, text));
      }
      assert.equal(nameKey(nameKey(text)), nameKey(text));
    });
    fc.assert(property);
  });

  it('are as other texts as before, where nothing is spelled otherwise', () => {
    const plain = fc.string({ unit: 'binary-ascii' });
    fc.assert(
      fc.property(plain, plain, (one, other) => {
        assert.equal(isSameName(one, other), one.trim() === other.trim());
      }),
    );
  });

  it('differ by capitals, by spaces inside, and from nothing', () => {
    assert.ok(!isSameName('Åby', 'åby') && !isSameName('A  B', 'A B') && !isSameName(undefined, null));
  });

  it('are found in their own spelling first', () => {
    const names = ['A\u030aby', 'Åby', 'Aby'];
    assert.deepEqual(
      bearing(names, (one) => one, 'Åby'),
      ['Åby'],
    );
    assert.deepEqual(
      bearing(names, (one) => one, 'Åby '),
      ['A\u030aby', 'Åby'],
    );
    assert.deepEqual(spellingsOf('Åby', names), ['A\u030aby', 'Åby']);
    assert.deepEqual(spellingsOf('Ry', names), ['Ry']);
    assert.deepEqual(spelledTwice(names), [['A\u030aby', 'Åby']]);
  });
});
