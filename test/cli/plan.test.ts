import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { execute, pythonDatabase, readLoads, sitesOf } from '../support/fleet-database.ts';
import { assertOneToOne, simulatorFor } from '../support/simulator.ts';
import { terminalInTurn as terminal } from './in-turn.ts';

async function setUp(t: TestContext) {
  const db = pythonDatabase(t, sitesOf({ Aalborg: 4, Ærø: 2 }));
  const simulator = await simulatorFor(t);
  const { run, start } = terminal(t);
  const options = ['--db', db, '--vtn-url', simulator.url, '--token', 'x'];
  return {
    db,
    simulator,
    venfleet: (command: string, ...args: string[]) => run(command, ...options, ...args),
    begin: (command: string, ...args: string[]) => start({}, command, ...options, ...args),
  };
}

/** Puts a resource of somebody else's on the VTN. */
async function addStranger(url: string): Promise<void> {
  const headers = { authorization: 'Bearer x', 'content-type': 'application/json' };
  const attribute = {
    attribute_type: 'load_component',
    attribute_name: 'load_component',
    attribute_values: ['load_0'],
  };
  const body = {
    id: '11111111-0000-4000-8000-000000000000',
    resource_name: 'Not \u001b[31mours',
    resource_type: 'EV',
    ven_name: 'Aalborg',
    external_resource_id: 'theirs_load_0',
    service_location: '1',
    attributes: [attribute],
  };
  const answer = await fetch(`${url}/resources`, { method: 'POST', headers, body: JSON.stringify(body) });
  assert.equal(answer.status, 201);
}

describe('venfleet plan, apply and verify', () => {
  it('show, do and confirm a first registration', async (t) => {
    const { venfleet, db, simulator } = await setUp(t);
    const heading = `VTN ${simulator.url} (flex-gateway), database ${db}`;
    const plan = await venfleet('plan', '--show', '2');
    assert.deepEqual([plan.code, plan.stderr], [0, '']);
    assert.equal(
      plan.stdout,
      [
        heading,
        'VEN      + create',
        '-------  --------',
        'Aalborg        24',
        'Ærø            12',
        '',
        '36 to create on the VTN:',
        '  + Aalborg  site-00000_load_0',
        '  + Aalborg  site-00000_load_1',
        '  … and 34 more (--all lists them)',
        '',
        'Plan: 36 to create, 0 to update, 0 to remove.',
        '',
      ].join('\n'),
    );
    const before = await venfleet('verify');
    assert.deepEqual([before.code, before.stderr], [1, '']);
    assert.match(before.stdout, /^VTN http.*\nThe VTN does not agree with the database\. Plan: 36 to create/);
    const applied = await venfleet('apply', '--yes');
    assert.deepEqual([applied.code, applied.stderr], [0, '']);
    assert.match(
      applied.stdout,
      /Creating 36 resources\nApplied: 36 created, 0 updated, 0 removed \(.* s\)\.\n$/,
    );
    assertOneToOne(db, simulator);
    const after = await venfleet('verify');
    assert.deepEqual(after, {
      code: 0,
      stdout: `${heading}\nThe VTN agrees with the database: 36 loads are on it as they should be.\n`,
      stderr: '',
    });
    assert.equal(
      (await venfleet('plan')).stdout,
      `${heading}\nPlan: nothing to do, 36 loads as they should be.\n`,
    );
    assert.equal(
      (await venfleet('apply', '--yes')).stdout.split('\n').at(-2),
      'Plan: nothing to do, 36 loads as they should be.',
    );
  });

  it('show what changed, what is wrong and what is not ours', async (t) => {
    const { venfleet, db, simulator } = await setUp(t);
    await venfleet('register');
    await addStranger(simulator.url);
    execute(db, "UPDATE resources SET resource_name = 'Hotel Ærø' WHERE resource_id = 'site-00000'");
    execute(db, "UPDATE resources SET enabled = 0 WHERE resource_id = 'site-00001'");
    execute(db, "UPDATE resources SET capacities = 'none' WHERE resource_id = 'site-00002'");
    execute(
      db,
      "UPDATE loads SET vtn_resource_id = 'wrong' WHERE resource_id = 'site-00003' AND load_component = 'load_0'",
    );
    const plan = await venfleet('plan', '--ven', 'Aalborg', '--all');
    assert.equal(plan.code, 1, 'apply would leave conflicts');
    for (const line of [
      '  ~ Aalborg  site-00000_load_2',
      '      resource_name: "Site 0 - HVAC" → "Hotel Ærø - HVAC"',
      '  - Aalborg  site-00001_load_0  its site is disabled',
      '  ! Aalborg  site-00002_load_5  broken JSON in capacities: none',
      'Plan: 0 to create, 6 to update, 6 to remove, 1 to correct in the database; 6 conflicts, 1 stranger.',
    ]) {
      assert.ok(plan.stdout.split('\n').includes(line), `${line} in\n${plan.stdout}`);
    }
    assert.match(plan.stdout, /\? Aalborg {2}\S+ {2}"Not \\u001b\[31mours"/, 'no control characters');
    const json = JSON.parse((await venfleet('plan', '--json', '--show', '1')).stdout);
    assert.deepEqual(json.counts, { create: 0, update: 6, remove: 6, correct: 1, conflict: 6, stranger: 1 });
    assert.equal(json.actions.length, 5);
    const applied = await venfleet('apply', '--yes', '--json');
    assert.deepEqual([applied.code, applied.stderr], [1, ''], 'conflicts are left');
    const { success, created, updated, removed, corrected, plan: carriedOut } = JSON.parse(applied.stdout);
    assert.deepEqual([success, created, updated, removed, corrected], [false, 0, 6, 6, 1]);
    assert.equal(carriedOut.actions.length, 20);
    const again = await venfleet('apply', '--yes');
    assert.equal(again.code, 1);
    assert.match(
      again.stdout,
      /\nPlan: nothing to do, .*; 6 conflicts, 1 stranger\.\nLeft to you: 6 conflicts; "venfleet plan" shows them\.\n$/,
    );
    const verify = await venfleet('verify', '--json');
    assert.equal(verify.code, 1, 'conflicts stay');
    assert.deepEqual(JSON.parse(verify.stdout).counts, {
      create: 0,
      update: 0,
      remove: 0,
      correct: 0,
      conflict: 6,
      stranger: 1,
    });
    assert.ok([...simulator.resources()].some(({ externalId }) => externalId === 'theirs_load_0'));
  });

  it('do nothing unasked where there is nobody to ask', async (t) => {
    const { venfleet, simulator } = await setUp(t);
    for (const args of [['apply'], ['deregister', '--ven', 'Aalborg'], ['apply', '--json']] as const) {
      const { code, stdout, stderr } = await venfleet(...(args as [string]));
      const told = stdout === '' ? undefined : JSON.parse(stdout).error.code;
      assert.deepEqual(
        [code, told],
        [2, args.length > 1 && args[1] === '--json' ? 'CONFIRM_NEEDED' : undefined],
      );
      assert.match(
        stderr,
        new RegExp(
          `^venfleet: "venfleet ${args[0]}" changes what .* "venfleet (plan|deregister --dry-run)".*\\[CONFIRM_NEEDED\\]\n$`,
        ),
      );
    }
    assert.equal(simulator.stats().requests, 0);
  });

  it('take a VEN off, by its name alone', async (t) => {
    const { venfleet, db, simulator } = await setUp(t);
    await venfleet('register');
    assert.match((await venfleet('deregister', '--yes')).stderr, /deregister needs --ven.*\[BAD_OPTION\]/);
    assert.match((await venfleet('deregister', '--yes', '--ven', 'Aero')).stderr, /\[VEN_UNKNOWN\]/);
    const dry = await venfleet('deregister', '--dry-run', '--ven', 'Ærø');
    assert.deepEqual([dry.code, dry.stderr, simulator.stats().resources], [0, '', 36]);
    assert.match(
      dry.stdout,
      /^VTN http.*\nVEN {2}- remove\n.*\n12 to remove from the VTN:\n {2}- Ærø {2}site-/s,
    );
    const { code, stdout } = await venfleet('deregister', '--yes', '--ven', 'Ærø');
    assert.equal(code, 0);
    assert.match(stdout, /Applied: 0 created, 0 updated, 12 removed/);
    assert.equal(simulator.stats().resources, 24);
    const off = readLoads(db).filter((load) => load.registration_status === 'PENDING');
    assert.deepEqual([off.length, off[0]?.vtn_resource_id], [12, null]);
    for (const how of ['--yes', '--dry-run']) {
      const again = await venfleet('deregister', how, '--ven', 'Ærø');
      assert.equal(again.code, 0);
      assert.match(again.stdout, /^VTN .*\nNothing to remove: the VTN holds no resource of these loads\.\n$/);
    }
  });

  it('end with 1 where something failed, and with 2 where the VTN cannot be listed', async (t) => {
    const { venfleet, simulator } = await setUp(t);
    simulator.set({ serviceLocation: 'object' });
    const failed = await venfleet('apply', '--yes', '--ven', 'Aalborg');
    assert.equal(failed.code, 1);
    assert.match(failed.stdout, /24 failed.*\n {2}✗ create site-0000\d_load_\d: HTTP 422/);
    simulator.answerNext(99, { status: 404 }, 'GET /resources');
    const unlisted = await venfleet('plan');
    assert.equal(unlisted.code, 2);
    assert.match(
      unlisted.stderr,
      /^venfleet: The VTN at .* cannot be listed: HTTP 404.*\[VTN_NO_LISTING\]\n$/,
    );
  });

  it('stop at Ctrl-C, and go on the next time', async (t) => {
    const { begin, venfleet, simulator, db } = await setUp(t);
    simulator.set({ latencyMs: 50 });
    const running = begin('apply', '--yes', '--concurrency', '2');
    await running.until('stdout', /Creating 36/);
    running.child.kill('SIGINT');
    const { code, stderr, stdout } = await running.ended;
    assert.equal(code, 130, stderr);
    assert.match(stderr, /stopping when what is in flight is stored/);
    assert.match(stdout, /Interrupted\. What was done is stored; the same command does the rest\.\n$/);
    simulator.set({ latencyMs: 0 });
    assert.equal((await venfleet('apply', '--yes')).code, 0);
    assertOneToOne(db, simulator);
  });
});
