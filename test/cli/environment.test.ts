import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { execute, pythonDatabase, query, readLoads, sitesOf } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';
import { terminalInTurn as terminal } from './in-turn.ts';
import { cleanEnvironment, type Ended, program, startProgram } from './terminal.ts';

/** One line on standard error that says what and what to do, exit code 2; with --json an object, else nothing else. */
function assertRefused(ended: Ended, code: string, says: RegExp): void {
  assert.match(ended.stderr, /^venfleet: [^\n]+\. [^\n]+\n$/);
  assert.match(ended.stderr, says);
  assert.ok(ended.stderr.endsWith(` [${code}]\n`), ended.stderr);
  assert.equal(ended.code, 2);
  if (ended.stdout !== '') assert.equal(JSON.parse(ended.stdout).error.code, code, ended.stdout);
}

// Those with a process of their own wait for time-outs more than they work, so side by side.
describe('what the program cannot work with', { concurrency: 4 }, () => {
  test('a database that is not there, for every command that needs one', async (t) => {
    const { run, path } = terminal(t);
    for (const command of ['register', 'status']) {
      const says = /no database at \.\/config\/resources\.db\. Make one with "venfleet generate"/;
      assertRefused(await run(command), 'DB_MISSING', says);
    }
    assert.ok(!existsSync(path('config')), 'and none is made');
  });

  test('files that are no fleet database', async (t) => {
    const { run, write, path } = terminal(t);
    write('text.db', 'To be, or not to be');
    write('long.db', 'x'.repeat(20_000));
    write('empty.db', '');
    new DatabaseSync(path('other.db')).exec('CREATE TABLE resources (id INTEGER); CREATE TABLE loads (a)');
    write('folder/file', '');
    const cases = [
      ['text.db', 'DB_NOT_SQLITE', /text\.db is not an SQLite database/],
      ['long.db', 'DB_NOT_SQLITE', /long\.db is not an SQLite database/],
      ['empty.db', 'DB_SCHEMA', /it has no table "resources"\. docs\/database\.md/],
      ['other.db', 'DB_SCHEMA', /its table "resources" has no column "resource_id", "resource_name"/],
      ['folder', 'NOT_WRITABLE', /Cannot write folder: it is a folder\. Name a file/],
    ] as const;
    await Promise.all(
      cases.map(async ([db, code, says]) => {
        const command = db === 'text.db' ? ['status', '--json'] : ['register'];
        assertRefused(await run(...command, '--db', db), code, says);
      }),
    );
    assert.equal(readFileSync(path('text.db'), 'utf8'), 'To be, or not to be');
    assert.equal(readFileSync(path('empty.db'), 'utf8'), '');
  });

  test('a table or a column that is missing is named', async (t) => {
    const { run } = terminal(t);
    const withoutTable = pythonDatabase(t, []);
    execute(withoutTable, 'DROP TABLE loads');
    const withoutColumn = pythonDatabase(t, []);
    execute(withoutColumn, 'ALTER TABLE loads DROP COLUMN load_name');
    assertRefused(await run('register', '--db', withoutTable), 'DB_SCHEMA', /it has no table "loads"\./);
    const says = /its table "loads" has no column "load_name"\./;
    assertRefused(await run('register', '--db', withoutColumn), 'DB_SCHEMA', says);
    assert.equal(query(withoutColumn, "SELECT * FROM sqlite_schema WHERE name LIKE 'venfleet%'").length, 0);
  });

  test('places where nothing can be written, for root too', async (t) => {
    const { run, write } = terminal(t);
    write('file', '');
    const places = ['file/fleet.db', 'file/below/fleet.db'];
    if (process.platform === 'linux') places.push('/proc/fleet.db', '/proc/below/fleet.db');
    write('sites.csv', 'title,address,longitude,latitude\nA,"Vej 1, 9000 Aalborg",9,57\n');
    await Promise.all(
      places.map(async (db) => {
        const says = new RegExp(`Cannot write ${db}: `);
        const command = db.includes('below') ? ['generate', '--resources', '5'] : ['import', 'sites.csv'];
        assertRefused(await run(...command, '--db', db), 'NOT_WRITABLE', says);
      }),
    );
  });

  test('a database that another program has locked', async (t) => {
    const { run } = terminal(t);
    const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
    const other = new DatabaseSync(db);
    other.exec('BEGIN EXCLUSIVE');
    const ended = await run('register', '--db', db);
    other.close();
    assertRefused(ended, 'DB_LOCKED', /is locked by another program\. Wait for it to end/);
  });

  test('a database that is locked in the middle of a run is waited for', async (t) => {
    const { start } = terminal(t);
    const simulator = await simulatorFor(t, { latencyMs: 20 });
    const db = pythonDatabase(t, sitesOf({ Aalborg: 20 }));
    const args = ['register', '--db', db, '--vtn-url', simulator.url, '--token', 'x', '--concurrency', '2'];
    const running = start({}, ...args, '--log-level', 'debug');
    await running.until('stderr', /"type":"progress"/);
    const other = new DatabaseSync(db, { timeout: 5000 });
    other.exec('BEGIN IMMEDIATE');
    // All is on the VTN now, and most of it not stored.
    while (simulator.stats().resources < 120) await setTimeout(10);
    other.close();
    const { code, stderr } = await running.ended;
    assert.equal(code, 0, stderr);
    const mapped = new Set(readLoads(db).map((load) => load.vtn_resource_id));
    assert.equal(mapped.size, 120);
    assert.equal(simulator.stats().resources, 120);
  });

  test('a VTN that cannot be reached', async (t) => {
    const { run } = terminal(t);
    const db = pythonDatabase(t, sitesOf({ Aalborg: 2 }));
    const gone = await simulatorFor(t);
    await gone.close();
    const { code, stdout, stderr } = await run('register', '--db', db, '--vtn-url', gone.url);
    assert.equal(stderr.split('\n').length, 2, stderr);
    assert.match(stderr, /^venfleet: Cannot reach the VTN at http:.*: connection refused\. Check --vtn-url/);
    assert.match(stderr, / \[VTN_UNREACHABLE\]\n$/);
    assert.equal(code, 2);
    assert.doesNotMatch(stdout, /SUMMARY/);
    assert.ok(readLoads(db).every((load) => load.registration_status === 'PENDING'));
  });

  test('a VTN that refuses the token in the middle of a run: the summary so far, then the error', async (t) => {
    const { start } = terminal(t);
    const simulator = await simulatorFor(t, { latencyMs: 20 });
    const db = pythonDatabase(t, sitesOf({ Aalborg: 20 }));
    const to = ['--db', db, '--vtn-url', simulator.url, '--token', 'x', '--concurrency', '2'];
    const running = start({}, 'register', ...to, '--log-level', 'debug');
    await running.until('stderr', /"type":"progress"/);
    simulator.answerNext(10_000, { status: 401 });
    const { code, stdout, stderr } = await running.ended;
    assert.equal(code, 2);
    assert.match(stderr, /\[VTN_TOKEN_REFUSED\]\n$/);
    const done = readLoads(db).filter((load) => load.registration_status === 'APPROVED').length;
    assert.match(stdout, new RegExp(`^REGISTRATION SUMMARY\n.*^Total loads registered: {8}${done}$`, 'ms'));
    assert.match(
      stdout,
      /^Interrupted\. What is counted here is stored; the same command goes on from here\.$/m,
    );
  });

  test('a token that is refused, or none, and a place that is no VTN', async (t) => {
    const { runWith } = terminal(t);
    const simulator = await simulatorFor(t, { tokens: ['right'] });
    const register = async (token: string, url = simulator.url) => {
      const db = pythonDatabase(t, sitesOf({ Aalborg: 2 }));
      const env = { VENFLEET_TOKEN: token };
      const { code, stdout, stderr } = await runWith(
        { env },
        'register',
        '--json',
        '--db',
        db,
        '--vtn-url',
        url,
      );
      assert.equal(code, 2);
      assert.match(stderr, /^venfleet: [^\n]+\n$/);
      assert.ok(stderr.endsWith(`[${JSON.parse(stdout).error.code}]\n`), stdout);
      return stderr;
    };
    const [wrong, none, elsewhere] = await Promise.all([
      register('wrong'),
      register(''),
      register('right', `${simulator.url}/not/here`),
    ]);
    assert.match(wrong, /refused the token \(401\): .*\[VTN_TOKEN_REFUSED\]/);
    assert.match(
      none,
      /refused a request without a token \(401\): none was sent; give one with --token-file.*\[VTN_TOKEN_REFUSED\]/,
    );
    assert.match(elsewhere, /did not answer as profile flex-gateway does: HTTP 404.*\[VTN_WRONG_ANSWER\]/);
    // What a VTN says cannot rewrite the screen, nor make more lines.
    simulator.answerNext(1_000, { status: 401, body: '{"detail":"go\\n\\u001b[2Jaway"}' });
    assert.match(await register('right'), /\(401\): HTTP 401: go\\n\\u001b\[2Jaway\. Check/);
  });

  test('token files that cannot be used', async (t) => {
    const { run, write } = terminal(t);
    write('empty', '\n');
    write('two', 'geheim words\n');
    const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
    const register = (file: string) => run('register', '--db', db, '--token-file', file);
    const [gone, folder, empty, two] = await Promise.all(['gone', '.', 'empty', 'two'].map(register));
    assertRefused(gone as Ended, 'TOKEN_FILE', /The token file gone cannot be used: ENOENT/);
    assertRefused(folder as Ended, 'TOKEN_FILE', /The token file \. cannot be used: EISDIR/);
    assertRefused(empty as Ended, 'TOKEN_FILE', /it is empty\. Name a readable file/);
    assertRefused(two as Ended, 'TOKEN_INVALID', /The token cannot be sent/);
    assert.ok(!two?.stderr.includes('geheim'));
    const args = ['--db', db, '--client-id', 'fleet', '--client-secret-file', 'gone'];
    assertRefused(
      await run('plan', ...args),
      'TOKEN_FILE',
      /The client secret file gone cannot be used: ENOENT/,
    );
  });

  test('a disk that is full of output does not end in a stack trace', {
    skip: !existsSync('/dev/full') && 'no /dev/full here',
  }, async (t) => {
    const { path } = terminal(t);
    const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
    const shell = `"$0" "$1" status --db "$2" > /dev/full`;
    const env = cleanEnvironment();
    const args = ['-c', shell, process.execPath, program, db];
    const { code, stderr } = await startProgram('sh', args, { cwd: path('.'), env }).ended;
    assert.equal(stderr, 'venfleet: cannot write standard output: ENOSPC: no space left on device, write\n');
    assert.equal(code, 2);
  });
});
