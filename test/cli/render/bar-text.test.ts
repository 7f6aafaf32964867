import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { barText } from '../../../src/cli/render/bar-text.ts';

const state = {
  total: 116_412,
  done: 58_206,
  failed: 0,
  perSecond: 3_421,
  goodPerSecond: 3_421,
  phase: 'VEN 101/287',
};

test('tells as much as there is room for', () => {
  const failing = { ...state, failed: 12 };
  for (const [columns, shown, text] of [
    [100, state, '  ██████████████░░░░░░░░░░░░░░  50%   58,206/116,412  3,421/s   0:18 left  VEN 101/287'],
    [80, failing, '  ████░░░░  50%   58,206/116,412  ✗ 12 failed  3,421/s   0:18 left  VEN 101/287'],
    [40, state, '  ███████░░░░░░░░  50%   58,206/116,412'],
    [40, failing, '   50%   58,206/116,412  ✗ 12 failed'],
    [24, failing, '   50%  ✗ 12 failed'],
  ] as const) {
    assert.equal(barText(shown, columns), text, `${columns} columns`);
  }
  const beginning = { ...state, done: 0, perSecond: 0, goodPerSecond: 0, phase: 'registering VENs 16/287' };
  assert.match(barText(beginning, 80), /^ {2}░+ {3}0% .* registering VENs 16\/287$/);
});

test('is never as wide as the terminal, and stands still while numbers grow', () => {
  const states = fc.record({
    total: fc.integer({ min: 1, max: 2_000_000 }),
    done: fc.nat(2_000_000),
    failed: fc.nat(2_000_000),
    perSecond: fc.double({ min: 0, max: 50_000, noNaN: true }),
    goodPerSecond: fc.double({ min: 0, max: 50_000, noNaN: true }),
    phase: fc.constantFrom('', 'VEN 1/287', 'registering VENs 16/287'),
  });
  fc.assert(
    fc.property(states, fc.integer({ min: 8, max: 300 }), (any, columns) => {
      const done = Math.min(any.done, any.total);
      const shown = { ...any, done, failed: Math.min(any.failed, done) };
      return barText(shown, columns).length < columns;
    }),
  );
  const at = (done: number, perSecond: number) => barText({ ...state, done, perSecond }, 80).indexOf('%');
  assert.equal(at(7, 40), at(116_000, 3_421));
});
