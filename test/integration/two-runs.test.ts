import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Simulator } from '../../src/simulator/index.ts';
import { pythonDatabase, query, sitesOf } from '../support/fleet-database.ts';
import { assertOneToOne, simulatorFor } from '../support/simulator.ts';

const program = fileURLToPath(new URL('../../bin/venfleet.js', import.meta.url));

function start(t: TestContext, dbPath: string, args: readonly string[]) {
  const env = { PATH: process.env.PATH ?? '', VENFLEET_TOKEN: 'test' };
  const child = spawn(process.execPath, [program, ...args, '--db', dbPath, '--json'], {
    env,
    cwd: dirname(dbPath),
  });
  t.after(() => child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const ended = once(child, 'close').then(([code]) => ({ code, stdout, stderr }));
  return { child, ended, stderr: () => stderr };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

/** A run that is in the middle of its loads, on a slow VTN. */
async function runningOne(t: TestContext) {
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 20, Aarhus: 20 }));
  const simulator: Simulator = await simulatorFor(t, { latencyMs: 200 });
  const register = ['register', '--vtn-url', simulator.url, '--concurrency', '4', '--grace', '0.3'];
  const first = start(t, dbPath, register);
  await until(() => simulator.stats().resources > 0);
  return { dbPath, simulator, register, first };
}

test('a second run says who holds the database and changes nothing; reading goes on', async (t) => {
  const { dbPath, simulator, register, first } = await runningOne(t);
  const [second, status, dry, generate] = await Promise.all([
    start(t, dbPath, register).ended,
    start(t, dbPath, ['status']).ended,
    start(t, dbPath, [...register, '--dry-run']).ended,
    start(t, dbPath, ['generate', '--force', '--resources', '3']).ended,
  ]);
  for (const refused of [second, generate]) {
    assert.equal(refused.code, 2, refused.stderr);
    const holder = new RegExp(
      `in use by "venfleet register" on .*, process ${first.child.pid}, since 20.*--wait.*\\[DB_IN_USE\\]\n$`,
    );
    assert.match(refused.stderr, holder);
  }
  assert.equal(status.code, 0, status.stderr);
  assert.equal(dry.code, 0, dry.stderr);
  first.child.kill('SIGKILL');
  await first.ended;
  // The killed run blocks nobody.
  simulator.set({ latencyMs: 0 });
  const third = await start(t, dbPath, register).ended;
  assert.equal(third.code, 0, third.stderr);
  assertOneToOne(dbPath, simulator);
});

test('a wait that is interrupted says that nothing was done, not that it is stopping', async (t) => {
  const { dbPath, register } = await runningOne(t);
  const second = start(t, dbPath, [...register, '--wait']);
  await until(() => second.stderr().includes('waiting for "venfleet register"'));
  second.child.kill('SIGINT');
  const { code, stdout, stderr } = await second.ended;
  assert.deepEqual([code, stdout], [130, '']);
  assert.match(stderr, /^venfleet: waiting for .*\nvenfleet: no longer waiting; nothing was done\n$/);
});

test('with --wait it begins when the first one has ended', async (t) => {
  const { dbPath, simulator, register, first } = await runningOne(t);
  const second = start(t, dbPath, [...register, '--wait']);
  await until(() => second.stderr().includes('waiting for "venfleet register"'));
  simulator.set({ latencyMs: 0 });
  assert.equal((await first.ended).code, 0);
  const end = await second.ended;
  assert.equal(end.code, 0, end.stderr);
  assert.equal(JSON.parse(end.stdout).loads.alreadyRegistered, 240);
  assertOneToOne(dbPath, simulator);
  assert.deepEqual(query(dbPath, 'SELECT * FROM venfleet_lease'), []);
});

test('a run whose database is renamed in the middle stops, says so and does not end as if all were well', async (t) => {
  const { dbPath, simulator, first } = await runningOne(t);
  renameSync(dbPath, `${dbPath}.old`);
  const { code, stderr } = await first.ended;
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^venfleet: \S+ is not the file any more that this run opened: it was removed or renamed\. [^\n]+ \[DB_REPLACED\]\n$/,
  );
  // What it stored is in that file, and nothing was made in its place.
  assertOneToOne(`${dbPath}.old`, simulator, { complete: false });
  assert.equal(readdirSync(dirname(dbPath)).includes('resources.db'), false);
  assert.ok(query(`${dbPath}.old`, "SELECT 1 FROM loads WHERE registration_status = 'APPROVED'").length > 0);
});
