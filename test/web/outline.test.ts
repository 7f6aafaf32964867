import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boxAround, overlaps, pathOf, projected } from '../../src/web/map/outline.ts';

test('north is up, and the equator is 0', () => {
  assert.ok(Math.abs(projected(10, 0).y) < 1e-9);
  assert.ok(projected(10, 56).y < projected(10, 55).y);
  assert.ok(Number.isFinite(projected(0, 90).y));
});

test('a box around places has a margin, and is never without size', () => {
  assert.equal(boxAround([]), undefined);
  assert.deepEqual(boxAround([{ longitude: 10, latitude: 56 }]), [9.5, 55.75, 10.5, 56.25]);
  const box = boxAround(
    [
      { longitude: 8, latitude: 54 },
      { longitude: 18, latitude: 64 },
    ],
    0.1,
  );
  assert.deepEqual(box, [7, 53, 19, 65]);
});

test('a path has the rings that can be seen', () => {
  const near = [8_000, 55_000, 1_000, 0, 0, 1_000];
  const far = [100_000, 10_000, 1_000, 0, 0, 1_000];
  const path = pathOf([near, far], [7, 54, 10, 58]);
  assert.equal(path.match(/M/g)?.length, 1);
  assert.ok(path.startsWith(`M8.000 ${projected(8, 55).y.toFixed(3)}L9.000 `));
  assert.ok(path.endsWith('Z'));
  assert.equal(overlaps([0, 0, 1, 1], [2, 0, 3, 1]), false);
});
