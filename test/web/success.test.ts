import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Matrix, ShortCounts, VenRow } from '../../src/server/schemas/vens.ts';
import { arrangedRows, stepOf, successOf } from '../../src/web/success.ts';

// [total, registered, failed, waiting, skipped]
test('success is of the loads that are to be registered', () => {
  assert.equal(successOf([10, 8, 0, 0, 2]), 1);
  assert.equal(successOf([10, 4, 4, 0, 2]), 0.5);
  assert.equal(successOf([2, 0, 0, 0, 2]), null);
  assert.equal(successOf([0, 0, 0, 0, 0]), null);
});

test('steps: one failure is never "all", and what was not tried is not bad', () => {
  const steps: [ShortCounts, string][] = [
    [[0, 0, 0, 0, 0], 'none'],
    [[3, 0, 0, 0, 3], 'none'],
    [[10_000, 9_999, 1, 0, 0], 'good'],
    [[100, 100, 0, 0, 0], 'all'],
    [[100, 95, 5, 0, 0], 'fair'],
    [[100, 50, 50, 0, 0], 'poor'],
    [[100, 49, 51, 0, 0], 'bad'],
    [[100, 0, 0, 100, 0], 'waiting'],
    [[100, 60, 0, 40, 0], 'waiting'],
    [[100, 20, 1, 79, 0], 'bad'],
  ];
  for (const [counts, step] of steps) assert.equal(stepOf(counts), step, counts.join());
});

function row(ven: string | null, first: ShortCounts, second: ShortCounts): VenRow {
  const all = first.map((value, at) => value + second[at]!) as ShortCounts;
  return { ven, cells: [first, second], all, newestReading: null };
}

const matrix: Matrix = {
  components: [
    { component: 'load_0', name: 'Base Load' },
    { component: 'load_1', name: 'Water Heater' },
  ],
  vens: [
    row(null, [1, 0, 1, 0, 0], [0, 0, 0, 0, 0]),
    row('VEN 10', [10, 10, 0, 0, 0], [10, 5, 5, 0, 0]),
    row('VEN 2', [10, 9, 1, 0, 0], [10, 10, 0, 0, 0]),
    row('Ærø', [2, 2, 0, 0, 0], [0, 0, 0, 0, 0]),
  ],
};

function namesBy(by: string, down = false, filter = ''): (string | null)[] {
  return arrangedRows(matrix, filter, { by, down }).map(({ ven }) => ven);
}

test('rows are sorted by name as people do, sites without a VEN last', () => {
  assert.deepEqual(namesBy('name'), ['VEN 2', 'VEN 10', 'Ærø', null]);
  assert.deepEqual(namesBy('name', true), [null, 'Ærø', 'VEN 10', 'VEN 2']);
});

test('rows are sorted by numbers, where equal by name', () => {
  assert.deepEqual(namesBy('failed', true), ['VEN 10', 'VEN 2', null, 'Ærø']);
  assert.deepEqual(namesBy('loads', true), ['VEN 2', 'VEN 10', 'Ærø', null]);
  assert.deepEqual(namesBy('component:load_0'), [null, 'VEN 2', 'VEN 10', 'Ærø']);
  assert.deepEqual(namesBy('component:load_1'), ['VEN 10', 'VEN 2', 'Ærø', null]);
  assert.deepEqual(namesBy('all'), [null, 'VEN 10', 'VEN 2', 'Ærø']);
});

test('a filter is part of a name, in any case; what is sorted stays as it was', () => {
  assert.deepEqual(namesBy('name', false, ' ven '), ['VEN 2', 'VEN 10', null]);
  assert.deepEqual(namesBy('name', false, 'æRØ'), ['Ærø']);
  assert.equal(matrix.vens[0]?.ven, null);
});
