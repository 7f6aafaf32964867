import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../../src/core/random.ts';

const draw = (seed: number, count: number) => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random());
};

test('the same seed draws the same, on every machine', () => {
  assert.deepEqual(draw(7, 1_000), draw(7, 1_000));
  // The fleets that people generated with a seed must stay what they are.
  assert.deepEqual(
    draw(1, 3).map((value) => value.toFixed(12)),
    ['0.999999983222', '0.812520042298', '0.644731441289'],
  );
});

test('draws lie in [0, 1), and seeds differ', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0 }), (seed) => draw(seed, 50).every((value) => value >= 0 && value < 1)),
  );
  const firsts = new Set(Array.from({ length: 200 }, (_, seed) => draw(seed, 10).join()));
  assert.equal(firsts.size, 200);
});

test('draws are spread evenly', () => {
  const counts = Array.from({ length: 10 }, () => 0);
  for (const value of draw(3, 100_000)) counts[Math.floor(value * 10)]!++;
  for (const count of counts) assert.ok(Math.abs(count - 10_000) < 500, String(counts));
});
