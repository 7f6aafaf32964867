import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Told } from '../../../src/events/dispatch/due-time.ts';
import type { Plan } from '../../../src/events/dispatch/plan.ts';
import { resumeOpen } from '../../../src/events/dispatch/resume-open.ts';
import { createSinkQueue } from '../../../src/events/dispatch/sink-queue.ts';
import type { DispatchResult, JournalDispatch } from '../../../src/store/event-store.ts';
import { createTestClock } from '../../support/test-clock.ts';

const nowMs = 10_000;

function open(loadId: string, level: number, dueMs: number, untilMs: number | null = null): JournalDispatch {
  const setpoint = { type: 'SIMPLE', values: [level], fromMs: 0, untilMs, eventId: 'e', version: 1 };
  const instruction = JSON.stringify({ setpoints: [setpoint] });
  const events = [{ eventId: 'e', version: 1 }];
  return { dispatchId: `${loadId} ${level}`, sink: 'memory', loadId, instruction, events, dueMs, untilMs };
}

/** `arrived`: the ids that the sink knows of. Loads of the fleet are a, b and c. */
async function resume(left: readonly JournalDispatch[], arrived: readonly string[] = []) {
  const ends = new Map<string, string>();
  const store = {
    openDispatches: async () => [...left],
    noteDispatches: async () => undefined,
    recordDispatches: async (results: readonly DispatchResult[]) => {
      for (const { dispatchId, end } of results) ends.set(dispatchId, end);
    },
  };
  const sink = {
    name: 'memory',
    batchSize: 10,
    handOver: async () => ({ failed: new Map() }),
    whichArrived: async () => new Set(arrived),
    close: async () => undefined,
  };
  const nobody = () => undefined;
  const clock = createTestClock(nowMs);
  const queue = createSinkQueue({ sink, store, clock, lateAfterMs: 1, onNews: nobody, onState: nobody });
  const plan = {
    numberOf: (loadId: string) => ({ a: 0, b: 1, c: 2 })[loadId],
    load: (number: number) => ({ loadId: 'abc'[number], venName: 'v', siteId: 's', component: 'c' }),
  } as unknown as Plan;
  const counts = await resumeOpen(queue, store, plan, nowMs, new AbortController().signal);
  const sum = counts.arrived + counts.resumed + counts.missed + counts.replaced;
  assert.equal(sum, left.length, 'each in one of them');
  return { counts, ends, queue };
}

const levelOf = ({ instruction: { setpoints } }: Told) => setpoints[0]?.values[0];

test('what arrived is handed over, the newest goes on, the others end', async () => {
  const left = [
    open('a', 1, 1),
    open('a', 2, 2),
    open('b', 1, 1),
    open('gone', 1, 1),
    open('c', 1, 1, 9_000),
  ];
  const { counts, ends, queue } = await resume(left, ['b 1']);
  assert.deepEqual(counts, { arrived: 1, resumed: 1, missed: 2, replaced: 1 });
  const expected = { 'a 1': 'replaced', 'b 1': 'handed', 'gone 1': 'missed', 'c 1': 'missed' };
  assert.deepEqual(Object.fromEntries(ends), expected);
  assert.equal(queue.depth(), 1);
  assert.equal(levelOf(queue.lastTold('a')), 2);
  assert.equal(queue.lastTold('b').text, left[2]?.instruction);
});

test('a load that perhaps does what has had its time is told something in any case', async () => {
  const { queue } = await resume([open('a', 1, 1, 9_000)]);
  assert.deepEqual([...queue.loads()], ['a']);
  assert.notEqual(queue.lastTold('a').text, '{"setpoints":[]}');
});

test('an older one that arrived is what the load does, where the newer did not and is missed', async () => {
  const { queue, counts } = await resume([open('a', 1, 1), open('a', 2, 2, 9_000)], ['a 1']);
  assert.deepEqual(counts, { arrived: 1, resumed: 0, missed: 1, replaced: 0 });
  assert.deepEqual([...queue.loads()], ['a']);
});
