import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createDueHeap } from '../../../src/events/dispatch/due-heap.ts';

test('whatever goes in comes out, the earliest first', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), (times) => {
      const heap = createDueHeap();
      for (const [load, ms] of times.entries()) heap.push(load, ms);
      const out: number[] = [];
      for (let load = heap.pop(); load !== undefined; load = heap.pop()) out.push(load);
      assert.deepEqual(
        out.toSorted((a, b) => a - b),
        [...times.keys()],
      );
      const inOrder = out.map((load) => times[load] as number);
      assert.deepEqual(
        inOrder,
        times.toSorted((a, b) => a - b),
      );
      assert.equal(heap.nextMs(), undefined);
    }),
  );
});
