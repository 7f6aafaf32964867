import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { codeBlocks, readDocument, root, tableBelow } from './code-blocks.ts';

const path = 'docs/architecture.md';

interface RoomRule {
  readonly name: string;
  readonly to: { readonly pathNot?: string };
}

/** The rooms of a room's own rule: itself, and what it may import. */
function allowedBy({ name, to }: RoomRule): [room: string, allowed: string[]] {
  const rooms = /\((.*)\)/.exec(to.pathNot ?? '')?.[1]?.split('|') ?? [];
  const room = name.replace(/-imports$/, '');
  return [room, rooms.filter((other) => other !== room)];
}

test('docs/architecture.md has the rooms, and the rule that is checked', () => {
  const { forbidden } = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs'));
  const rules = (forbidden as RoomRule[]).filter(({ name }) => name.endsWith('-imports')).map(allowedBy);
  const documented = tableBelow(path, 'Rooms').map(([room = '', , allowed = '']) => [
    room.replaceAll('`', ''),
    [...allowed.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  ]);
  assert.deepEqual(documented, rules);
});

test('every folder of src/ is a room', () => {
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const rooms = tableBelow(path, 'Rooms').map(([room = '']) => room.replaceAll('`', ''));
  assert.deepEqual(folders.map(({ name }) => name).sort(), rooms.sort());
});

test('docs/architecture.md draws the states of a load as settle.ts does', () => {
  const source = readDocument('src/delivery/settling-steps.ts');
  const drawing = [...source.matchAll(/^ \*(?: {3}(.*))?$/gm)]
    .map(([, line = '']) => line)
    .join('\n')
    .trim();
  const [block] = codeBlocks(path).filter(({ language }) => language === 'text');
  assert.equal(block?.code.trim(), drawing);
});
