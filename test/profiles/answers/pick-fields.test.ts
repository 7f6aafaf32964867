import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pickFields } from '../../../src/profiles/answers/pick-fields.ts';

/** Objects whose text is long enough to be worth it. */
const objects = fc
  .dictionary(fc.oneof(fc.constantFrom('id', 'name', 'a"b', '\\', 'ø'), fc.string()), fc.jsonValue())
  .map((object) => ({ ...object, filling: 'x'.repeat(200) }));
const texts = fc
  .tuple(objects, fc.constantFrom('', ' ', '\n\t'))
  .map(([object, space]) => ({ object, json: `${space}${JSON.stringify(object, null, space)}${space}` }));

test('of any object, those fields remain that are asked for, as a parser sees them', () => {
  fc.assert(
    fc.property(
      texts,
      fc.subarray(['id', 'name', 'a"b', '\\', 'ø', 'filling', 'none']),
      ({ object, json }, names) => {
        const all = JSON.parse(json) as Record<string, unknown>;
        const picked = JSON.parse(pickFields(json, names)) as Record<string, unknown>;
        for (const name of names) assert.deepEqual(picked[name], all[name]);
        // A name with escapes leaves the object as it is.
        const hasEscapes = Object.keys(object).some((name) => JSON.stringify(name).includes('\\'));
        if (!hasEscapes)
          assert.deepEqual(
            Object.keys(picked).filter((name) => !names.includes(name)),
            [],
          );
      },
    ),
  );
});

test('what is cut off, or has more behind its end, is left for the parser to refuse', () => {
  fc.assert(
    fc.property(texts, fc.nat(), fc.constantFrom('', '}', ',', '{', 'x'), ({ json }, cut, more) => {
      const whole = json.trim();
      const broken = more === '' ? whole.slice(0, cut % whole.length) : whole + more;
      assert.equal(pickFields(broken, ['id']), broken);
    }),
  );
});

test('the last of two fields of one name counts, as with a parser; a list or a page stays what it is', () => {
  const twice = `{"id": "a", "other": "${'x'.repeat(200)}", "id": "b"}`;
  assert.deepEqual(JSON.parse(pickFields(twice, ['id'])), { id: 'b' });
  for (const text of [`["${'x'.repeat(200)}"]`, `<html>${'x'.repeat(200)}</html>`, ' '.repeat(300)]) {
    assert.equal(pickFields(text, ['id']), text);
  }
});

test('a field that is picked may be shortened', () => {
  const json = JSON.stringify({ id: 'a', list: [1, 2, { three: 'x'.repeat(200) }] });
  const shorten = (name: string, field: string) => (name === 'list' ? `"list":[${field.length}]` : field);
  assert.deepEqual(JSON.parse(pickFields(json, ['id', 'list'], shorten)), { id: 'a', list: [225] });
});
