import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Matrix, VenRow } from '../../src/server/schemas/vens.ts';
import { mergeMatrix, type Sample, withSample } from '../../src/web/live/merge.ts';

const components = [{ component: 'load_0', name: 'Base Load' }];

function row(ven: string | null, registered: number): VenRow {
  return {
    ven,
    cells: [[9, registered, 0, 9 - registered, 0]],
    all: [9, registered, 0, 9 - registered, 0],
    newestReading: null,
  };
}

test('only rows that have changed are other objects than before', () => {
  const known: Matrix = { components, vens: [row('A', 1), row(null, 1), row('C', 1)] };
  const merged = mergeMatrix(known, {
    components: structuredClone(components),
    vens: [row(null, 2), row('D', 3)],
  });
  assert.deepEqual(merged.vens, [row('A', 1), row(null, 2), row('C', 1), row('D', 3)]);
  assert.equal(merged.vens[0], known.vens[0]);
  assert.equal(merged.components, known.components);
  assert.equal(mergeMatrix(known, { components, vens: [] }), known);
});

test('the first one, and one of other components, is all there is', () => {
  const change: Matrix = { components, vens: [row('A', 1)] };
  assert.deepEqual(mergeMatrix(undefined, change), change);
  const known: Matrix = { components: [{ component: 'load_0', name: 'Other' }], vens: [row('B', 1)] };
  assert.deepEqual(mergeMatrix(known, change), change);
});

test('a VEN that has no loads any more has no row', () => {
  const gone: VenRow = { ven: 'B', cells: [[0, 0, 0, 0, 0]], all: [0, 0, 0, 0, 0], newestReading: null };
  const known: Matrix = { components, vens: [row('A', 1), row('B', 1)] };
  assert.deepEqual(mergeMatrix(known, { components, vens: [gone] }).vens, [row('A', 1)]);
  const other = [{ component: 'load_1', name: 'Water Heater' }];
  assert.deepEqual(mergeMatrix(known, { components: other, vens: [gone, row('A', 2)] }).vens, [row('A', 2)]);
});

test('a course keeps what is recent, in order of time, and not too much', () => {
  let course: readonly Sample[] = [];
  for (let at = 0; at < 50; at++) course = withSample(course, [at, at], 10, 100);
  assert.deepEqual(
    course.map(([at]) => at),
    [39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49],
  );
  assert.equal(withSample(course, [50, 0], 1_000, 5).length, 5);
  // A clock that was set back: what comes later in the course than now is none of it.
  assert.deepEqual(withSample(course, [40, 1], 10), [
    [39, 39],
    [40, 1],
  ]);
});
