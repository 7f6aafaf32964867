import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { columnsOf, count, duration, wrapped } from '../../../src/cli/render/text.ts';

test('numbers are grouped as English readers expect', () => {
  const expected = new Intl.NumberFormat('en-US');
  fc.assert(fc.property(fc.maxSafeInteger(), (value) => count(value) === expected.format(value)));
  assert.deepEqual([0, 999, 1000, 116_412, -1_000_000].map(count), [
    '0',
    '999',
    '1,000',
    '116,412',
    '-1,000,000',
  ]);
});

test('a text takes as many columns as it seems to, and is wrapped by them', () => {
  for (const [text, columns] of [
    ['Ærøskøbing', 10],
    ['Ærøskøbing'.normalize('NFD'), 10],
    ['A\u030arhus', 5],
    ['電力', 4],
    ['', 0],
  ] as const)
    assert.equal(columnsOf(text), columns, text);
  assert.deepEqual(wrapped('Sønderjyllands elselskab ved A\u030abenra\u030a', 12), [
    'Sønderjyllan',
    'ds elselskab',
    'ved A\u030abenra\u030a',
  ]);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 30 }), (text, width) => {
      const lines = wrapped(text, width);
      return (
        lines.every((line) => columnsOf(line) <= width) &&
        lines.join('').replaceAll(' ', '') === text.replaceAll(' ', '')
      );
    }),
  );
});

test('durations', () => {
  const cases: [seconds: number, shown: string][] = [
    [0.04, '0.0 s'],
    [8.44, '8.4 s'],
    [59.94, '59.9 s'],
    [59.96, '1 min 00 s'],
    [65, '1 min 05 s'],
    [119.6, '2 min 00 s'],
    [3600, '60 min 00 s'],
  ];
  for (const [seconds, shown] of cases) assert.equal(duration(seconds), shown);
});
