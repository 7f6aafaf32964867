import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, type TestContext, test } from 'node:test';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import {
  execute,
  pythonDatabase,
  sitesOf,
  temporaryFolder,
  testLoadId,
} from '../../support/fleet-database.ts';
import { folderState } from '../../support/folder-state.ts';

const [a, b] = ['load_0', 'load_1'].map((component) => testLoadId(0, component)) as [string, string];

const mapping = (loadId: string, component: string, vtnResourceId = `r-${loadId}`) => ({
  loadId,
  vtnResourceId,
  externalResourceId: `site-00000_${component}`,
  venName: 'Aalborg',
  sentHash: null,
  evidence: 'told' as const,
});

/** Databases as they are found, by how they came to be so. */
const states: Record<string, (t: TestContext) => Promise<string>> = {
  'never opened by venfleet': async (t) => python(t),
  'closed after a run': closed,
  'in the journal mode of others': async (t) => {
    const path = await closed(t);
    execute(path, 'PRAGMA journal_mode = DELETE');
    return path;
  },
  'without one of our indexes': async (t) => {
    const path = await closed(t);
    execute(path, 'DROP INDEX venfleet_resources_ven');
    return path;
  },
  'left by a run that was killed': async (t) => killed(t, ['', '-wal', '-shm']),
  'left by one, and copied without the index of the log': async (t) => killed(t, ['', '-wal']),
  'closed after a run, and named by a link': async (t) => {
    const link = join(temporaryFolder(t), 'link.db');
    symlinkSync(await closed(t), link);
    return link;
  },
  'left by another program in the middle of a transaction': async (t) => {
    const path = python(t);
    const writer = new DatabaseSync(path);
    // So that SQLite writes to the file before the end.
    writer.exec(
      "PRAGMA cache_size = 1; BEGIN; UPDATE loads SET load_name = hex(zeroblob(4000)), vtn_resource_id = 'x'",
    );
    const copy = copied(t, path, ['', '-journal']);
    writer.close();
    return copy;
  },
};

const python = (t: TestContext) => pythonDatabase(t, sitesOf({ Aalborg: 2 }));

async function closed(t: TestContext): Promise<string> {
  const path = python(t);
  const store = await openStore(path);
  await store.exclusively({ command: 'register' }, () => registerOne(store));
  await store.close();
  return path;
}

const registerOne = async (store: Store) => {
  await store.noteSending([a, b]);
  await store.record([mapping(a, 'load_0')], []);
};

/** A kill leaves the files as they are in the middle. */
async function killed(t: TestContext, suffixes: readonly string[]): Promise<string> {
  const path = python(t);
  const store = await openStore(path);
  let copy = '';
  await store.exclusively({ command: 'register' }, async () => {
    await registerOne(store);
    copy = copied(t, path, suffixes);
  });
  await store.close();
  return copy;
}

function copied(t: TestContext, path: string, suffixes: readonly string[]): string {
  const copy = join(temporaryFolder(t), 'resources.db');
  for (const suffix of suffixes) copyFileSync(path + suffix, copy + suffix);
  return copy;
}

/** All that can be asked of a store which has no part in changes. */
async function allOf(store: Store) {
  const [vens, sites, sent, owners, venNames, names] = [
    await store.countByVen({}),
    await store.sitesOfVen('Aalborg', undefined, 9),
    await store.sent('Aalborg', ['site-00000_load_0', 'site-00000_load_1']),
    await store.ownersOf(['site-00000_load_0', 'nobody']),
    await store.venNamesSent(undefined),
    await store.fleetNames(),
  ];
  const statistics = store.statistics();
  return {
    ...{ vens, sites, sent, owners, venNames, names },
    byVen: await statistics.byVen(),
    failures: await statistics.latestFailures(9),
    byStatus: await store.lookups.countByStatus(),
  };
}

/** Opens databases in another process, which has no right to change them, and ends without closing the first of them. */
function readElsewhere(t: TestContext, paths: readonly string[]) {
  const place = join(temporaryFolder(t), 'tmp');
  mkdirSync(place);
  chmodSync(dirname(place), 0o755);
  chmodSync(place, 0o777);
  const source = `
    const { openStore } = await import(${JSON.stringify(import.meta.resolve('../../../src/store/open-store.ts'))});
    // Root may write to anything; nobody need not be able to read the program, which is loaded.
    if (process.getuid?.() === 0) {
      process.setgroups([]);
      process.setgid(65534);
      process.setuid(65534);
    }
    const registered = [];
    for (const [index, path] of ${JSON.stringify(paths)}.entries()) {
      const store = await openStore(path, { readOnly: true });
      registered.push((await store.countByVen({}))[0].registered);
      if (index > 0) await store.close();
    }
    console.log(JSON.stringify(registered));
    process.exit();`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', source], {
    env: { PATH: process.env.PATH, TMPDIR: place },
    cwd: place,
    encoding: 'utf8',
  });
  assert.equal(stderr, '');
  return { registered: JSON.parse(stdout), left: readdirSync(place) };
}

describe('a database that is opened to be read', { concurrency: 2 }, () => {
  for (const [state, make] of Object.entries(states)) {
    test(`${state} tells all, and stays as it is with its folder`, async (t) => {
      const path = await make(t);
      const folders = () => [path, realpathSync(path)].map((one) => folderState(dirname(one)));
      const before = folders();
      const store = await openStore(path, { readOnly: true });
      const found = await allOf(store);
      await store.close();
      assert.deepEqual(folders(), before);

      const writing = await openStore(path);
      assert.deepEqual(found, await allOf(writing));
      await writing.close();
    });
  }

  test('tells at once what a run stores meanwhile, and leaves no log behind when both have ended', async (t) => {
    const path = await closed(t);
    const run = await openStore(path);
    const reading = await openStore(path, { readOnly: true });
    await run.exclusively({ command: 'register' }, async () => {
      assert.deepEqual([...(await reading.sent('Aalborg', ['site-00000_load_1'])).keys()], []);
      await run.record([mapping(b, 'load_1')], []);
      assert.equal((await reading.countByVen({}))[0]?.registered, 2);
      assert.equal((await reading.sent('Aalborg', ['site-00000_load_1'])).size, 1);
      const later = await openStore(path, { readOnly: true });
      assert.equal((await later.countByVen({}))[0]?.registered, 2);
      await later.close();
    });
    await run.close();
    await reading.close();
    assert.deepEqual(readdirSync(dirname(path)), ['resources.db']);
  });

  test('shows what was sent as if the log were sorted in, also after somebody did that', async (t) => {
    const path = await closed(t);
    const ids = ['site-00000_load_0', 'site-00000_load_1'];
    const [run, reading] = [await openStore(path), await openStore(path, { readOnly: true })];
    const shown = async () =>
      [...(await reading.sent('Aalborg', ids)).values()].map(({ vtnResourceId }) => vtnResourceId);
    assert.deepEqual(await shown(), [`r-${a}`]);
    await run.exclusively({ command: 'apply' }, async () => {
      await run.record([mapping(a, 'load_0', 'new')], []);
      assert.deepEqual(await shown(), ['new']);
      await run.forget([{ venName: 'Aalborg', externalResourceId: 'site-00000_load_0', loadId: a }]);
      assert.deepEqual(await shown(), [], 'it is in the log no more, nor in the table');
      await run.record([mapping(b, 'load_1', 'first in the new log')], []);
      assert.deepEqual(await shown(), ['first in the new log']);
    });
    await Promise.all([run.close(), reading.close()]);
  });

  test('changes nothing, whatever is asked of it', async (t) => {
    for (const state of ['closed after a run', 'never opened by venfleet']) {
      const path = await states[state]!(t);
      const before = folderState(dirname(path));
      const store = await openStore(path, { readOnly: true });
      const work = () => assert.fail('it has begun');
      const asked = [
        () => store.exclusively({ command: 'register' }, work),
        () => store.noteSending([a]),
        () => store.forgetSending([a]),
        () => store.record([mapping(a, 'load_0')], []),
        () => store.insertSites([]),
        () => store.upsertSites([], work),
        () => store.recordVens([{ venName: 'Aalborg', vtnVenId: 'v' }], { url: 'u', profile: 'p' }),
        () => store.recordVtn({ url: 'u', profile: 'p' }),
        () => store.unmap([a]),
        () => store.moveTo({ url: 'u', profile: 'p' }, { vens: undefined, maybeThere: false }),
        () => store.lookups.setVtnResourceId(a, 'r', 'APPROVED'),
        () => store.noteReports([]),
        () => store.recordReports(['key'], [], []),
        () => store.forgetReported('bulk', [a], { fromMs: 0, untilMs: 1 }),
        () => store.setReportAnchor({ programId: 'p', eventId: 'e' }),
      ];
      for (const ask of asked) await assert.rejects(ask(), { code: 'NOT_WRITABLE' }, `${ask}`);
      await store.close();
      assert.deepEqual(folderState(dirname(path)), before);
    }
  });

  test('may be one that its reader cannot write to', async (t) => {
    const paths = [];
    for (const make of Object.values(states)) paths.push(realpathSync(await make(t)));
    const inOpenFolder = await closed(t);
    const inUse = await closed(t);
    const run = await openStore(inUse);
    await run.exclusively({ command: 'register' }, () => run.record([mapping(b, 'load_1')], []));
    paths.push(inOpenFolder, inUse);
    for (const path of paths) {
      for (const name of readdirSync(dirname(path))) chmodSync(join(dirname(path), name), 0o444);
      chmodSync(dirname(path), path === inOpenFolder ? 0o777 : 0o555);
    }
    const before = paths.map((path) => folderState(dirname(path)));
    const found = readElsewhere(t, paths);
    // Else the folders could not be removed.
    for (const path of paths) chmodSync(dirname(path), 0o755);
    assert.deepEqual(
      paths.map((path) => folderState(dirname(path))),
      before,
    );
    await run.close();
    assert.deepEqual(found.registered, [0, 1, 1, 1, 1, 1, 1, 0, 1, 2]);
    assert.deepEqual(found.left, [], 'copies go also where the process ends without closing');
  });

  test('is not made anew where it was taken away meanwhile', async (t) => {
    const path = await closed(t);
    const store = await openStore(path, { readOnly: true });
    for (const name of readdirSync(dirname(path))) rmSync(join(dirname(path), name));
    assert.equal((await store.countByVen({}))[0]?.total, 12);
    await store.close();
    assert.ok(!existsSync(path));
  });
});
