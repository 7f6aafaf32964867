import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { options } from '../../src/cli/options/option-table.ts';
import { codeBlocks, readDocument, root } from './code-blocks.ts';
import { optionTable } from './option-table.ts';

const path = 'docs/configuration.md';
const tablePattern = /(?<=^## All options\n\n)(.*?)(?=\n\n## )/ms;

test('docs/configuration.md lists every option as the program has it', () => {
  const document = readDocument(path);
  const expected = optionTable().trimEnd();
  // TEST_VENFLEET_WRITE_DOCS=1 writes the table in place of comparing it.
  if (process.env.TEST_VENFLEET_WRITE_DOCS === '1')
    return writeFileSync(
      join(root, path),
      document.replace(tablePattern, () => expected),
    );
  const hint = `TEST_VENFLEET_WRITE_DOCS=1 node --test test/docs/configuration.test.ts brings ${path} up to date`;
  assert.equal(tablePattern.exec(document)?.[0], expected, hint);
});

test('every option belongs to some command', () => {
  for (const row of optionTable().trimEnd().split('\n').slice(2))
    assert.notEqual(row.split(' | ')[3], '', row);
});

test('the configuration files of the documents have only keys that there are, and values that pass', () => {
  const files = ['README.md', path].flatMap(codeBlocks).filter(({ language }) => language === 'json');
  assert.ok(files.length > 0);
  for (const { code, place } of files) {
    for (const [key, value] of Object.entries(JSON.parse(code))) {
      assert.ok(Object.hasOwn(options, key), `${place}: ${key}`);
      const { success } = options[key as keyof typeof options].check.safeParse(value);
      assert.ok(success, `${place}: ${key}`);
    }
  }
});
