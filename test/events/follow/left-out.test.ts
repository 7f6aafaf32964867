import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan } from '../../../src/events/dispatch/plan.ts';
import { createLeftOut } from '../../../src/events/follow/left-out.ts';
import { defaultPolicy } from '../../../src/events/setpoints/policy.ts';

test('a load that is meant, and neither reached nor unreachable, is seen', async () => {
  const event = (meant: number) => ({
    stored: { eventId: 'e', version: 1 },
    timeline: { at: () => [{}] },
    resolution: { loads: Int32Array.of(0, 1), meant, unreachable: { suspended: 1 } },
  });
  const plan = (meant: number) => ({ events: [event(meant)] }) as unknown as Plan;
  const store = { eventNotes: async () => [] };
  const leftOut = createLeftOut({ policy: defaultPolicy, queues: [], store });
  assert.deepEqual(await leftOut(plan(3), 0, false), []);
  await assert.rejects(leftOut(plan(5), 0, false), {
    code: 'LOADS_UNACCOUNTED',
    message: /^2 loads .*\(2 of event e\)\.$/,
  });
});
