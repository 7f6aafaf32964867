import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { postEvent } from '../../src/api/post-event.ts';
import { register } from '../../src/api/register.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import { pythonDatabase, query, readLoads, sitesOf } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';
import { terminalInTurn as terminal } from './in-turn.ts';

/** A registered fleet on a gateway with one program, and what names both. */
async function registered(t: TestContext, vens: Readonly<Record<string, number>>, program: string) {
  const db = pythonDatabase(t, sitesOf(vens));
  const simulator = await simulatorFor(t);
  const vtn = { vtnUrl: simulator.url, bearerToken: 'x' };
  await register({ dbPath: db, ...vtn });
  const { programId } = await postEvent({ ...vtn, action: { kind: 'create' }, wish: { program } });
  const to = ['--db', db, '--vtn-url', simulator.url, '--token', 'x'];
  return { db, simulator, programId, command: ['events', 'enrol', ...to, '--program', program] };
}

const enrolledOn = (simulator: Simulator) =>
  [...(simulator.pages().enrolments?.() ?? [])].map((one) => (one as { resource: string }).resource).sort();

const enrolledIn = (db: string) =>
  query(db, 'SELECT vtn_resource_id AS id FROM venfleet_enrolled').map(({ id }) => id);

test('loads are enrolled with a summary that adds up; a second run has nothing to do', async (t) => {
  const { run } = terminal(t);
  const { db, simulator, programId, command } = await registered(t, { Aalborg: 2, Ærø: 1 }, 'Winter');
  const some = await run(...command, '--ven', 'Aalborg', '--component', 'load_1', '--component', 'load_2');
  assert.deepEqual([some.code, some.stderr], [0, '']);
  const { stdout } = some;
  assert.match(stdout, new RegExp(`^VTN ${simulator.url} \\(flex-gateway\\), database ${db}$`, 'm'));
  assert.match(stdout, /^Enrolling in program "Winter" \(\S+\): looking at 12 loads of 1 VEN$/m);
  assert.match(stdout, new RegExp(`^Program: {23}"Winter" \\(${programId}\\)$`, 'm'));
  assert.match(stdout, /^Loads enrolled: {16}4$/m);
  assert.match(stdout, /^Loads skipped: {17}8 \(8 of other components\)$/m);

  simulator.answerNext(
    1,
    { status: 422, body: '{"detail": "not this one"}' },
    'POST /programs/{id}/resources',
  );
  const failed = await run(...command);
  assert.equal(failed.code, 1);
  assert.match(failed.stdout, /^Loads enrolled: {16}13$/m);
  assert.match(failed.stdout, /^Loads failed: {18}1$/m);
  assert.match(failed.stdout, /^Loads enrolled before: {9}4$/m);
  assert.match(failed.stdout, /^ {2}1 × HTTP 422: not this one {2}\(e\.g\. site-\d+_load_\d\)$/m);

  const json = await run(...command, '--json');
  const { format, program, loads, success } = JSON.parse(json.stdout);
  assert.deepEqual([json.code, format, success, program], [0, 1, true, { id: programId, name: 'Winter' }]);
  assert.deepEqual(loads, { total: 18, enrolled: 1, failed: 0, skipped: 0, alreadyEnrolled: 17, left: 0 });
  assert.match(
    (await run(...command)).stdout,
    /^Nothing to do: 18 of 18 loads are enrolled already, according to the database\.$/m,
  );
  assert.match((await run(...command, '--again')).stdout, /^Loads enrolled: {16}18$/m);
});

test('what is wrong is said in one line, with the programs that there are', async (t) => {
  const { run } = terminal(t);
  const { command, programId } = await registered(t, { Aalborg: 1 }, 'Winter');
  const refused = async (code: string, ...args: string[]) => {
    const ended = await run(...command, ...args);
    assert.deepEqual([ended.code, ended.stdout], [2, ''], code);
    assert.match(ended.stderr, new RegExp(`^venfleet: [^\\n]* \\[${code}\\]\\n$`));
    return ended.stderr;
  };
  const unknown = await refused('PROGRAM_UNKNOWN', '--program', 'Wimter');
  assert.ok(unknown.includes(`has no program "Wimter"; it has "Winter" (${programId}).`), unknown);
  await refused('NO_ENROLMENT', '--profile', 'openadr-3.1');
  await refused('VEN_UNKNOWN', '--ven', 'Aalbor');
  const { code, stderr } = await run(...command.slice(0, -2));
  assert.equal(code, 2);
  assert.match(stderr, /^venfleet: name the program with --program, .* \[BAD_OPTION\]\n$/);
});

for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  test(`after ${signal} the next run goes on, and each load is enrolled once`, async (t) => {
    const { start, run } = terminal(t);
    const { db, simulator, command } = await registered(t, { Aalborg: 20 }, 'Winter');
    simulator.set({ latencyMs: 20 });
    const running = start({}, ...command, '--concurrency', '4', '--log-level', 'debug');
    await running.until('stderr', /"type":"progress"/);
    running.child.kill(signal);
    const { code, stdout } = await running.ended;
    const done = enrolledIn(db).length;
    assert.ok(done > 0 && done < 120);
    if (signal === 'SIGINT') {
      assert.equal(code, 130);
      assert.match(stdout, new RegExp(`^Loads enrolled: {16}${done}$`, 'm'));
      assert.match(stdout, new RegExp(`^Loads left: {20}${120 - done}$`, 'm'));
      assert.match(stdout, /^Interrupted\. What is counted here is stored; /m);
      assert.deepEqual(
        enrolledOn(simulator),
        enrolledIn(db).sort(),
        'nothing is enrolled that is not stored',
      );
    }
    simulator.set({ latencyMs: 0 });
    const again = JSON.parse((await run(...command, '--json')).stdout);
    assert.deepEqual([again.loads.enrolled, again.loads.alreadyEnrolled], [120 - done, done]);
    const all = readLoads(db).map(({ vtn_resource_id }) => vtn_resource_id);
    assert.deepEqual(enrolledOn(simulator), all.sort());
    assert.deepEqual(enrolledIn(db).sort(), all);
  });
}
