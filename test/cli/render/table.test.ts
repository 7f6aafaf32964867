import assert from 'node:assert/strict';
import { test } from 'node:test';
import { table } from '../../../src/cli/render/table.ts';
import { columnsOf } from '../../../src/cli/render/text.ts';

const rows = [
  [
    '2026-01-02 03:04:05',
    'site-00000_load_1',
    '422',
    'HTTP 422: the service location is not known to this VTN',
  ],
  ['2026-01-02 03:04:05', 'site-00001_load_1', '-', 'short'],
];
const headings = ['Latest failures (UTC)', 'Load', 'HTTP', 'Reason'];

test('a table fits the terminal, and leaves no word out', () => {
  for (const columns of [24, 30, 40, 60, 80]) {
    const lines = table(headings, rows, columns);
    const text = lines.join('\n');
    for (const line of lines) assert.ok(columnsOf(line) <= columns, line);
    for (const word of ['service', 'location', '422', 'short']) assert.ok(text.includes(word), word);
  }
  assert.equal(table(headings, rows, Infinity).length, 4);
});

test('a table of numbers fits a narrow terminal too: headings are wrapped, and at last each row is a list', () => {
  const counts = ['Loads', 'Registered', 'Failed', 'Waiting', 'Skipped', 'Success'];
  const wide = [
    ['Sønderjyllands Elforsyning ved Åbenrå', '116,412', '116,411', '0', '1', '0', '99.9 %'],
    ['Ærø'.normalize('NFD'), '6', '6', '0', '0', '0', '100.0 %'],
  ];
  for (const columns of [30, 45, 55, 60, 80, 100])
    for (const line of table(['VEN', ...counts], wide, columns)) assert.ok(columnsOf(line) <= columns, line);
  assert.deepEqual(table(['VEN', ...counts], wide, 36).slice(0, 3), [
    'VEN         Sønderjyllands',
    '            Elforsyning ved Åbenrå',
    'Loads       116,412',
  ]);
  const [, rule = '', , second = ''] = table(
    ['VEN', 'Loads'],
    [
      ['Ærø', '6'],
      ['Ærø'.normalize('NFD'), '7'],
    ],
  );
  assert.equal(columnsOf(second), columnsOf(rule));
});
