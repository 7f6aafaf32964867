import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nonsenseKinds } from '../../src/simulator/index.ts';
import { switchesOf } from '../../src/simulator/machine/switches.ts';
import { tableBelow } from './code-blocks.ts';

const path = 'docs/simulator.md';

test('docs/simulator.md has every switch with its default', () => {
  const documented = tableBelow(path, 'Switches').map(([name, standard]) => [name, standard]);
  const expected = Object.entries(switchesOf({})).map(([name, standard]) => [
    `\`${name}\``,
    standard === nonsenseKinds ? 'all' : `\`${JSON.stringify(standard)}\``,
  ]);
  assert.deepEqual(documented, expected);
});

test('docs/simulator.md has every kind of nonsense', () => {
  const kinds = tableBelow(path, 'Kinds of nonsense').map(([kind]) => kind);
  assert.deepEqual(
    kinds,
    nonsenseKinds.map((kind) => `\`${kind}\``),
  );
});
