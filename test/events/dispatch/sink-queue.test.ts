import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Told } from '../../../src/events/dispatch/due-time.ts';
import type { Dispatch, Sink } from '../../../src/events/dispatch/sink.ts';
import { createSinkQueue, type QueuedDispatch } from '../../../src/events/dispatch/sink-queue.ts';
import { instructionOfText } from '../../../src/events/setpoints/instruction-text.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { sitesOf } from '../../support/fleet-database.ts';
import { createTestClock } from '../../support/test-clock.ts';
import { testDatabase } from '../../support/test-database.ts';

type Answer = (one: Dispatch) => string | undefined;

const nothing: Told = { instruction: { setpoints: [] }, text: '{"setpoints":[]}' };

function told(value: number): Told {
  const text = JSON.stringify({
    setpoints: [
      {
        type: 'SIMPLE',
        values: [value],
        fromMs: 0,
        untilMs: null,
        eventId: 'e',
        version: 1,
        programId: null,
      },
    ],
  });
  return { instruction: instructionOfText(text), text };
}

function dispatch(loadId: string, what: Told, dueMs = 0, untilMs: number | null = null): QueuedDispatch {
  const load = { loadId, venName: 'v', siteId: 's', component: 'c', vtnResourceId: 'r' };
  const { instruction } = what;
  const events = [{ eventId: 'e', version: 1 }];
  return { id: `${loadId} ${dueMs} ${what.text}`, load, instruction, told: what, events, dueMs, untilMs };
}

/** A queue that runs, over a real database; `answer`: why the sink does not take one. `pause` holds hand-overs back. */
async function setUp(t: TestContext, answer: Answer = () => undefined) {
  const database = testDatabase(t, sitesOf({ Aalborg: 1 }));
  const store = await openStore(database.path);
  const clock = createTestClock();
  const taken: string[] = [];
  const ends: string[] = [];
  const states: (string | null)[] = [];
  let gate: Promise<void> = Promise.resolve();
  const sink: Sink = {
    name: 'memory',
    batchSize: 2,
    async handOver(batch) {
      await gate;
      const failed = new Map<string, string>();
      for (const one of batch) {
        const why = answer(one);
        if (why === undefined) taken.push(`${one.load.loadId}:${askedOf(one)}`);
        else failed.set(one.id, why);
      }
      return { failed };
    },
    whichArrived: async () => new Set(),
    close: async () => undefined,
  };
  const writes = new Set<Promise<void>>();
  const written = (write: Promise<void>) => {
    writes.add(write);
    return write.finally(() => writes.delete(write));
  };
  const queue = createSinkQueue({
    sink,
    store: {
      noteDispatches: (all) => written(store.noteDispatches(all)),
      recordDispatches: (all) => written(store.recordDispatches(all)),
    },
    clock,
    lateAfterMs: 1_000,
    onNews: ({ end, dispatches }) => void ends.push(...dispatches.map(({ load }) => `${load.loadId} ${end}`)),
    onState: (_sink, problem) => void states.push(problem),
  });
  const stop = new AbortController();
  const running = queue.run(stop.signal);
  t.after(async () => {
    stop.abort();
    await clock.runUntil(running);
    await store.close();
  });
  /** Lets time pass, and the database write what is to be written at each moment. */
  const pass = async (ms: number) => {
    for (const until = clock.now() + ms; ; ) {
      await clock.advance(0);
      while (writes.size > 0) {
        await Promise.all(writes);
        await clock.advance(0);
      }
      if (clock.now() >= until) return;
      await clock.advance(Math.min(250, until - clock.now()));
    }
  };
  /** Until it is opened again. */
  const pause = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    return resolve;
  };
  const counts = async () => {
    const [all] = await store.dispatchCounts('e');
    assert.ok(all);
    const { handed, late, missed, replaced, open } = all;
    return { handed, late, missed, replaced, open };
  };
  return { queue, store, pass, taken, ends, states, pause, counts };
}

function askedOf({ instruction: { setpoints } }: Dispatch): string {
  return setpoints.map(({ values }) => String(values[0])).join() || 'nothing';
}

test('what is offered is handed over, or handed over late, and the journal says which', async (t) => {
  const { queue, pass, taken, counts } = await setUp(t);
  await pass(5_000);
  await queue.offer([dispatch('a', told(1), 4_500), dispatch('b', told(1), 1_000)]);
  await pass(10);
  assert.deepEqual(taken, ['b:1', 'a:1'], 'what was due first goes first');
  assert.deepEqual(await counts(), { handed: 1, late: 1, missed: 0, replaced: 0, open: 0 });
  assert.equal(queue.lastTold('a').text, told(1).text);
});

test('a sink that takes nothing is tried again until it does, and is told of once', async (t) => {
  let isDown = true;
  const { queue, pass, taken, states, counts } = await setUp(t, () => (isDown ? 'it is down' : undefined));
  await queue.offer([dispatch('a', told(1)), dispatch('b', told(1)), dispatch('c', told(1), 0, 5_000)]);
  await pass(10_000);
  isDown = false;
  await pass(20_000);
  assert.deepEqual(taken.toSorted(), ['a:1', 'b:1']);
  assert.deepEqual(states, ['it is down', null]);
  assert.deepEqual(await counts(), { handed: 0, late: 2, missed: 1, replaced: 0, open: 0 });
  assert.equal(queue.depth(), 0);
});

test('one that the sink never takes keeps no other waiting', async (t) => {
  const { queue, pass, taken } = await setUp(t, ({ load }) =>
    load.loadId === 'bad' ? 'no topic' : undefined,
  );
  await queue.offer([dispatch('bad', told(1)), dispatch('a', told(1))]);
  await pass(60_000);
  await queue.offer([dispatch('b', told(1), 60_000)]);
  await pass(10);
  assert.deepEqual(taken, ['a:1', 'b:1']);
  assert.equal(queue.depth(), 1);
});

test('of one load only one is under way, and the newest follows it', async (t) => {
  const { queue, pass, taken, pause, counts } = await setUp(t);
  const open = pause();
  await queue.offer([dispatch('a', told(1))]);
  await pass(10);
  await queue.offer([dispatch('a', told(2), 1)]);
  await queue.offer([dispatch('a', told(3), 2)]);
  await pass(10);
  assert.equal(queue.depth(), 2);
  open();
  await pass(10);
  assert.deepEqual(taken, ['a:1', 'a:3']);
  assert.deepEqual(await counts(), { handed: 2, late: 0, missed: 0, replaced: 1, open: 0 });
});

test('one that fails while its successor is being noted is replaced, not forgotten', async (t) => {
  let isDown = true;
  const { queue, pass, pause, store, counts } = await setUp(t, () => (isDown ? 'it is down' : undefined));
  const open = pause();
  await queue.offer([dispatch('a', told(1))]);
  await pass(10);
  const note = store.noteDispatches.bind(store);
  t.mock.method(store, 'noteDispatches', async (all: Parameters<typeof note>[0]) => {
    open();
    // The hand-over fails before this one is noted.
    for (let turns = 0; turns < 20; turns++) await turn();
    isDown = false;
    await note(all);
  });
  await queue.offer([dispatch('a', told(2), 1)]);
  await pass(1_000);
  const { open: left, ...ended } = await counts();
  assert.equal(left, 0);
  assert.deepEqual(ended, { handed: 1, late: 0, missed: 0, replaced: 1 });
});

test('a load that was perhaps told something is told that it is taken back', async (t) => {
  let isDown = true;
  const { queue, pass, taken, ends } = await setUp(t, () => (isDown ? 'no answer came' : undefined));
  await queue.offer([dispatch('a', told(1), 0, 2_000)]);
  await pass(5_000);
  assert.deepEqual(ends, ['a missed']);
  assert.deepEqual([...queue.loads()], ['a']);
  isDown = false;
  await queue.offer([dispatch('a', nothing, 2_000)]);
  await pass(20_000);
  assert.deepEqual(taken, ['a:nothing']);
  assert.deepEqual([...queue.loads()], []);
});

test('what has its time while a sink is down is missed then, and not when the sink is tried next', async (t) => {
  const { queue, store, pass } = await setUp(t, () => 'no answer came');
  const untils = [33_000, 41_000, 47_000];
  await queue.offer(untils.map((untilMs) => dispatch(`until ${untilMs}`, told(1), 0, untilMs)));
  await pass(50_000);
  const history = await store.dispatchHistory({ eventId: 'e', limit: 10 });
  for (const { end, endMs, untilMs } of history) assert.deepEqual([end, endMs], ['missed', untilMs]);
  assert.equal(history.length, untils.length);
});

test('what was never tried, and is taken back, is not handed over at all', async (t) => {
  const { queue, pass, taken, pause, counts } = await setUp(t);
  const open = pause();
  await queue.offer(['x', 'y'].map((loadId) => dispatch(loadId, told(1))));
  await pass(10);
  await queue.offer([dispatch('x', told(2), 1)]);
  await queue.offer([dispatch('x', told(1), 2)]);
  open();
  await pass(10);
  assert.deepEqual(taken, ['x:1', 'y:1']);
  assert.deepEqual(await counts(), { handed: 2, late: 0, missed: 0, replaced: 1, open: 0 });
});
