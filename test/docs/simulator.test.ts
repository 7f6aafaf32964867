import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nonsenseKinds, switchTable } from '../../src/simulator/index.ts';
import { tableBelow } from './code-blocks.ts';

const path = 'docs/simulator.md';

test('docs/simulator.md has every switch with its default and what it does', () => {
  const documented = tableBelow(path, 'Switches').map(([name, standard, text = '']) => {
    return [name, standard, text.replace(/; `--[\w-]+`$/, '')];
  });
  const expected = Object.entries(switchTable).map(([name, one]) => [
    `\`${name}\``,
    one.default === nonsenseKinds ? 'all' : `\`${JSON.stringify(one.default)}\``,
    one.text,
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
