import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDispatcher } from '../../../src/events/dispatch/dispatcher.ts';
import { type Told, toldNothing } from '../../../src/events/dispatch/due-time.ts';
import type { Plan } from '../../../src/events/dispatch/plan.ts';
import type { QueuedDispatch, SinkQueue } from '../../../src/events/dispatch/sink-queue.ts';
import { defaultPolicy } from '../../../src/events/setpoints/policy.ts';
import { ask, loadOf } from '../setpoints/loads.ts';

/** One load, and a sink that takes all at once; `isAsked`: whether SIMPLE 2, from 1000 on, is asked of it. */
function setUp() {
  const offered: QueuedDispatch[] = [];
  const inForce = new Map<string, Told>();
  const queue = {
    sink: { name: 'memory' },
    lastTold: (loadId: string) => inForce.get(loadId) ?? toldNothing,
    loads: () => inForce.keys(),
    async offer(dispatches: readonly QueuedDispatch[]) {
      offered.push(...dispatches);
      for (const { load, told } of dispatches) inForce.set(load.loadId, told);
      return dispatches.length;
    },
  } as unknown as SinkQueue;
  const state = { isAsked: true };
  const load = { ...loadOf('load_1'), vtnResourceId: 'r', unreachable: null };
  const plan = {
    load: () => load,
    numberOf: () => 0,
    concerned: () => [0],
    askedAt: () => () => (state.isAsked ? [ask('SIMPLE', 2)] : []),
  } as unknown as Plan;
  const store = { dispatchesInForce: async () => [] };
  const dispatcher = createDispatcher({ policy: defaultPolicy, queues: [queue], store, heardMs: () => 500 });
  return { dispatcher, plan, state, offered };
}

test('a load is told once, due when its event began, and not again while it stays', async () => {
  const { dispatcher, plan, offered } = setUp();
  const { told } = await dispatcher.tellAll(plan, 3_000);
  assert.equal(told, 1);
  assert.equal(offered[0]?.dueMs, 1_000);
  const again = await dispatcher.tellAll(plan, 4_000);
  assert.deepEqual([again.loads, again.told, again.unchanged], [1, 0, 1]);
});

test('what is asked again after a pause that no event made is another dispatch, due then', async () => {
  const { dispatcher, plan, state, offered } = setUp();
  await dispatcher.tellAll(plan, 3_000);
  state.isAsked = false;
  await dispatcher.tellAll(plan, 4_000);
  state.isAsked = true;
  await dispatcher.tellAll(plan, 5_000);
  assert.deepEqual(
    offered.map(({ dueMs }) => dueMs),
    [1_000, 4_000, 5_000],
  );
  assert.equal(new Set(offered.map(({ id }) => id)).size, 3);
});
