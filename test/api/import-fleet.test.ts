import assert from 'node:assert/strict';
import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, type TestContext, test } from 'node:test';
import { type ImportEvent, importFleet } from '../../src/index.ts';
import { query, temporaryFolder } from '../support/fleet-database.ts';

const columns = 'title,address,longitude,latitude';
const site = (name: string) => `${name},"Vej 1, 9000 Aalborg",9,57`;

function setUp(t: TestContext) {
  const folder = temporaryFolder(t);
  const dbPath = join(folder, 'new/fleet.db');
  return {
    dbPath,
    write(name: string, ...lines: string[]) {
      const path = join(folder, name);
      writeFileSync(path, `${lines.join('\n')}\n`);
      return path;
    },
    stored: () =>
      query(dbPath, 'SELECT resource_name FROM resources ORDER BY 1').map((row) => row.resource_name),
  };
}

describe('importFleet', () => {
  test('takes files and streams in their order, and tells of each', async (t) => {
    const { dbPath, write, stored } = setUp(t);
    const path = write('a.csv', `${columns},stars`, `${site('A')},5`, `${site('')},5`);
    const bytes = Readable.from([Buffer.from(`${columns}\n${site('A')}\n`), Buffer.from(`${site('B')}\n`)]);
    const events: ImportEvent[] = [];
    const files = [path, { name: 'from afar', bytes }];
    const { elapsedSeconds, ...summary } = await importFleet({
      files,
      dbPath,
      onEvent: (event) => events.push(event),
    });
    assert.ok(elapsedSeconds >= 0);
    const rejection = { file: path, line: 3, reason: 'title is empty' };
    assert.deepEqual(summary, {
      success: false,
      interrupted: false,
      inserted: 2,
      updated: 0,
      unchanged: 1,
      rejected: 1,
      doubtful: 0,
      rejections: [rejection],
    });
    assert.deepEqual(events, [
      { type: 'ignored-columns', file: path, names: ['stars'] },
      { type: 'line-rejected', ...rejection },
      { type: 'file-imported', file: path, inserted: 1, updated: 0, unchanged: 0, rejected: 1 },
      { type: 'file-imported', file: 'from afar', inserted: 1, updated: 0, unchanged: 1, rejected: 0 },
    ]);
    assert.deepEqual(stored(), ['A', 'B']);
  });

  test('a path of which nothing can be told cannot be read, and says so', async (t) => {
    const { dbPath } = setUp(t);
    const path = join(temporaryFolder(t), 'loop.csv');
    symlinkSync(path, path);
    await assert.rejects(importFleet({ files: [path], dbPath }), {
      code: 'FILE_UNREADABLE',
      message: /ELOOP/,
    });
  });

  test('looks at all files before it stores anything', async (t) => {
    const { dbPath, write } = setUp(t);
    const good = write('good.csv', columns, site('A'));
    const bytes = Readable.from([Buffer.from('a,b\n1,2\n')]);
    await assert.rejects(importFleet({ files: [good, { name: 'bad', bytes }], dbPath }), {
      code: 'BAD_CSV',
      message: /^bad: .*no column "title"/,
    });
    await assert.rejects(importFleet({ files: [good, 'missing.csv'], dbPath }), { code: 'FILE_UNREADABLE' });
    assert.ok(!existsSync(dbPath));
  });

  test('stops where it is told to; what it read is stored', async (t) => {
    const { dbPath, write, stored } = setUp(t);
    const first = write('a.csv', columns, site('A'), site(''), site('B'));
    const second = write('b.csv', columns, site('C'));
    const controller = new AbortController();
    const summary = await importFleet({
      files: [first, second],
      dbPath,
      signal: controller.signal,
      onEvent: (event) => event.type === 'line-rejected' && controller.abort(),
    });
    assert.deepEqual([summary.interrupted, summary.success, summary.inserted], [true, false, 1]);
    assert.deepEqual(stored(), ['A']);
  });

  test('lists the first hundred rejections, and counts all', async (t) => {
    const { dbPath, write } = setUp(t);
    const path = write('a.csv', columns, ...Array.from({ length: 150 }, () => site('')));
    const { rejected, rejections } = await importFleet({ files: [path], dbPath });
    assert.deepEqual([rejected, rejections.length, rejections.at(-1)?.line], [150, 100, 101]);
  });
});
