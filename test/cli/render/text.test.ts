import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { count, duration, plain } from '../../../src/cli/render/text.ts';

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

test('text from elsewhere cannot steer a terminal', () => {
  assert.equal(plain('a\u001b[2Jb\nc\u009bd\u007f'), 'a\ufffd[2Jb\ufffdc\ufffdd\ufffd');
  assert.equal(plain('Ærø “æøå” 電'), 'Ærø “æøå” 電');
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
