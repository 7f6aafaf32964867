import assert from 'node:assert/strict';
import { test } from 'node:test';
import { table } from '../../../src/cli/render/table.ts';

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
  for (const columns of [60, 80]) {
    const text = table(headings, rows, columns);
    for (const line of text.split('\n')) assert.ok(line.length <= columns, line);
    for (const word of ['service', 'location', '422', 'short']) assert.ok(text.includes(word), word);
  }
  assert.equal(table(headings, rows, Infinity).split('\n').length, 4);
});
