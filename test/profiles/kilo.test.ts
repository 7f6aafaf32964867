import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { kilo } from '../../src/profiles/kilo.ts';

test('W become kW, and kWh of an interval, without the noise of binary fractions', () => {
  assert.equal(kilo(2.1), 0.0021);
  assert.notEqual(2.1 / 1000, 0.0021);
  assert.equal(kilo(-2_500.5), -2.5005);
  assert.equal(kilo(1_234.5, 0.25), 0.308625);
  assert.equal(kilo(1e300), 1e297);
  assert.equal(kilo(0.0000001), 0);
});

test('what is rounded away is less than a microwatt', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), (watts) => {
      assert.ok(Math.abs(kilo(watts) * 1000 - watts) <= 1e-6 + Math.abs(watts) * 1e-15);
      assert.ok(String(kilo(watts)).replace(/^-?\d+\.?/, '').length <= 9 || Math.abs(kilo(watts)) < 1e-6);
    }),
  );
});
