/** Reporting while others use the database, and as a process that is told to stop. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { register } from '../../src/api/register.ts';
import { execute } from '../support/fleet-database.ts';
import { hourly } from '../support/meter-file.ts';
import {
  assertSums,
  assertTold,
  createAnchor,
  quickRetry,
  type ReportingFleet,
  report,
  reportingFleet,
} from '../support/reporting-fleet.ts';

const until = async (condition: () => boolean) => {
  while (!condition()) await sleep(5);
};

test('two jobs of one process report one after the other, and nothing twice; a dry run waits for nobody', async (t) => {
  const fleet = await reportingFleet(t);
  const { simulator } = fleet;
  simulator.reset();
  simulator.set({ latencyMs: 500 });
  const first = report(fleet, { pacing: { kind: 'window', concurrency: 1 } });
  await until(() => simulator.stats().requests > 0);
  const second = report(fleet);
  assert.equal((await report(fleet, { dryRun: true })).loads, 30);
  simulator.set({ latencyMs: 0 });
  assert.equal((await first).reported, 30);
  assert.equal((await second).alreadyReported, 30);
  await assertTold(fleet, () => hourly(48));
});

test('a registration goes on while history is reported; what it brings is for the next job', async (t) => {
  const fleet = await reportingFleet(t);
  const { dbPath, simulator } = fleet;
  execute(
    dbPath,
    `UPDATE loads SET vtn_resource_id = NULL, registration_status = 'PENDING'
       WHERE resource_id IN ('site-00003', 'site-00004')`,
  );
  simulator.set({ latencyMs: 30 });
  const to = { dbPath, vtnUrl: simulator.url, bearerToken: 'secret', retry: quickRetry };
  const [reported, registered] = await Promise.all([report(fleet), register(to)]);
  assertSums(reported);
  assert.deepEqual([registered.loads.registered, registered.success, reported.success], [12, true, true]);
  const next = await report(fleet);
  assert.deepEqual([next.reported + reported.reported, next.failed], [30, 0]);
  await assertTold(fleet, () => hourly(48));
});

test('as a process: Ctrl-C ends it with 130, a further run completes it, and a forgetful VTN ends it with 1', async (t) => {
  const fleet = await reportingFleet(t, { profile: 'openadr-3.1' });
  const { simulator } = fleet;
  simulator.reset();
  simulator.set({ latencyMs: 300 });
  const first = start(t, fleet, '--concurrency', '2');
  await until(() => simulator.stats().requests > 3);
  await assert.rejects(report(fleet), { code: 'DB_IN_USE', message: /venfleet report history/ });
  first.child.kill('SIGINT');
  const stopped = await first.ended;
  assert.equal(stopped.code, 130, stopped.stderr);
  assertSums(JSON.parse(stopped.stdout));
  simulator.set({ latencyMs: 0 });
  const second = await start(t, fleet).ended;
  assert.equal(second.code, 0, second.stderr);
  assert.equal(JSON.parse(second.stdout).left, 0);
  await assertTold(fleet, () => hourly(48));
  execute(fleet.dbPath, 'DELETE FROM venfleet_reported');
  simulator.wipe();
  simulator.set({ forgetRate: 1 });
  const forgetful = { ...fleet, anchor: await createAnchor(simulator.url, fleet.profile) };
  const third = await start(t, forgetful).ended;
  assert.equal(third.code, 1, third.stderr);
  assert.equal(JSON.parse(third.stdout).error.code, 'REPORTS_LOST');
});

const program = fileURLToPath(new URL('../../bin/venfleet.js', import.meta.url));

/** Starts `venfleet report history --json`, with small reports. */
function start(
  t: TestContext,
  { dbPath, meterData, profile, simulator, anchor }: ReportingFleet,
  ...more: string[]
) {
  const filedUnder = anchor ? ['--program', anchor.programId, '--event', anchor.eventId] : [];
  const args = ['report', 'history', '--json', '--db', dbPath, '--meter-data', meterData, ...filedUnder];
  const vtn = ['--vtn-url', simulator.url, '--profile', profile, '--max-body', '5000'];
  const env = { PATH: process.env.PATH ?? '', VENFLEET_TOKEN: 'secret' };
  const child = spawn(process.execPath, [program, ...args, ...vtn, ...more], { env, cwd: dirname(dbPath) });
  t.after(() => child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const ended = once(child, 'close').then(([code]) => ({ code, stdout, stderr }));
  return { child, ended };
}
