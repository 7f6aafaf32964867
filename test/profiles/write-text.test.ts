import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { longestUtc, utcText, writeText, writeUtc } from '../../src/profiles/write-text.ts';

const written = (ms: number) => {
  const into = new Uint8Array(3 + longestUtc);
  const end = writeUtc(into, 3, ms);
  return Buffer.from(into.subarray(3, end)).toString();
};

test('a time is written as Date writes it, with milliseconds only where there are some', () => {
  assert.equal(written(Date.UTC(2025, 0, 15, 8)), '2025-01-15T08:00:00Z');
  assert.equal(written(Date.UTC(2025, 0, 15, 8, 0, 0, 7)), '2025-01-15T08:00:00.007Z');
  assert.equal(utcText(Date.UTC(2025, 0, 15, 8)), '2025-01-15T08:00:00Z');
  const times = fc.integer({ min: -8.64e15, max: 8.64e15 });
  const near = fc.integer({ min: 0, max: 4e12 }).map((ms) => ms - (ms % 1000));
  fc.assert(fc.property(fc.oneof(times, near), (ms) => written(ms) === utcText(ms)));
});

test('days follow one another, and come back', () => {
  const midnight = Date.UTC(2024, 1, 29);
  for (const ms of [midnight - 1, midnight, midnight + 86_399_999, midnight + 86_400_000, midnight])
    assert.equal(written(ms), utcText(ms));
});

test('a text is written where it is to stand', () => {
  const into = Buffer.from('.......');
  assert.equal(writeText(into, 2, '-1e9'), 6);
  assert.equal(into.toString(), '..-1e9.');
});
