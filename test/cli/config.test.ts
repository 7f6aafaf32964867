import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pythonDatabase, sitesOf } from '../support/fleet-database.ts';
import { terminalInTurn as terminal } from './in-turn.ts';

const towns = { Aalborg: 1, Aarhus: 1, Esbjerg: 1, Odense: 1, Ærø: 1 };

describe('where options come from', () => {
  test('flag before environment before file before default', async (t) => {
    const { runWith, write } = terminal(t);
    const db = pythonDatabase(t, sitesOf(towns));
    const dryRun = async (env: Record<string, string>, ...args: string[]) => {
      const { code, stdout, stderr } = await runWith({ env }, 'register', '--dry-run', '--json', ...args);
      assert.equal(code, 0, stderr);
      return JSON.parse(stdout).vens.total;
    };
    assert.equal(await dryRun({}, '--db', db), 5);
    write('venfleet.config.json', JSON.stringify({ db, limitVens: 3 }));
    assert.equal(await dryRun({}), 3);
    assert.equal(await dryRun({ VENFLEET_LIMIT_VENS: '2' }), 2);
    assert.equal(await dryRun({ VENFLEET_LIMIT_VENS: '2' }, '--limit-vens', '1'), 1);
    write('other.json', JSON.stringify({ db, limitVens: 4 }));
    assert.equal(await dryRun({ VENFLEET_CONFIG: 'gone.json' }, '--config', 'other.json'), 4);
    assert.equal(await dryRun({ VENFLEET_CONFIG: 'other.json' }), 4);
  });

  test('lists: a flag given twice, a variable with commas, a JSON list', async (t) => {
    const { runWith, write } = terminal(t);
    const db = pythonDatabase(t, sitesOf(towns));
    const vens = async (env: Record<string, string>, ...args: string[]) => {
      const ended = await runWith({ env }, 'register', '--dry-run', '--json', '--db', db, ...args);
      return JSON.parse(ended.stdout).perVen.map((ven: { venId: string }) => ven.venId);
    };
    assert.deepEqual(await vens({}, '--ven', 'Ærø', '--ven', 'Aarhus'), ['Aarhus', 'Ærø']);
    assert.deepEqual(await vens({ VENFLEET_VEN: 'Odense, Aalborg' }), ['Aalborg', 'Odense']);
    write('venfleet.config.json', '{"ven": ["Esbjerg", "Odense"]}');
    assert.deepEqual(await vens({}), ['Esbjerg', 'Odense']);
  });

  test('the pacing that is asked for nearer to the command line counts', async (t) => {
    const { runWith, write } = terminal(t);
    const db = pythonDatabase(t, sitesOf(towns));
    write('venfleet.config.json', '{"batchSize": 20}');
    const register = (env: Record<string, string>, ...args: string[]) =>
      runWith({ env }, 'register', '--dry-run', '--json', '--db', db, ...args);
    assert.equal((await register({ VENFLEET_CONCURRENCY: '8' })).code, 0);
    assert.equal((await register({}, '--concurrency', '8')).code, 0);
    const both = await register({ VENFLEET_CONCURRENCY: '8', VENFLEET_BATCH_SIZE: '5' });
    assert.match(both.stderr, /--concurrency cannot go with --batch-size/);
  });

  /** A configuration file's content, and what is said of it. */
  const bad: [content: string, says: string][] = [
    ['{"config": "other.json", "a": 1}', 'unknown key "config", "a".'],
    ['{"limitVens": "two"}', '"limitVens": must be a whole number from 1 to 10000000.'],
    ['["db"]', 'it must hold a JSON object.'],
    ['{"token": "geheim-123" "db": "x"}', 'it is not JSON (line 1 column 24).'],
    ['{"token": geheim-123}', 'it is not JSON.'],
  ];

  test('a configuration file that is wrong', async (t) => {
    const { run, write } = terminal(t);
    await Promise.all(
      bad.map(async ([content, says], index) => {
        const path = `${index}.json`;
        write(path, content);
        const { code, stdout, stderr } = await run('register', '--config', path);
        const hint = 'Correct the file, or name another with --config. [BAD_CONFIG]';
        assert.equal(stderr, `venfleet: ${path}: ${says} ${hint}\n`);
        assert.deepEqual([code, stdout], [2, '']);
      }),
    );
    const gone = await run('status', '--config', 'gone.json');
    assert.match(gone.stderr, /^venfleet: gone\.json: ENOENT: .*\. Correct the file.*\[BAD_CONFIG\]\n$/);
    assert.equal(gone.code, 2);
  });

  test('a file from Windows: a byte order mark, UTF-16, line ends of its own', async (t) => {
    const { run, write } = terminal(t);
    const db = pythonDatabase(t, sitesOf(towns));
    const content = JSON.stringify({ db, limitVens: 2 }, null, 2).replaceAll('\n', '\r\n');
    for (const bytes of [
      Buffer.from(`\uFEFF${content}`),
      Buffer.from(`\uFEFF${content}`, 'utf16le'),
      Buffer.from(`\uFEFF${content}`, 'utf16le').swap16(),
    ]) {
      write('venfleet.config.json', bytes);
      const { code, stdout, stderr } = await run('register', '--dry-run', '--json');
      assert.equal(code, 0, stderr);
      assert.equal(JSON.parse(stdout).vens.total, 2);
    }
    write('venfleet.config.json', Buffer.from(content, 'utf16le'));
    const { code, stderr } = await run('status');
    const says = 'it is neither in UTF-8 nor in UTF-16 with a byte order mark.';
    assert.deepEqual(
      [code, stderr.startsWith(`venfleet: venfleet.config.json: ${says} `)],
      [2, true],
      stderr,
    );
  });

  test('the keys of other commands do no harm', async (t) => {
    const { run, write } = terminal(t);
    write('venfleet.config.json', '{"port": 8000, "seed": 7, "resources": 5, "vens": 1, "concurrency": 4}');
    assert.match((await run('generate')).stdout, /^Generated 1 VEN, 5 sites/);
    assert.equal((await run('status')).code, 0);
  });

  test('a misspelt variable is told, and a wrong value names its variable', async (t) => {
    const { runWith } = terminal(t);
    const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
    const misspelt = await runWith({ env: { VENFLEET_LIMT_VENS: '1' } }, 'status', '--db', db);
    assert.equal(misspelt.code, 0);
    assert.equal(
      misspelt.stderr,
      'venfleet: warning: unknown environment variable VENFLEET_LIMT_VENS is ignored\n',
    );
    const wrong = await runWith({ env: { VENFLEET_JSON: 'ja' } }, 'status', '--db', db);
    assert.match(wrong.stderr, /^venfleet: VENFLEET_JSON: must be true or false\. .*\[BAD_OPTION\]\n$/);
    assert.equal(wrong.code, 2);
  });
});
