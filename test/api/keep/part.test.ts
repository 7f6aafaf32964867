import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PartState } from '../../../src/api/keep/fleet-keeper.ts';
import { createPart, type PartWork } from '../../../src/api/keep/part.ts';
import { VenfleetError } from '../../../src/core/errors.ts';
import { createTestClock } from '../../support/test-clock.ts';

/** A part on a clock that stands still, what it said of itself, and when its work was begun. */
function setUp(work: (part: PartWork) => Promise<unknown>) {
  const clock = createTestClock();
  const states: PartState[] = [];
  const begunAt: number[] = [];
  const part = createPart({
    name: 'events',
    clock,
    onChange: (state) => states.push(state),
    async work(part) {
      begunAt.push(clock.now());
      // By then the test has what this returns.
      await Promise.resolve();
      return work(part);
    },
  });
  const stop = new AbortController();
  const ended = part.run(stop.signal);
  return { clock, states, begunAt, part, stop, ended };
}

const untilAborted = ({ signal }: PartWork) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));

test('a part that fails is begun again after 1 s, then after twice as long each time, 5 minutes at most', async () => {
  const { clock, begunAt, states, stop, ended } = setUp(async () => {
    throw new VenfleetError('EVENT_SINK', { sink: 'mqtt', problem: 'no broker' });
  });
  await clock.advance(2_000_000);
  const pauses = begunAt.slice(1).map((at, n) => (at - (begunAt[n] ?? 0)) / 1_000);
  assert.deepEqual(pauses.slice(0, 12), [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
  const last = states.at(-1);
  assert.deepEqual([last?.state, last?.code], ['degraded', 'EVENT_SINK']);
  assert.match(last?.problem ?? '', /no broker/);
  assert.equal(last?.nextMs, (begunAt.at(-1) ?? 0) + 300_000);
  stop.abort();
  await ended;
});

test('once it was well, the pauses begin anew; one that ends by itself has failed', async () => {
  let times = 0;
  const { clock, begunAt, stop, ended, states } = setUp(async (part) => {
    times++;
    if (times === 3) {
      part.waitsUntil(clock.now() + 50, { problem: null, code: null });
      await clock.sleep(50, part.signal);
    }
  });
  await clock.advance(4_500);
  assert.deepEqual(begunAt, [0, 1_000, 3_000, 4_050]);
  assert.match(states.at(-1)?.problem ?? '', /ended by itself/);
  stop.abort();
  await ended;
});

test('work that goes on though something is wrong is degraded, and is not begun again', async () => {
  const { clock, begunAt, states, stop, ended, part } = setUp(async (work) => {
    work.begins();
    await clock.sleep(100, work.signal);
    work.fails('mqtt: no broker.');
    await clock.sleep(100, work.signal);
    work.succeeds();
    await untilAborted(work);
  });
  await clock.advance(1_000);
  assert.deepEqual(
    states.map(({ state, problem, sinceMs }) => [state, problem, sinceMs]),
    [
      ['working', null, 0],
      ['degraded', 'mqtt: no broker.', 100],
      ['working', null, 200],
    ],
  );
  assert.deepEqual(begunAt, [0]);
  stop.abort();
  await ended;
  assert.equal(part.state().state, 'stopping');
});

test('a pause ends when the part is woken', async () => {
  const { clock, begunAt, part, stop, ended } = setUp(async () => {
    throw new Error('down');
  });
  await clock.advance(100);
  part.wake();
  await clock.advance(0);
  assert.deepEqual(begunAt, [0, 100]);
  stop.abort();
  await ended;
});

test('a part that failed stays degraded until something has succeeded, however often it begins or waits', async () => {
  let times = 0;
  const { clock, states, stop, ended } = setUp(async (work) => {
    work.begins();
    times++;
    if (times === 2) work.waitsFor('Waits for another.');
    if (times < 4) throw new Error('down');
    await clock.sleep(100, work.signal);
    work.succeeds();
    work.waitsFor('Waits for another.');
    work.begins();
    await untilAborted(work);
  });
  await clock.advance(10_000);
  const seen = states.map(({ state, problem }) => `${state}: ${problem}`);
  assert.deepEqual(
    seen.filter((one, at) => one !== seen[at - 1]),
    ['working: null', 'degraded: down', 'working: null', 'waiting: Waits for another.', 'working: null'],
  );
  stop.abort();
  await ended;
});

test('what a part leaves for a person stays said while it is at it again', async () => {
  const left = { problem: 'They differ.', code: null };
  const { clock, states, stop, ended } = setUp(async (work) => {
    work.begins();
    work.waitsUntil(clock.now() + 100, left);
    await clock.sleep(100, work.signal);
    work.begins();
    work.succeeds();
    await clock.sleep(100, work.signal);
    work.waitsUntil(clock.now() + 100, { problem: null, code: null });
    await untilAborted(work);
  });
  await clock.advance(1_000);
  assert.deepEqual(
    states.map(({ state, problem }) => [state, problem]),
    [
      ['working', null],
      ['waiting', 'They differ.'],
      ['working', 'They differ.'],
      ['waiting', null],
    ],
  );
  stop.abort();
  await ended;
});
