import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { alone, filesOf } from '../support/together.ts';
import { readDocument, root } from './code-blocks.ts';

test('npm test carries out each file of tests once', () => {
  const { scripts } = JSON.parse(readDocument('package.json')) as { scripts: Record<string, string> };
  for (const name of ['test:unit', 'test:all', 'test:coverage']) {
    const patterns = [...(scripts[name] ?? '').matchAll(/"(test\/[^"]+)"/g)].map(
      ([, pattern = '']) => pattern,
    );
    const started = globSync(patterns, { cwd: root });
    const groups = started.filter((file) => file.startsWith('test/together/'));
    const others = started.filter((file) => !groups.includes(file));
    assert.deepEqual(others.sort(), alone.map((file) => join('test', file)).sort(), name);
    const files = groups.flatMap((file) => filesOf(basename(file, '.ts')));
    const all = globSync('**/*.test.ts', { cwd: join(root, 'test') });
    assert.deepEqual([...files, ...alone].sort(), all.sort(), name);
  }
});
