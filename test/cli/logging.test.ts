import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, type TestContext, test } from 'node:test';
import { execute, pythonDatabase, sitesOf } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';
import { terminalInTurn as terminal } from './in-turn.ts';
import { cleanEnvironment, type Ended, program } from './terminal.ts';

interface Line {
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  readonly msg: string;
  readonly [field: string]: unknown;
}

const names = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error' } as const;

/** The lines of a log; whatever is no JSON was said to people. */
function logOf({ stderr }: Pick<Ended, 'stderr'>): Line[] {
  const lines = stderr.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => {
    const { level, ...rest } = JSON.parse(line);
    return { ...rest, level: names[level as keyof typeof names] };
  });
}

/** `info VEN registered`, each kind once, in the order in which they first came. */
function kinds(lines: readonly Line[]): string[] {
  return [...new Set(lines.map(({ level, msg }) => `${level} ${msg}`))];
}

function found(lines: readonly Line[], msg: string): Line {
  const line = lines.find((one) => one.msg === msg);
  assert.ok(line, `${msg}: ${JSON.stringify(lines)}`);
  return line;
}

/** A simulator and a database of two VENs, and the program with a log of some level. */
async function setUp(t: TestContext, options = {}) {
  const simulator = await simulatorFor(t, options);
  const db = pythonDatabase(t, sitesOf({ Aalborg: 1, Aarhus: 1 }));
  const { run, runWith } = terminal(t);
  const to = ['--db', db, '--vtn-url', simulator.url];
  const logged = (level: string, command: string, ...args: string[]) =>
    run(command, ...to, '--token', 'x', '--log-level', level, ...args);
  return { simulator, db, to, logged, runWith };
}

describe('--log-level', () => {
  test('info shows the milestones of a registration, and the levels above it nothing that went well', async (t) => {
    const { simulator, db, logged } = await setUp(t);
    const lines = logOf(await logged('info', 'register'));
    assert.deepEqual(kinds(lines), [
      'info registration begins',
      'info VEN registered',
      'info VEN finished',
      'info registration ended',
    ]);
    const { time: _, ...begins } = found(lines, 'registration begins');
    assert.deepEqual(begins, {
      level: 'info',
      msg: 'registration begins',
      type: 'started',
      vens: 2,
      pendingVens: 2,
      pendingWithoutVen: false,
      total: 12,
      pending: 12,
      vtn: simulator.url,
      profile: 'flex-gateway',
      database: db,
    });
    assert.equal((found(lines, 'registration ended').loads as { registered: number }).registered, 12);
    for (const level of ['silent', 'error', 'warn']) {
      execute(
        db,
        'DELETE FROM venfleet_sent; UPDATE loads SET vtn_resource_id = NULL, registration_status = NULL',
      );
      const { code, stderr } = await logged(level, 'register');
      assert.deepEqual([code, stderr], [0, ''], level);
    }
  });

  test('debug shows each request to the VTN as well, and each batch of results', async (t) => {
    const { simulator, logged } = await setUp(t);
    const lines = logOf(await logged('debug', 'register'));
    const requests = lines.filter(({ msg }) => msg === 'request');
    assert.equal(requests.length, simulator.stats().requests);
    const [first] = requests.filter(({ path }) => path === '/resources');
    assert.deepEqual(Object.keys(first ?? {}).sort(), [
      'level',
      'method',
      'ms',
      'msg',
      'path',
      'status',
      'time',
    ]);
    assert.deepEqual([first?.level, first?.method, first?.status], ['debug', 'POST', 201]);
    assert.ok(kinds(lines).includes('debug results stored'));
    assert.ok(kinds(lines).includes('info registration begins'));
  });

  test('warn shows what failed, and what ends a command, such as loads on another VTN', async (t) => {
    const { simulator, db, logged } = await setUp(t);
    simulator.answerNext(1, { status: 422, body: '{"detail":"no"}' }, 'POST /resources');
    simulator.answerNext(1, { status: 422, body: '{"detail":"no VEN"}' }, 'POST /vens');
    const failed = await logged('warn', 'register');
    assert.equal(failed.code, 1);
    const lines = logOf(failed);
    assert.deepEqual(kinds(lines).sort(), ['warn VEN failed', 'warn load failed']);
    const load = lines.find(({ reason }) => reason === 'HTTP 422: no');
    assert.equal(load?.status, 422);
    assert.match(String(load?.externalResourceId), /_load_\d$/);
    execute(db, "UPDATE venfleet_vtns SET url = 'http://elsewhere'");
    const other = logOf(await logged('warn', 'register'));
    assert.deepEqual([other.length, other[0]?.code], [1, 'VTN_OTHER']);
  });

  test('error shows what ends a command, with its code, before what is said to people', async (t) => {
    const { simulator, logged } = await setUp(t);
    await simulator.close();
    for (const command of ['register', 'plan']) {
      const { stderr } = await logged('error', command);
      const [line, said, ...rest] = stderr.split('\n');
      const ended = JSON.parse(line ?? '');
      assert.deepEqual([ended.level, ended.command, ended.code], [50, command, 'VTN_UNREACHABLE']);
      assert.match(said ?? '', /^venfleet: .*\[VTN_UNREACHABLE\]$/);
      assert.deepEqual(rest, ['']);
    }
  });

  test('plan, apply and deregister: the listing, the plan with its counts, each step, the end', async (t) => {
    const { db, logged } = await setUp(t);
    const planned = logOf(await logged('info', 'plan'));
    assert.deepEqual(kinds(planned), ['info listing begins', 'info listing ended', 'info plan made']);
    const { create, inSync, loads } = found(planned, 'plan made');
    assert.deepEqual({ create, inSync, loads }, { create: 12, inSync: 0, loads: 12 });
    const steps = ['info step begins', 'info apply ended'];
    const applied = logOf(await logged('info', 'apply', '--yes'));
    assert.deepEqual(kinds(applied), [...kinds(planned), ...steps]);
    const { step, total } = found(applied, 'step begins');
    assert.deepEqual({ step, total }, { step: 'create', total: 12 });
    assert.equal(found(applied, 'apply ended').created, 12);
    const removed = logOf(await logged('info', 'deregister', '--yes', '--ven', 'Aarhus'));
    assert.deepEqual(kinds(removed), [...kinds(planned), ...steps]);
    assert.equal(found(removed, 'step begins').step, 'remove');
    execute(db, "UPDATE resources SET capacities = '{' WHERE ven = 'Aalborg'");
    assert.equal(found(logOf(await logged('info', 'plan')), 'plan made').conflict, 6);
  });

  test('apply tells at warn what failed', async (t) => {
    const { simulator, logged } = await setUp(t);
    simulator.answerNext(1, { status: 422, body: '{"detail":"no"}' }, 'POST /resources');
    const [line, ...rest] = logOf(await logged('warn', 'apply', '--yes'));
    assert.deepEqual(rest, []);
    assert.deepEqual([line?.msg, line?.status, line?.reason], ['create failed', 422, 'HTTP 422: no']);
  });

  test('an interrupted run says so', async (t) => {
    const { simulator, to } = await setUp(t, { latencyMs: 500 });
    const args = [program, 'register', ...to, '--token', 'x', '--log-level', 'info', '--concurrency', '1'];
    const child = spawn(process.execPath, args, { env: cleanEnvironment() });
    t.after(() => child.kill('SIGKILL'));
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += chunk));
    while (simulator.stats().resources < 1) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGINT');
    assert.deepEqual(await once(child, 'close'), [130, null]);
    const lines = logOf({ stderr });
    assert.equal(lines.at(-1)?.msg, 'registration interrupted');
  });

  test('generate, import, status and vtn have milestones, too', async (t) => {
    const { run, start, write } = terminal(t);
    const size = ['--resources', '3', '--vens', '2', '--db', 'a.db', '--log-level', 'info'];
    const generated = logOf(await run('generate', ...size));
    assert.deepEqual(kinds(generated), ['info generating a fleet', 'info fleet generated']);
    assert.equal(found(generated, 'fleet generated').loads, 18);
    const refused = logOf(await run('generate', ...size)).at(-1);
    assert.deepEqual([refused?.level, refused?.code], ['error', 'DB_NOT_EMPTY']);
    write(
      'a.csv',
      'title,address,longitude,latitude,stars\nA,"Vej 1, 9000 Aalborg",9,57,5\n,"Vej 2, 9000 Aalborg",9,57,5\n',
    );
    const imported = logOf(await run('import', 'a.csv', '--db', 'b.db', '--log-level', 'info'));
    assert.deepEqual(kinds(imported), [
      'info importing sites',
      'warn columns ignored',
      'warn line rejected',
      'info file imported',
      'info sites imported',
    ]);
    assert.deepEqual(
      [found(imported, 'line rejected').line, found(imported, 'file imported').inserted],
      [3, 1],
    );
    const status = logOf(await run('status', '--db', 'a.db', '--log-level', 'info'));
    assert.deepEqual(kinds(status), ['info status read']);
    const vtn = start({}, 'vtn', '--port', '0', '--log-level', 'info');
    await vtn.until('stdout', /listening/);
    vtn.child.kill('SIGINT');
    assert.deepEqual(kinds(logOf(await vtn.ended)), ['info simulator listens', 'info simulator ended']);
  });

  test('no level shows a secret, nor what is sent', async (t) => {
    const clientSecret = 'geheim-4711-secret';
    const clients = [
      { clientId: 'one', clientSecret, role: 'BL' as const },
      {
        clientId: 'two',
        clientSecret,
        role: 'VEN' as const,
        scopes: ['read_targets', 'read_ven_objects', 'write_vens'],
      },
    ];
    const { simulator, to, runWith } = await setUp(t, { clients, dialect: 'openadr-3.1' });
    const env = { VENFLEET_CLIENT_SECRET: clientSecret, VENFLEET_PROFILE: 'openadr-3.1' };
    const [ended, refused] = [
      await runWith({ env }, 'apply', ...to, '--yes', '--client-id', 'one', '--log-level', 'trace'),
      await runWith({ env }, 'apply', ...to, '--yes', '--client-id', 'two', '--log-level', 'trace'),
    ];
    assert.equal(ended.code, 0, ended.stderr);
    assert.ok(kinds(logOf(ended)).includes('debug request'));
    assert.ok(simulator.stats().resources > 0);
    for (const { stdout, stderr } of [ended, refused]) {
      assert.ok(!`${stdout}${stderr}`.includes(clientSecret));
      assert.doesNotMatch(stderr, /Bearer|authorization|access_token|objectType|707057/i);
    }
  });
});
