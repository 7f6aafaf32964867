import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { fleetToReport } from '../support/registered-fleet.ts';
import { terminalInTurn as terminal } from './in-turn.ts';
import { cleanEnvironment, startProgram } from './terminal.ts';

const bin = join(import.meta.dirname, '../../bin/venfleet.js');

test('report live takes lines on standard input as they come, and ends with them', async (t) => {
  const { path } = terminal(t);
  const { dbPath, vtn, anchor, simulator } = await fleetToReport(t);
  assert.ok(anchor);
  const args = ['--db', dbPath, '--vtn-url', vtn.vtnUrl, '--token', 'secret', '--profile', vtn.profile];
  const filedUnder = ['--program', anchor.programId, '--event', anchor.eventId];
  const running = startProgram(
    process.execPath,
    [bin, 'report', 'live', '--meter-data', '-', ...args, ...filedUnder],
    { cwd: path('.'), env: cleanEnvironment(), typing: true },
  );
  const write = (load_component: string, hoursAgo: number) => {
    const time = Date.now() / 1000 - hoursAgo * 3_600;
    running.child.stdin?.write(
      `${JSON.stringify({ h5_meter_id: 'meter_0', load_component, time, w: 500 })}\n`,
    );
  };
  write('load_0', 1.5);
  await running.until('stdout', /1 reading of 1 load reported/);
  running.child.stdin?.write('{"no": "reading"}\n');
  write('load_1', 1.4);
  // From before what has come of its series.
  write('load_0', 5);
  running.child.stdin?.end();
  const { code, stdout, stderr } = await running.ended;
  assert.equal(code, 0, stderr);
  assert.match(
    stdout,
    /\n2 readings reported in 2 reports; nothing that was due is left; 1 row left out .+\.\n$/,
  );
  assert.match(stderr, /^venfleet: line 2: .+\n$/);
  assert.equal(simulator.stats().points, 2);
});

test('report live wants to know where readings come from, and ends at Ctrl-C', async (t) => {
  const { path, run } = terminal(t);
  const missing = await run('report', 'live');
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /--meter-data.*\[BAD_OPTION\]\n$/);
  const { dbPath, meterData, vtn } = await fleetToReport(t, { dialect: 'flex-gateway' });
  const args = ['--db', dbPath, '--vtn-url', vtn.vtnUrl, '--token', 'secret', '--meter-data', meterData];
  const replay = ['--replay-from', '2025-01-15T18:30:00Z', '--json'];
  const running = startProgram(process.execPath, [bin, 'report', 'live', ...args, ...replay], {
    cwd: path('.'),
    env: cleanEnvironment(),
  });
  await running.until('stdout', /"type":"pass"/);
  running.child.kill('SIGINT');
  const { code, stdout, stderr } = await running.ended;
  assert.equal(code, 0, stderr);
  assert.match(stderr, /stopping when what is in flight is stored/);
  const [pass, ended] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual([pass.points, pass.failed, pass.next], [6, 0, '2025-01-15T19:00:00.000Z']);
  assert.deepEqual([ended.type, ended.points, ended.success], ['ended', 6, true]);
});
