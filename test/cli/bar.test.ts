import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { pythonDatabase, readLoads, sitesOf } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';
import { cleanEnvironment, program, type Running, startProgram, terminal } from './terminal.ts';

/** `script` of util-linux runs a program at a terminal of its own. */
const hasScript = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux');
const skip = hasScript ? false : 'needs "script" of util-linux, to have a terminal';

/** Runs the program at a terminal of so many columns; `pid` is its own, once it runs. */
function atTerminal(
  t: TestContext,
  args: readonly string[],
  { columns = 120, term = 'xterm' } = {},
): Running & { pid(): number } {
  const { path } = terminal(t);
  const words = [process.execPath, program, ...args].map((word) => `'${word}'`).join(' ');
  const command = `stty cols ${columns} rows 40; echo $$ > pid; exec ${words}`;
  const env = { ...cleanEnvironment(), TERM: term };
  const script = ['--quiet', '--return', '--command', command, '/dev/null'];
  const running = startProgram('script', script, { cwd: path('.'), env, typing: true });
  t.after(() => running.child.kill('SIGKILL'));
  return { ...running, pid: () => Number(readFileSync(path('pid'), 'utf8')) };
}

/** What was drawn in place, one string for each time, without what moves the cursor. */
function drawn(output: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the terminal's own
  return output.split('\r\u001b[J').map((text) => text.replace(/\u001b\[[?\d]*[a-zA-Z]/g, ''));
}

async function setUp(t: TestContext, latencyMs: number) {
  const simulator = await simulatorFor(t, { latencyMs });
  const db = pythonDatabase(t, sitesOf({ Aalborg: 10, Aarhus: 10 }));
  const options = ['--db', db, '--vtn-url', simulator.url, '--token', 'x', '--concurrency', '4'];
  return { simulator, db, options };
}

test('a terminal gets a bar that moves, and then the summary', { skip }, async (t) => {
  const { simulator, options } = await setUp(t, 10);
  simulator.answerNext(1, { status: 422, body: '{"detail":"no"}' }, 'POST /resources');
  const { code, stdout } = await atTerminal(t, ['register', ...options]).ended;
  assert.equal(code, 1);
  const [moving = '', summary = ''] = stdout.split('REGISTRATION SUMMARY');
  assert.match(moving, /█+░+ +\d+% {2} *\d+\/120 {2}✗ 1 failed {2} *\d+\/s {2} *\d+:\d\d left {2}VEN \d\/2/);
  assert.match(moving, /█+ 100% {2}120\/120/);
  assert.ok(drawn(moving).length > 4, 'it moved');
  assert.doesNotMatch(moving, /Processing VEN|✓/);
  assert.match(summary, /Total loads registered: {8}119\r\nTotal loads failed: {12}1\r\n/);
  // The cursor that the bar hid is there again.
  assert.ok(moving.lastIndexOf('\u001b[?25h') > moving.lastIndexOf('\u001b[?25l'), JSON.stringify(moving));
});

test('Ctrl-C is answered on a line of its own, above the bar', { skip }, async (t) => {
  for (const command of ['register', 'apply']) {
    const { options } = await setUp(t, 50);
    const yes = command === 'apply' ? ['--yes'] : [];
    const running = atTerminal(t, [command, ...options, ...yes], { columns: 40 });
    await running.until('stdout', / [1-9]\d*%/);
    process.kill(running.pid(), 'SIGINT');
    const { code, stdout } = await running.ended;
    assert.equal(code, 130);
    const said = 'venfleet: stopping when what is in flight is stored; Ctrl-C again stops at once\r\n';
    assert.ok(drawn(stdout).includes(said), JSON.stringify(stdout));
    // The last of the bar is a line of its own too.
    assert.match(drawn(stdout).at(-1) ?? '', /^ {2}.*%.*\r\n(=+\r\nREGISTRATION SUMMARY|Applied: )/);
  }
});

test('a second Ctrl-C says what it leaves, and the cursor is there again', { skip }, async (t) => {
  const { simulator, options, db } = await setUp(t, 0);
  simulator.answerNext(1_000, 'silence', 'POST /resources');
  const running = atTerminal(t, ['register', ...options]);
  await running.until('stdout', /VEN 1\/2/);
  process.kill(running.pid(), 'SIGINT');
  await running.until('stdout', /stopping/);
  process.kill(running.pid(), 'SIGINT');
  const { code, stdout } = await running.ended;
  assert.equal(code, 130);
  assert.match(stdout, /venfleet: ended; what was stored stays, and the same command goes on from there\r\n/);
  assert.ok(stdout.lastIndexOf('\u001b[?25h') > stdout.lastIndexOf('\u001b[?25l'));
  assert.ok(readLoads(db).every((load) => load.registration_status === 'PENDING'));
});

test('a terminal that cannot move its cursor gets lines', { skip }, async (t) => {
  const { options } = await setUp(t, 0);
  const { code, stdout } = await atTerminal(t, ['register', ...options], { term: 'dumb' }).ended;
  assert.equal(code, 0);
  assert.match(stdout, /Successfully registered 60\/60 loads for VEN 'Aalborg'/);
  assert.ok(!stdout.includes('\u001b'), JSON.stringify(stdout));
});

test('the question names the VTN, and Ctrl-D is a no', { skip }, async (t) => {
  const { simulator, options } = await setUp(t, 0);
  const running = atTerminal(t, ['apply', ...options]);
  await running.until('stdout', /\[y\/N\] /);
  running.child.stdin?.write('\u0004');
  const { code, stdout } = await running.ended;
  assert.equal(code, 1);
  assert.ok(drawn(stdout).join('').includes(`Do it on ${simulator.url}? [y/N] `), JSON.stringify(stdout));
  assert.match(stdout, /\nNothing was done\.\r\n$/);
  assert.equal(simulator.stats().resources, 0);
});

test('with --json, a terminal sees how it goes on', { skip }, async (t) => {
  const { options } = await setUp(t, 10);
  const { code, stdout } = await atTerminal(t, ['register', ...options, '--json']).ended;
  assert.equal(code, 0);
  assert.match(stdout, /█+ 100% {2}120\/120/);
  assert.match(stdout, /^.*\{.*"success":true/m);
  assert.doesNotMatch(stdout, /REGISTRATION SUMMARY|VTN: /);
});

test('while the VTN wants to be left alone, the bar says so', { skip }, async (t) => {
  const { simulator, options } = await setUp(t, 10);
  const headers = { 'retry-after': '1' };
  simulator.answerNext(1, { status: 429, body: '{}', headers }, 'POST /resources');
  const { code, stdout } = await atTerminal(t, ['register', ...options], { columns: 80 }).ended;
  assert.equal(code, 0);
  assert.match(stdout, /█?░* +\d+% {2} *\d+\/120 {2}VTN asked to wait 1 s \(429\)…/);
  assert.match(drawn(stdout).at(-1) ?? '', /100% {2}120\/120 .*\/s/);
});
