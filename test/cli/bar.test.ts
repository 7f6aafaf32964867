import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { pythonDatabase, sitesOf } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';
import { cleanEnvironment, program, startProgram, terminal } from './terminal.ts';

/** `script` of util-linux runs a program at a terminal of its own. */
const hasScript = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux');
const skip = hasScript ? false : 'needs "script" of util-linux, to have a terminal';

test('a terminal gets a bar that moves, and then the summary', { skip }, async (t) => {
  const { path } = terminal(t);
  const simulator = await simulatorFor(t, { latencyMs: 10 });
  simulator.answerNext(1, { status: 422, body: '{"detail":"no"}' }, 'POST /resources');
  const db = pythonDatabase(t, sitesOf({ Aalborg: 10, Aarhus: 10 }));
  const options = `--db ${db} --vtn-url ${simulator.url} --token x --concurrency 4`;
  const command = `'${process.execPath}' '${program}' register ${options}`;
  const args = ['--quiet', '--return', '--command', command, '/dev/null'];
  const env = { ...cleanEnvironment(), TERM: 'xterm', COLUMNS: '120', LINES: '40' };
  const { code, stdout } = await startProgram('script', args, { cwd: path('.'), env }).ended;
  assert.equal(code, 1);
  const [moving = '', summary = ''] = stdout.split('REGISTRATION SUMMARY');
  assert.match(moving, /█+░+ \d+% {2}\d+\/120 loads {2}\d+\/s {2}\d+:\d\d left {2}✗ 1 failed {2}VEN \d\/2/);
  assert.match(moving, /█+ 100% {2}120\/120 loads/);
  assert.ok(moving.split('loads').length > 3, 'it moved');
  assert.doesNotMatch(moving, /Processing VEN/);
  assert.match(summary, /Total loads registered: {8}119\r\nTotal loads failed: {12}1\r\n/);
  // The cursor that the bar hid is there again.
  assert.ok(moving.lastIndexOf('\u001b[?25h') > moving.lastIndexOf('\u001b[?25l'), JSON.stringify(moving));
});
