import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { execute, pythonDatabase, query, readLoads, sitesOf } from '../support/fleet-database.ts';
import { assertOneToOne, simulatorFor } from '../support/simulator.ts';
import { terminalInTurn as terminal } from './in-turn.ts';

const rule = '='.repeat(70);

describe('venfleet register', () => {
  test('says to a pipe what the Python system said', async (t) => {
    const { run } = terminal(t);
    const simulator = await simulatorFor(t);
    const db = pythonDatabase(t, sitesOf({ Aalborg: 46, Aarhus: 52 }));
    const to = ['--db', db, '--vtn-url', simulator.url, '--token', 'x'];
    const batches = ['--batch-size', '20', '--delay-between-batches', '0'];
    const { code, stdout, stderr } = await run('register', ...to, ...batches);
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(
      stdout.replace(/^Time: .*$/m, 'Time'),
      [
        `VTN ${simulator.url} (flex-gateway), database ${db}`,
        'Registering 588 of 588 loads of 2 VENs',
        '[1/2] Processing VEN: Aalborg',
        "  ✓ Successfully registered 276/276 loads for VEN 'Aalborg'",
        '[2/2] Processing VEN: Aarhus',
        "  ✓ Successfully registered 312/312 loads for VEN 'Aarhus'",
        rule,
        'REGISTRATION SUMMARY',
        rule,
        'Total VENs processed:          2',
        'VENs successfully registered:  2',
        'Total loads registered:        588',
        'Total loads failed:            0',
        'Failed VENs:                   0',
        'Time',
        rule,
        '',
      ].join('\n'),
    );
    assert.match(stdout, /^Time: {26}\d+\.\d s \([\d,]+ loads\/s\)$/m);
    assertOneToOne(db, simulator);

    const { requests } = simulator.stats();
    const again = await run('register', ...to);
    assert.deepEqual(again, {
      code: 0,
      stdout:
        `VTN ${simulator.url} (flex-gateway), database ${db}\n` +
        'Nothing to do: 588 of 588 loads are registered already, according to the database.\nThe VTN was not asked: --check asks it for some of them, "venfleet verify" for all.\n',
      stderr: '',
    });
    assert.equal(simulator.stats().requests, requests);

    const check = async () => {
      const { code, stdout: said } = await run('register', ...to, '--check');
      return { code, said: said.split('\n').slice(1, -1) };
    };
    const nothing = 'Nothing to do: 588 of 588 loads are registered already.';
    const asked = 'The VTN was asked for 20 registered loads, and';
    assert.deepEqual(await check(), { code: 0, said: [nothing, `${asked} has all of them.`] });
    execute(db, "UPDATE loads SET vtn_resource_id = 'gone-' || load_id WHERE load_component = 'load_0'");
    const { code: failed, said } = await check();
    assert.equal(failed, 1);
    assert.match(
      said[1] ?? '',
      /does not have \d+ of them: \S+_load_0, .*"venfleet plan" shows all that is lost/,
    );
  });

  test('loads that are registered on another VTN: refused, until the move is said and agreed to', async (t) => {
    const { run } = terminal(t);
    const [first, second] = [await simulatorFor(t), await simulatorFor(t)];
    const db = pythonDatabase(t, sitesOf({ Aalborg: 2, Aarhus: 1 }));
    const venfleet = (command: string, url: string, ...args: string[]) =>
      run(command, '--db', db, '--vtn-url', url, '--token', 'x', ...args);
    await venfleet('register', first.url, '--ven', 'Aalborg');
    const vtns = () => query(db, 'SELECT url, profile FROM venfleet_vtn').map((row) => ({ ...row }));
    assert.deepEqual(vtns(), [{ url: first.url, profile: 'flex-gateway' }]);
    const refusal =
      `venfleet: 12 loads are registered on ${first.url} (flex-gateway), according to the database, not on ` +
      `${second.url} (flex-gateway). Name the VTN of these ids with --vtn-url. With register or apply, --same-vtn ` +
      'takes this one for the same at another address, and --move-to-this-vtn forgets these ids and begins anew ' +
      'here. [VTN_OTHER]\n';
    for (const command of [
      ['register', '--ven', 'Aalborg', '--json'],
      ['register'],
      ['plan', '--json'],
      ['verify', '--json'],
      ['apply', '--yes', '--json'],
      ['deregister', '--ven', 'Aalborg', '--yes', '--json'],
    ] as const) {
      const [name, ...args] = command;
      const { code, stdout, stderr } = await venfleet(name, `${second.url}/`, ...args);
      assert.deepEqual([code, stderr], [2, refusal], name);
      if (command.some((word) => word === '--json')) {
        const { format, error } = JSON.parse(stdout);
        assert.deepEqual([format, error.code, error.retryable], [1, 'VTN_OTHER', false]);
        assert.equal(refusal, `venfleet: ${error.message} ${error.hint} [VTN_OTHER]\n`);
      } else assert.equal(stdout, '');
    }
    assert.equal(second.stats().requests, 0);
    const move = ['register', second.url, '--move-to-this-vtn'] as const;
    assert.match((await venfleet(...move)).stderr, /there is no terminal to ask on.*\[CONFIRM_NEEDED\]/);
    assert.match((await venfleet(...move, '--same-vtn')).stderr, /contradict each other.*\[BAD_OPTION\]/);
    const same = await venfleet('register', second.url, '--same-vtn');
    assert.deepEqual([same.code, /knows 0 under the stored id/.test(same.stderr)], [2, true], same.stderr);
    assert.deepEqual(vtns(), [{ url: first.url, profile: 'flex-gateway' }], 'nothing was moved');
    assert.equal((await venfleet(...move, '--yes')).code, 0);
    assert.deepEqual(vtns(), [{ url: second.url, profile: 'flex-gateway' }]);
    assert.equal((await venfleet('register', second.url)).code, 0);
    assertOneToOne(db, second);
    assert.equal((await venfleet('apply', first.url, '--move-to-this-vtn', '--yes')).code, 0);
    assertOneToOne(db, first);
  });

  test('--json prints one object, and nothing else', async (t) => {
    const { run } = terminal(t);
    const simulator = await simulatorFor(t);
    const db = pythonDatabase(t, [
      ...sitesOf({ Aalborg: 2, Ærø: 1 }),
      { ven: 'Ærø', name: 'Broken', capacities: '{', resourceId: 'broken', loads: { load_2: null } },
      { ven: 'Ærø', name: 'Closed', enabled: 0 },
    ]);
    await run('register', '--ven', 'Aalborg', '--db', db, '--vtn-url', simulator.url, '--token', 'x');
    execute(db, "UPDATE loads SET vtn_resource_id = NULL, registration_status = 'PENDING' WHERE id > 1");
    const ended = await run('register', '--json', '--db', db, '--vtn-url', simulator.url, '--token', 'x');
    assert.deepEqual([ended.code, ended.stderr], [1, '']);
    assert.match(ended.stdout, /^\{[^\n]*\}\n$/);
    const { elapsedSeconds, loadsPerSecond, ...summary } = JSON.parse(ended.stdout);
    assert.ok(elapsedSeconds > 0 && loadsPerSecond > 0);
    assert.deepEqual(summary, {
      format: 1,
      success: false,
      interrupted: false,
      dryRun: false,
      vens: { total: 2, registered: 2, failed: [] },
      loads: {
        total: 25,
        registered: 17,
        failed: 1,
        skipped: 6,
        alreadyRegistered: 1,
        left: 0,
        vtnIdsMapped: 17,
      },
      perVen: [
        { venId: 'Aalborg', totalLoads: 12, registered: 11, failed: 0, vtnIdsMapped: 11 },
        { venId: 'Ærø', totalLoads: 13, registered: 6, failed: 1, vtnIdsMapped: 6 },
      ],
      failures: [
        {
          loadId: readLoads(db).find((load) => load.resource_id === 'broken')?.load_id,
          externalResourceId: 'broken_load_2',
          status: null,
          reason: 'broken JSON in capacities: {',
        },
      ],
      waits: { vtn: { times: 0, seconds: 0 }, tokenEndpoint: { times: 0, seconds: 0 } },
      checked: null,
    });
  });

  test('sums failures up by reason, and ends with 1', async (t) => {
    const { run } = terminal(t);
    const simulator = await simulatorFor(t);
    const db = pythonDatabase(t, [...sitesOf({ Aalborg: 1 }), { ven: 'Aarhus', location: '[]' }]);
    simulator.answerNext(1, { status: 422, body: '{"detail":"no\\u001b[2J"}' }, 'POST /resources');
    const { code, stdout, stderr } = await run(
      ...['register', '--db', db, '--vtn-url', simulator.url, '--token', 'x'],
    );
    assert.deepEqual([code, stderr], [1, '']);
    assert.match(stdout, /^ {2}✗ Registered 5\/6 loads for VEN 'Aalborg', 1 failed$/m);
    assert.match(stdout, /^ {2}✗ Registered 0\/6 loads for VEN 'Aarhus', 6 failed$/m);
    assert.match(stdout, /^Total loads registered: {8}5\nTotal loads failed: {12}7$/m);
    assert.match(
      stdout,
      /^Why loads failed:\n {2}6 × location must be a JSON object, not \[\] {2}\(e\.g\. site-/m,
    );
    // What a VTN says cannot rewrite the screen.
    assert.match(stdout, /^ {2}1 × HTTP 422: no\\u001b\[2J {2}\(e\.g\. /m);
    assert.match(stdout, /See "venfleet status --failures 100" for single loads/);
  });

  test('counts the reasons of all failures, and lists more than ten where asked', async (t) => {
    const { run } = terminal(t);
    const simulator = await simulatorFor(t);
    const db = pythonDatabase(t, [
      ...Array.from({ length: 18 }, () => ({ ven: 'Aalborg', location: '[]' })),
      { ven: 'Aarhus', capacities: '{' },
    ]);
    const { stdout } = await run('register', '--db', db, '--vtn-url', simulator.url, '--token', 'x');
    assert.match(stdout, /^Why loads failed:\n {2}108 × location must be .*\n {2}6 × broken JSON/m);
    const listed = async (...args: string[]) =>
      JSON.parse((await run('status', '--db', db, '--json', ...args)).stdout).latestFailures.length;
    assert.deepEqual([await listed(), await listed('--failures', '111')], [10, 111]);
  });

  test('a VEN that the fleet does not have is an error, not a run without work', async (t) => {
    const { run } = terminal(t);
    const db = pythonDatabase(t, sitesOf({ Aalborg: 1, Aarhus: 1 }));
    // Two that would send cannot have the database at once.
    const one = await run('register', '--db', db, '--ven', 'Alborg');
    const [two, json, status] = await Promise.all([
      run('register', '--db', db, '--ven', 'Aarhus', '--ven', 'aalborg', '--ven', 'Nix'),
      run('register', '--db', db, '--ven', 'Alborg', '--dry-run', '--json'),
      run('status', '--db', db, '--ven', 'Alborg'),
    ]);
    assert.equal(JSON.parse(json.stdout).error.code, 'VEN_UNKNOWN');
    for (const ended of [one, json, status]) {
      assert.deepEqual([ended.code, ended === json || ended.stdout === ''], [2, true]);
      assert.match(
        ended.stderr,
        /^venfleet: The fleet has no loads of VEN "Alborg" \(did you mean "Aalborg"\?\)\. .*\[VEN_UNKNOWN\]\n$/,
      );
    }
    assert.match(
      two.stderr,
      /VEN "aalborg" \(did you mean "Aalborg"\?\), "Nix"\. .*For several, give --ven several times\./,
    );
    const limited = ['--ven', 'Aalborg', '--ven', 'Aarhus', '--limit-vens', '1'];
    const fine = await run('register', '--db', db, '--dry-run', '--json', ...limited);
    assert.equal(JSON.parse(fine.stdout).vens.total, 1, 'a VEN beyond the limit is not unknown');
  });

  test('--dry-run tells the broken rows, and sends and stores nothing', async (t) => {
    const { run } = terminal(t);
    const db = pythonDatabase(t, [...sitesOf({ Aalborg: 2 }), { ven: 'Aalborg', meterPointId: ' ' }]);
    const { code, stdout, stderr } = await run('register', '--dry-run', '--db', db);
    assert.deepEqual([code, stderr], [1, '']);
    assert.match(stdout, /^VTN http.*\n={70}\nDRY RUN: NOTHING WAS SENT\n={70}\n/);
    assert.match(stdout, /^Loads to register: {13}12\nLoads with broken rows: {8}6$/m);
    assert.match(stdout, /^Why loads would fail:\n {2}6 × the site has no meter point id/m);
    assert.ok(readLoads(db).every((load) => load.registration_status === 'PENDING'));
    assert.deepEqual(query(db, "SELECT name FROM sqlite_schema WHERE name LIKE 'venfleet%'"), []);
  });
});
