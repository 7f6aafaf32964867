import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { TimeSpan } from '../../src/fleet/readings.ts';
import { common, pieces, without } from '../../src/metering/time-spans.ts';

const instants = fc.integer({ min: -50, max: 50 });
const spans: fc.Arbitrary<TimeSpan> = fc
  .tuple(instants, fc.integer({ min: 1, max: 30 }))
  .map(([fromMs, length]) => ({ fromMs, untilMs: fromMs + length }));

/** The instants of spans; one that is in two is there twice. */
function instantsOf(all: Iterable<TimeSpan>): number[] {
  return [...all].flatMap(({ fromMs, untilMs }) =>
    Array.from({ length: untilMs - fromMs }, (_, n) => fromMs + n),
  );
}

test('what is left of a span is exactly what nothing took', () => {
  fc.assert(
    fc.property(spans, fc.array(spans), (span, taken) => {
      const inOrder = taken.toSorted((a, b) => a.fromMs - b.fromMs || a.untilMs - b.untilMs);
      const gone = new Set(instantsOf(taken));
      assert.deepEqual(
        instantsOf(without(span, inOrder)),
        instantsOf([span]).filter((instant) => !gone.has(instant)),
      );
    }),
  );
});

test('what two spans have in common is in both', () => {
  fc.assert(
    fc.property(spans, spans, (a, b) => {
      const inB = new Set(instantsOf([b]));
      const both = common(a, b);
      assert.deepEqual(
        instantsOf(both ? [both] : []),
        instantsOf([a]).filter((instant) => inB.has(instant)),
      );
    }),
  );
});

test('pieces are the whole span, and the same instant always lies in the same piece', () => {
  fc.assert(
    fc.property(spans, fc.integer({ min: 1, max: 20 }), (span, length) => {
      const all = [...pieces(span, length)];
      assert.deepEqual(instantsOf(all), instantsOf([span]));
      for (const piece of all)
        assert.equal(Math.floor(piece.fromMs / length), Math.floor((piece.untilMs - 1) / length));
    }),
  );
});
