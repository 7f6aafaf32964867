import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testLoadId } from '../support/fleet-database.ts';
import { followedEvents } from '../support/followed-events.ts';
import { terminalInTurn as terminal } from './in-turn.ts';

interface Counts {
  due: number;
  handed: number;
  late: number;
  missed: number;
  replaced: number;
  open: number;
}

const sum = ({ handed, late, missed, replaced, open }: Counts) => handed + late + missed + replaced + open;

test('events are listed with what became of them', async (t) => {
  const { run } = terminal(t);
  const db = await followedEvents(t);
  const { stdout, stderr, code } = await run('events', 'list', '--db', db, '--json');
  assert.deepEqual([code, stderr], [0, '']);
  const { events } = JSON.parse(stdout);
  const [first, second, third] = events;
  assert.equal(events.length, 4);
  assert.deepEqual(first, {
    ...{ eventId: 'e1', name: 'Peak', programId: 'p1', state: 'current', version: 2 },
    firstReceived: '2030-01-01T09:00:00.000Z',
    ...{ starts: '2030-01-01T10:00:00.000Z', ends: '2030-01-01T12:00:00.000Z', problem: null },
    loads: { meant: 6, reached: 5 },
    instructions: { due: 6, handed: 2, late: 1, missed: 1, replaced: 1, open: 1 },
    answers: { sent: 1, sending: 0, failed: 1 },
    reports: { asked: 0, sent: 0, alreadyThere: 0, failed: 0, notSent: 0 },
    forMeterData: false,
  });
  assert.deepEqual(
    [second.starts, second.ends, second.state, second.loads],
    ['2030-01-01T10:00:00.000Z', null, 'over', null],
  );
  assert.deepEqual([third.starts, third.problem], [null, 'it has no intervals']);
  const text = (await run('events', 'list', '--db', db)).stdout;
  assert.match(text, /^e1 +Peak +current +2 +2030-01-01 09:00 +2030-01-01 10:00 +2030-01-01 12:00 +5 of 6 /m);
  assert.match(text, /^e2 .* never /m);
  assert.match(text, /it has no intervals/);
});

test('an event is shown with its versions, its log and counts by sink that add up', async (t) => {
  const { run } = terminal(t);
  const db = await followedEvents(t);
  const found = JSON.parse((await run('events', 'show', 'e1', '--db', db, '--json')).stdout);
  assert.deepEqual(
    found.versions.map(({ version }: { version: number }) => version),
    [1, 2],
  );
  assert.deepEqual(
    found.log.map(({ what, version }: { what: string; version: number }) => [what, version]),
    [
      ['resolved', 1],
      ['resolved', 2],
    ],
  );
  for (const one of [...found.bySink, found.instructions]) assert.equal(one.due, sum(one));
  const bySink = found.bySink.reduce((total: number, { due }: Counts) => total + due, 0);
  assert.equal(bySink, found.instructions.due);
  const text = (await run('events', 'show', 'e1', '--db', db)).stdout;
  assert.match(text, /^It means 6 loads, of which 5 can be reached\.$/m);
  assert.match(text, /^6 instructions: 2 in time, 1 late, 1 missed, 1 replaced, 1 open\.$/m);
  assert.match(text, /^Skagen +response +optIn .*HTTP 500$/m);
});

test('the history of a load and of an event', async (t) => {
  const { run } = terminal(t);
  const db = await followedEvents(t);
  const history = async (...of: string[]) =>
    JSON.parse((await run('events', 'history', '--db', db, '--json', ...of)).stdout);
  assert.equal((await history('--event', 'e1')).instructions.length, 6);
  assert.equal((await history('--event', 'e1', '--limit', '2')).instructions.length, 2);
  const { instructions } = await history('--load', testLoadId(0, 'load_3'));
  assert.deepEqual(
    instructions.map(({ dispatchId, end, reason }: Record<string, unknown>) => [dispatchId, end, reason]),
    [['d3', 'missed', 'its time passed before the sink took it']],
  );
  assert.equal((await history('--load', 'none')).error.code, 'LOAD_UNKNOWN');
  assert.equal((await history()).error.code, 'BAD_OPTION');
  const text = (await run('events', 'history', '--event', 'e1', '--db', db)).stdout;
  assert.match(text, /SIMPLE 2$/m);
});

test('an event is explained: whom it means, who is out, and what loads are to do when', async (t) => {
  const { run, write } = terminal(t);
  const db = await followedEvents(t);
  const policy = write(
    'policy.json',
    JSON.stringify({ optOuts: [{ vens: ['Skagen'], reason: 'holidays' }] }),
  );
  const explain = async (...args: string[]) =>
    JSON.parse((await run('events', 'explain', '--db', db, '--json', ...args)).stdout);
  const found = await explain('e1', '--policy', policy);
  assert.equal(found.profile, 'openadr-3.1');
  assert.deepEqual(
    [found.meant, found.reached, found.takingPart, found.unreachable, found.out],
    [6, 5, 4, { 'not-registered': 1, suspended: 0, disabled: 0 }, { 'opted out: holidays': 1 }],
  );
  assert.deepEqual(found.unmatched, [{ label: 'target', value: 'nobody' }]);
  assert.deepEqual(found.byVen, [
    { name: 'Aalborg', loads: 4, takingPart: 4, out: 0 },
    { name: 'Skagen', loads: 1, takingPart: 0, out: 1 },
  ]);
  assert.deepEqual(
    found.spans.map(({ values, from }: Record<string, unknown>) => [values, from]),
    [
      [[2], '2030-01-01T10:00:00.000Z'],
      [[1], '2030-01-01T11:00:00.000Z'],
    ],
  );
  assert.deepEqual(
    found.loads.map((load: { component: string; steps: { instruction: { setpoints: object[] } }[] }) => [
      load.component,
      load.steps.map(({ instruction }) => instruction.setpoints.length),
    ]),
    [
      ['load_2', [1, 1, 0]],
      ['load_3', [1, 1, 0]],
    ],
  );
  const [load] = (await explain('e1', '--load', testLoadId(2, 'load_3'))).loads;
  assert.deepEqual([load.isReached, load.unreachable, load.steps], [false, 'not-registered', []]);
  const text = (await run('events', 'explain', 'e1', '--db', db, '--policy', policy)).stdout;
  assert.match(text, /^It means 6 loads: 5 can be reached, 1 not-registered\.$/m);
  assert.match(text, /4 take part, 1 opted out: holidays\.$/m);
  assert.match(text, /The fleet has no target nobody\./);
  const unread = (await run('events', 'explain', 'e3', '--db', db)).stdout;
  assert.match(unread, /It is not acted on: it has no intervals\.\n$/);
  const endless = await explain('e2');
  assert.deepEqual([endless.unknownTypes, endless.meant, endless.hasMoreSpans], [['WHAT'], 0, true]);
});

test('an event that is not there is told in one line', async (t) => {
  const { run } = terminal(t);
  const db = await followedEvents(t);
  for (const args of [
    ['show', 'no'],
    ['explain', 'no'],
    ['history', '--event', 'no'],
  ]) {
    const { code, stdout, stderr } = await run('events', ...args, '--db', db);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^venfleet: The database has no event "no"\..*\[EVENT_UNKNOWN\]\n$/);
  }
});
