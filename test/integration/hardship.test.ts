/** A VTN that answers nonsense, a clock that jumps, a full disk, a database that another program locks. */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type RegisterOptions, register } from '../../src/api/register.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createVtnLink } from '../../src/delivery/vtn-link.ts';
import { createTransport, staticToken } from '../../src/openadr/http/http.ts';
import { flexGatewayRegistration } from '../../src/profiles/flex-gateway/registration.ts';
import { registerFleet } from '../../src/registration/register-fleet.ts';
import { nonsenseKinds, type Simulator, type SimulatorOptions } from '../../src/simulator/index.ts';
import { openStore } from '../../src/store/open-store.ts';
import { createLockWait } from '../../src/store/sqlite/lock-wait.ts';
import { openFleetDatabase } from '../../src/store/sqlite/open-sqlite.ts';
import { execute, notedLoads, pythonDatabase, readLoads, sitesOf } from '../support/fleet-database.ts';
import { inTurn } from '../support/in-turn.ts';
import { assertOneToOne, simulatorFor } from '../support/simulator.ts';
import { createTestClock } from '../support/test-clock.ts';

const program = fileURLToPath(new URL('../../bin/venfleet.js', import.meta.url));
const retry = { maxAttempts: 10, baseMs: 5, capMs: 20, graceMs: 50 };

async function setUp(t: TestContext, options: SimulatorOptions = {}, sites = 20) {
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: sites, Aarhus: sites }));
  const simulator = await simulatorFor(t, options);
  const run = (changes: Partial<RegisterOptions> = {}) =>
    register({ dbPath, vtnUrl: simulator.url, bearerToken: 'secret', retry, ...changes });
  return { dbPath, simulator, run };
}

/** Whatever was believed, the VTN holds nothing twice, and every mapping is that of its own load. */
function assertNothingWrong(dbPath: string, simulator: Simulator): void {
  assertOneToOne(dbPath, simulator, { complete: false });
}

const answering = nonsenseKinds.filter((kind) => kind !== 'silence');
for (const [kind, test] of inTurn(answering)) {
  test(`a VTN that answers nonsense now and then (${kind}): in the end everything is right`, async (t) => {
    const { dbPath, simulator, run } = await setUp(t, { duplicates: 'accept' }, 8);
    await run({ scope: { vens: ['Aalborg'] } });
    simulator.set({ nonsenseRate: 0.2, nonsense: [kind] });
    const summary = await run();
    for (const failure of summary.failures) assert.ok(failure.reason.length > 10, failure.reason);
    simulator.set({ nonsenseRate: 0 });
    const last = await run();
    assert.equal(last.success, true, JSON.stringify(last.failures.slice(0, 2)));
    assertOneToOne(dbPath, simulator);
    assert.equal(simulator.stats().resources, 96);
    assert.deepEqual(notedLoads(dbPath), []);
  });

  test(`a VTN that answers nothing but nonsense (${kind}) is told in one clear error or in reasons`, async (t) => {
    const { dbPath, simulator, run } = await setUp(t, { nonsenseRate: 1, nonsense: [kind] }, 1);
    const quick = { ...retry, maxAttempts: 3, graceMs: 1 };
    const end = await run({ retry: quick }).catch((error: Error & { code?: string }) => error);
    if (end instanceof Error) assert.match(String(end.code), /^VTN_/, end.message);
    else assert.ok(end.failures.length > 0 && end.failures.every((failure) => failure.reason.length > 10));
    simulator.set({ nonsenseRate: 0 });
    assert.equal((await run()).success, true);
    if (kind !== 'repeated-id') assertOneToOne(dbPath, simulator);
  });
}

test('a clock that jumps by hours, to and fro, changes nothing', async (t) => {
  const { dbPath, simulator } = await setUp(t, { errorRate: 0.1, maxRate: 300, retryAfterS: 1 }, 5);
  let calls = 0;
  const clock = { ...systemClock, now: () => Date.now() + (calls++ % 2 ? 7_200_000 : -7_200_000) };
  const store = await openStore(dbPath);
  const transport = createTransport({ url: simulator.url, tokens: staticToken('x'), connections: 8, clock });
  t.after(() => Promise.all([store.close(), transport.close()]));
  const pacing = { kind: 'window', concurrency: 8 } as const;
  const profile = flexGatewayRegistration();
  const startedAt = performance.now();
  const summary = await registerFleet({
    store,
    profile,
    link: createVtnLink({ transport, pacing, clock, retry }),
  });
  assert.equal(summary.success, true);
  assert.ok(summary.elapsedSeconds < 30 && performance.now() - startedAt < 30_000);
  assertOneToOne(dbPath, simulator);
});

/** Another program that locks the database for so long, and tells when it has. */
async function lockElsewhere(t: TestContext, dbPath: string, ms: number) {
  const source = `
    const db = new (require('node:sqlite').DatabaseSync)(${JSON.stringify(dbPath)}, { timeout: 5000 });
    db.exec('BEGIN IMMEDIATE');
    process.stdout.write('locked');
    setTimeout(() => db.exec('ROLLBACK'), ${ms});`;
  const child = spawn(process.execPath, ['-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return { ended: once(child, 'exit') };
}

test('a database that is locked in the middle of a run: nothing is lost, and the run goes on', async (t) => {
  const { dbPath, simulator, run } = await setUp(t, { latencyMs: 20 });
  let locking: Promise<unknown> | undefined;
  const summary = await run({
    pacing: { kind: 'window', concurrency: 4 },
    onEvent: (event) => {
      // Longer than SQLite itself would wait.
      if (event.type === 'progress') locking ??= lockElsewhere(t, dbPath, 6_000);
    },
  });
  await locking;
  assert.equal(summary.success, true, JSON.stringify(summary.failures.slice(0, 2)));
  assertOneToOne(dbPath, simulator);
});

test('a lock that stays for a minute is one clear error', async (t) => {
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
  const database = await openFleetDatabase(dbPath);
  t.after(() => database.close());
  const clock = createTestClock();
  const whenUnlocked = createLockWait(database, clock);
  // SQLite waits by no clock that could be set forward.
  database.sqlite.exec('PRAGMA busy_timeout = 0');
  await lockElsewhere(t, dbPath, 60_000);
  const write = whenUnlocked(() => database.sqlite.exec("UPDATE loads SET load_name = 'x'"));
  write.catch(() => undefined);
  let settled = false;
  write.finally(() => (settled = true)).catch(() => undefined);
  const startedAt = clock.monotonic();
  await assert.rejects(clock.runUntil(write), { code: 'DB_LOCKED' });
  assert.ok(settled && clock.monotonic() - startedAt >= 60_000);
});

/** Runs a registration by a shell script, in which "$@" is the program; `DB` is the database. */
async function runByShell(t: TestContext, script: string, dbPath: string, vtnUrl: string) {
  const args = ['register', '--json', '--vtn-url', vtnUrl, '--concurrency', '8'];
  const child = spawn('sh', ['-c', script, 'sh', process.execPath, program, ...args], {
    env: {
      PATH: process.env.PATH ?? '',
      VENFLEET_TOKEN: 'test',
      NODE_DISABLE_COMPILE_CACHE: '1',
      DB: dbPath,
    },
    cwd: dirname(dbPath),
  });
  t.after(() => child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += chunk));
  child.stdout.resume();
  const [code] = await once(child, 'close');
  return { code, stderr };
}

test('a file system that is full when the database is opened is called full', {
  skip: spawnSync('unshare', ['-rm', 'true']).status !== 0,
}, async (t) => {
  const { dbPath, simulator, run } = await setUp(t, {}, 60);
  await run({ scope: { vens: ['Aarhus'] } });
  execute(dbPath, 'PRAGMA wal_checkpoint(TRUNCATE)');
  for (const spare of [0, 8, 24, 40]) {
    const script = `dir=$(mktemp -d "$PWD/full.XXXX"); size=$((($(stat -c %s "$DB") + 4095) / 4096 * 4 + ${spare}))k
      mount -t tmpfs -o size=$size tmpfs "$dir" && cp "$DB" "$dir/" && "$@" --db "$dir/resources.db"`;
    const whole = `exec unshare -rm sh -c '${script}' sh "$@"`;
    const { code, stderr } = await runByShell(t, whole, dbPath, simulator.url);
    assert.match(stderr, /cannot grow: the disk is full.*\[DB_FULL\]\n$/, `${spare} KiB`);
    assert.equal(code, 2);
  }
});

const fullDisks = [
  {
    name: 'a file that may not grow',
    // Blocks of 512 bytes: the write-ahead log may grow a little, then no more.
    script: 'ulimit -f 200; exec "$@" --db "$DB"',
    works: process.platform === 'linux',
    said: /^venfleet: .*resources\.db: disk I\/O error.*\[DB_FAILED\]\n$/,
  },
  {
    name: 'a full file system',
    // A small one in memory, seen by this process alone.
    script: `dir=$(mktemp -d "$PWD/full.XXXX"); size=$(($(stat -c %s "$DB") / 1024 + 160))k
      mount -t tmpfs -o size=$size tmpfs "$dir" && cp "$DB" "$dir/" &&
      "$@" --db "$dir/resources.db"; code=$?; mv "$dir"/resources.db* "$PWD"; exit $code`,
    within: 'unshare -rm',
    works: spawnSync('unshare', ['-rm', 'true']).status === 0,
    said: /^venfleet: .*resources\.db cannot grow: the disk is full.*\[DB_FULL\]\n$/,
  },
];
for (const { name, script, within, works, said } of fullDisks) {
  test(`${name}: one clear line, nothing wrong, and the run is taken up again`, {
    skip: !works,
  }, async (t) => {
    const { dbPath, simulator, run } = await setUp(t, { latencyMs: 2, duplicates: 'accept' }, 60);
    await run({ scope: { vens: ['Aarhus'] } });
    execute(dbPath, 'PRAGMA wal_checkpoint(TRUNCATE)');
    const whole = within === undefined ? script : `exec ${within} sh -c '${script}' sh "$@"`;
    const { code, stderr } = await runByShell(t, whole, dbPath, simulator.url);
    assert.match(stderr, said);
    assert.equal(code, 2, stderr);
    assert.ok(simulator.stats().resources > 360, 'it had begun');
    assert.ok(readLoads(dbPath).some((load) => load.registration_status === 'PENDING'));
    assertNothingWrong(dbPath, simulator);
    const last = await run();
    assert.equal(last.success, true);
    assertOneToOne(dbPath, simulator);
  });
}
