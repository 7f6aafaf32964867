import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { reportNameOf } from '../../../src/profiles/openadr/report-name.ts';
import { anyCharacter } from '../../support/properties.ts';

const span = { fromMs: Date.UTC(2025, 0, 15, 8), untilMs: Date.UTC(2025, 1, 12, 8, 15) };
const nameOf = (changes = {}, kind = 'USAGE@e1') =>
  reportNameOf(kind, { venName: 'Aalborg', span, loadIds: ['a', 'b'], ...changes });

test("a report's name says whose it is and what it covers", () => {
  assert.match(nameOf(), /^Aalborg 2025-01-15T08Z\/2025-02-12T08:15Z [0-9a-f]{16}$/);
});

test('the same report has the same name, another one another', () => {
  assert.equal(nameOf({ loadIds: ['b', 'a'] }), nameOf());
  const others = [
    nameOf({ loadIds: ['a'] }),
    nameOf({ venName: 'Aarhus' }),
    nameOf({ span: { ...span, untilMs: span.untilMs + 1 } }),
    nameOf({}, 'USAGE@e2'),
  ];
  assert.equal(new Set([nameOf(), ...others]).size, 5);
});

test('no name is over 128 bytes, whatever the VEN is called', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 200 }), (venName) => {
      const name = nameOf({ venName });
      assert.ok(Buffer.byteLength(name) <= 128 && !name.includes('\0'));
      assert.match(name, / 2025-01-15T08Z\/2025-02-12T08:15Z [0-9a-f]{16}$/);
    }),
  );
});
