import assert from 'node:assert/strict';
import { existsSync, globSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { readDocument, root } from './code-blocks.ts';

const documents = ['README.md', 'CHANGELOG.md', ...globSync('docs/*.md', { cwd: root })];

test('links within the project lead somewhere', () => {
  for (const document of documents) {
    for (const [, target = ''] of readDocument(document).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? document : normalize(join(dirname(document), path));
      assert.ok(existsSync(join(root, file)), `${document} links to ${target}`);
      if (anchor) assert.ok(anchorsOf(file).includes(anchor), `${document} links to ${target}`);
    }
  }
});

test('documents that the program names are there', () => {
  for (const file of globSync('src/**/*.ts', { cwd: root })) {
    for (const [name] of readDocument(file).matchAll(/docs\/[a-z-]+\.md/g))
      assert.ok(existsSync(join(root, name)), `${file} names ${name}`);
  }
});

test('every document of docs/ can be found from the README', () => {
  const found = new Set<string>();
  const follow = (document: string) => {
    if (found.has(document)) return;
    found.add(document);
    for (const [, target = ''] of readDocument(document).matchAll(/\]\(([^)#\s:]+\.md)/g))
      follow(normalize(join(dirname(document), target)));
  };
  follow('README.md');
  assert.deepEqual(
    documents.filter((document) => document !== 'CHANGELOG.md' && !found.has(document)),
    [],
  );
});

function anchorsOf(file: string): string[] {
  return [...readDocument(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
