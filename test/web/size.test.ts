import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { builtPageFor } from '../support/browser.ts';

/** What is loaded when it is asked for, and not before. */
const later = /^(outlines\/|assets\/(map-view|power-plot)-)/;

test('the page is small: what comes before the map and plots is under 150 KB, compressed', async (t) => {
  const folder = await builtPageFor(t);
  const files = globSync('**/*.*', { cwd: folder });
  assert.ok(files.filter((name) => later.test(name)).length > 3, files.join());
  const bytes = files
    .filter((name) => !later.test(name))
    .reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0);
  assert.ok(bytes > 10_000 && bytes < 150_000, `${bytes} bytes`);
});
