import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { describe, it } from 'node:test';
import { execute, query } from '../support/fleet-database.ts';
import { terminalInTurn as terminal } from './in-turn.ts';
import { cleanEnvironment, program, startProgram } from './terminal.ts';

const columns = 'title,address,longitude,latitude';
const good = 'Hotel Søfryd,"Vesterbro 12, 9000 Aalborg",9.92,57.05';

describe('venfleet generate', () => {
  it('makes the folder and the database, and says so in one line', async (t) => {
    const { run, path } = terminal(t);
    const { code, stdout, stderr } = await run('generate', '--resources', '50', '--vens', '3');
    assert.equal(stderr, '');
    assert.match(
      stdout,
      /^Generated 3 VENs, 50 sites and 300 loads in \.\/config\/resources\.db \(.* s\)\.\n$/,
    );
    assert.equal(code, 0);
    assert.equal(query(path('config/resources.db'), 'SELECT * FROM loads').length, 300);
  });

  it('refuses a database that holds a fleet, unless forced', async (t) => {
    const { run, path } = terminal(t);
    const size = ['--resources', '5', '--vens', '1', '--db', 'a.db'];
    await run('generate', ...size);
    execute(path('a.db'), "UPDATE loads SET vtn_resource_id = 'x'");
    const refused = await run('generate', ...size);
    assert.equal(refused.code, 2);
    assert.equal(refused.stdout, '');
    assert.match(refused.stderr, /^venfleet: a\.db already holds a fleet of 5 sites.*\[DB_NOT_EMPTY\]\n$/);
    assert.equal(query(path('a.db'), "SELECT * FROM loads WHERE vtn_resource_id = 'x'").length, 30);
    const forced = await run('generate', ...size, '--force', '--json', '--seed', '3');
    assert.equal(forced.code, 0);
    const { elapsedSeconds, ...rest } = JSON.parse(forced.stdout);
    assert.deepEqual(rest, { format: 1, db: 'a.db', vens: 1, resources: 5, loads: 30, seed: 3 });
    assert.equal(typeof elapsedSeconds, 'number');
    assert.equal(query(path('a.db'), 'SELECT * FROM loads WHERE vtn_resource_id IS NULL').length, 30);
  });

  it('refuses sizes that cannot be, and makes nothing', async (t) => {
    const { run, path } = terminal(t);
    for (const args of [
      ['--resources', '3', '--vens', '4'],
      ['--resources', '0'],
      ['--seed', 'x'],
    ]) {
      const { code, stderr } = await run('generate', ...args);
      assert.equal(code, 2);
      assert.match(stderr, /^venfleet: .*\[BAD_OPTION\]\n$/);
    }
    assert.ok(!existsSync(path('config')));
  });

  it('makes a meter file as well, or alone for the fleet that is there', async (t) => {
    const { run, path, write } = terminal(t);
    const file = (name: string) => ['--meter-data', name, '--meter-hours', '24'];
    const both = await run('generate', '--resources', '20', ...file('one.h5'));
    assert.equal(both.stderr, '');
    assert.match(
      both.stdout,
      /^Generated 2 VENs, .*\nGenerated 144 readings, in 6 series of 1 meter, in one\.h5 \(.* s\)\.\n$/,
    );
    // Of the configuration file it is not made where it is there, nor is a fleet made for it.
    write('venfleet.config.json', '{"meterData": "one.h5"}');
    assert.match((await run('generate')).stderr, /\[DB_NOT_EMPTY\]/);
    const alone = await run('generate', ...file('two.h5'), '--json');
    const { db, meterData } = JSON.parse(alone.stdout);
    assert.deepEqual([db, meterData.path, meterData.readings], ['./config/resources.db', 'two.h5', 144]);
    assert.equal(statSync(path('two.h5')).size, statSync(path('one.h5')).size);
    assert.match(
      (await run('generate', ...file('two.h5'))).stderr,
      /^venfleet: There is a file two\.h5 already\..*\[FILE_EXISTS\]\n$/,
    );
    assert.match((await run('generate', '--resources', '5', ...file('3.h5'))).stderr, /\[DB_NOT_EMPTY\]/);
    assert.ok(!existsSync(path('3.h5')));
  });

  it('needs no number of VENs for a small fleet', async (t) => {
    const { run } = terminal(t);
    assert.match((await run('generate', '--resources', '25')).stdout, /^Generated 3 VENs, 25 sites/);
  });
});

describe('venfleet import', () => {
  it('makes the database, counts, and exits 0 when all lines are accepted', async (t) => {
    const { run, path, write } = terminal(t);
    write('a.csv', `${columns}\n${good}\n`);
    write('b.csv', `${columns}\nB,"Vej 1, 9000 Aalborg",9,57\n${good}\n`);
    const { code, stdout, stderr } = await run('import', 'a.csv', 'b.csv');
    assert.equal(stderr, '');
    assert.match(
      stdout,
      /^Imported into \.\/config\/resources\.db: 2 sites inserted, 0 updated, 1 unchanged, 0 lines rejected \(.*\)\.\n$/,
    );
    assert.equal(code, 0);
    assert.equal(query(path('config/resources.db'), 'SELECT * FROM loads').length, 12);
  });

  it('names each rejected line on standard error, takes the rest, and exits 1', async (t) => {
    const { run, write } = terminal(t);
    write(
      'a.csv',
      `${columns},stars\n${good},5\n,"Vej 1, 9000 Aalborg",9,57,4\nA\u001b[2J,"Vej 1, 9000 Aalborg",9,95,4\n`,
    );
    const { code, stdout, stderr } = await run('import', 'a.csv', '--db', 'a.db', '--json');
    assert.equal(code, 1);
    assert.deepEqual(stderr.split('\n'), [
      'a.csv: ignored columns: stars',
      'a.csv:3: title is empty',
      'a.csv:4: title holds a line break or another character that cannot be shown; latitude "95" is not from -90 to 90',
      '',
    ]);
    const { elapsedSeconds: _, rejections, ...rest } = JSON.parse(stdout);
    assert.deepEqual(rest, {
      format: 1,
      success: false,
      db: 'a.db',
      files: 1,
      inserted: 1,
      updated: 0,
      unchanged: 0,
      rejected: 2,
      doubtful: 0,
    });
    assert.deepEqual(rejections[0], { file: 'a.csv', line: 3, reason: 'title is empty' });
  });

  it('counts a row that the database refuses as rejected', async (t) => {
    const { run, path, write } = terminal(t);
    write('a.csv', `${columns},meter_point_id\n${good},707057500504404881\n`);
    await run('import', 'a.csv', '--db', 'a.db');
    execute(
      path('a.db'),
      `UPDATE resources SET resource_id = 'one';
       INSERT INTO resources (resource_id, resource_name, resource_type, meter_point_id, connection_id, capacities, location)
       VALUES ('two', 'B', 'DSR', '707057500504404881', 1, '{}', '{}')`,
    );
    const { code, stderr } = await run('import', 'a.csv', '--db', 'a.db');
    assert.equal(code, 1);
    assert.match(stderr, /^a\.csv:2: several stored sites have meter point/);
  });

  it('exits 2, and makes nothing, for files that are none', async (t) => {
    const { run, path, write } = terminal(t);
    write('good.csv', `${columns}\n${good}\n`);
    write('bad.csv', 'a,b\n1,2\n');
    for (const [args, pattern] of [
      [['good.csv', 'missing.csv'], /^venfleet: Cannot read missing\.csv: .*\[FILE_UNREADABLE\]\n$/],
      [['good.csv', 'bad.csv'], /^venfleet: bad\.csv: .*no column "title".*\[BAD_CSV\]\n$/],
      [['.'], /\[FILE_UNREADABLE\]\n$/],
      [[], /missing required argument/],
    ] as const) {
      const { code, stdout, stderr } = await run('import', ...args);
      assert.match(stderr, pattern);
      assert.equal(stdout, '');
      assert.equal(code, 2);
    }
    assert.ok(!existsSync(path('config')));
  });

  it('says so where a file names columns, and no site', async (t) => {
    const { run, write } = terminal(t);
    write('a.csv', `${columns}\n\n`);
    const { code, stdout, stderr } = await run('import', 'a.csv');
    assert.equal(stderr, 'a.csv: no sites below the line that names the columns\n');
    assert.match(stdout, /: 0 sites inserted, .* 0 lines rejected/);
    assert.equal(code, 0);
  });

  it('reads a pipe, once, and standard input as "-"', async (t) => {
    const { path, write } = terminal(t);
    write('a.csv', `${columns}\n${good}\n,"Vej 1, 9000 Aalborg",9,57\n`);
    const shell = (script: string) =>
      startProgram('sh', ['-c', script, process.execPath, program], {
        cwd: path('.'),
        env: cleanEnvironment(),
      }).ended;
    for (const [index, script] of [
      'cat a.csv | "$0" "$1" import - --db 0.db',
      'cat a.csv | "$0" "$1" import /dev/stdin --db 1.db',
      'mkfifo p; cat a.csv > p & "$0" "$1" import p --db 2.db',
      '"$0" "$1" import - --db 3.db < a.csv',
    ].entries()) {
      const { code, stdout, stderr } = await shell(script);
      assert.match(stdout, /1 sites? inserted, .* 1 lines? rejected/, `${script}\n${stderr}`);
      assert.match(stderr, /^(-|\/dev\/stdin|p):3: title is empty\n$/);
      assert.equal(code, 1);
      assert.equal(query(path(`${index}.db`), 'SELECT * FROM resources').length, 1);
    }
    const empty = await shell('true | "$0" "$1" import - --db none.db');
    assert.deepEqual([empty.code, existsSync(path('none.db'))], [2, false]);
    assert.match(empty.stderr, /^venfleet: -: it is empty\. .*\[BAD_CSV\]\n$/);
  });

  it('refuses a database that is none', async (t) => {
    const { run, write } = terminal(t);
    write('good.csv', `${columns}\n${good}\n`);
    const { code, stderr } = await run('import', 'good.csv', '--db', 'good.csv');
    assert.equal(code, 2);
    assert.match(stderr, /\[DB_NOT_SQLITE\]\n$/);
  });
});
