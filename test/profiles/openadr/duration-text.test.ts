import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { duration } from '../../../src/openadr/schemas/common.ts';
import { durationText } from '../../../src/profiles/openadr/duration-text.ts';

test('a duration is as short as it can be said, and never in days', () => {
  const cases: [number, string][] = [
    [3_600_000, 'PT1H'],
    [900_000, 'PT15M'],
    [5_400_000, 'PT1H30M'],
    [86_400_000, 'PT24H'],
    [1_500, 'PT1.5S'],
    [0, 'PT0S'],
  ];
  for (const [ms, text] of cases) assert.equal(durationText(ms), text);
});

test('any whole number of milliseconds is one, and the same number again', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e12 }), (ms) => {
      const text = duration.parse(durationText(ms));
      const [, h = 0, m = 0, s = 0] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(text) ?? [];
      assert.equal(Number(h) * 3_600_000 + Number(m) * 60_000 + Math.round(Number(s) * 1000), ms);
    }),
  );
});
