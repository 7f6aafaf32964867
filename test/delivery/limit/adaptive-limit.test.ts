import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../../src/core/clock.ts';
import { seededRandom } from '../../../src/core/random.ts';
import { createAdaptiveLimit } from '../../../src/delivery/limit/adaptive-limit.ts';
import { fixedLimit, type Limit } from '../../../src/delivery/limit/in-flight-limit.ts';
import {
  between,
  clockOf,
  createTimeline,
  drive,
  groupCommitServer,
  type WorkerModel,
  workerServer,
} from './model.ts';

const usual: WorkerModel = {
  workers: 32,
  serviceMs: 10,
  spread: 0,
  latencyMs: 0.4,
  stalledUntil: 0,
  dropShare: 0,
};

/** Runs a limit against workers, some of whose properties change at some times (milliseconds). */
function run(
  model: Partial<WorkerModel>,
  untilMs: number,
  changes: Record<number, Partial<WorkerModel>> = {},
  makeLimit = (clock: Clock): Limit => createAdaptiveLimit(clock),
) {
  const timeline = createTimeline();
  const state = { ...usual, ...model };
  for (const [at, change] of Object.entries(changes))
    timeline.at(Number(at), () => Object.assign(state, change));
  const limit = makeLimit(clockOf(timeline));
  return drive(timeline, limit, workerServer(timeline, state, seededRandom(1)), untilMs);
}

/** What 32 workers of 10 ms can do a second. */
const capacity = 3_200;

for (const [name, model] of Object.entries({
  'workers of equal speed': {},
  'workers of very unequal speed': { spread: 0.5 },
})) {
  test(`${name} are kept busy, and no long queue is made before them`, () => {
    const { perSecond, p99Ms } = between(run(model, 20_000), 3_000, 20_000);
    const alone = between(
      run(model, 20_000, {}, () => fixedLimit(1)),
      0,
      20_000,
    );
    assert.ok(perSecond >= 0.95 * capacity, `${perSecond}/s`);
    assert.ok(p99Ms <= 3 * alone.p99Ms, `${p99Ms} ms at the 99th percentile, ${alone.p99Ms} ms unloaded`);
  });
}

test('where latency stays the same, as many are in flight as may be, within a second', () => {
  const seen = run({ workers: 100_000, serviceMs: 20 }, 3_000);
  assert.equal(between(seen, 1_000, 3_000).least, 1_024);
});

test('capacity that is halved, and restored, is followed within two seconds', () => {
  const seen = run({}, 18_000, { 6000: { workers: 16 }, 12000: { workers: 32 } });
  const halved = between(seen, 8_000, 12_000);
  const restored = between(seen, 14_000, 18_000);
  assert.ok(halved.perSecond >= 0.95 * (capacity / 2), `halved: ${halved.perSecond}/s`);
  assert.ok(halved.p99Ms <= 45, `halved: ${halved.p99Ms} ms`);
  assert.ok(restored.perSecond >= 0.95 * capacity, `restored: ${restored.perSecond}/s`);
});

test('a stall of five seconds is over when it is over', () => {
  const seen = run({}, 15_000, { 4000: { stalledUntil: 9_000 } });
  const after = between(seen, 9_500, 15_000);
  assert.ok(after.perSecond >= 0.95 * capacity, `${after.perSecond}/s`);
});

test('a VTN that answers "too busy" gets fewer', () => {
  const seen = run({}, 8_000, { 4000: { dropShare: 0.5 } });
  assert.ok(between(seen, 6_000, 8_000).most <= 4, `${between(seen, 6_000, 8_000).most} in flight`);
});

for (const [whose, load] of [
  ['', 0],
  [', though this process is busy', 1],
] as const) {
  test(`where many at a time cost a server little more than one, many are sent${whose}`, () => {
    const timeline = createTimeline();
    const limit = createAdaptiveLimit(clockOf(timeline), { ownLoad: () => load });
    const seen = drive(timeline, limit, groupCommitServer(timeline, 5, 0.02), 20_000);
    // 512 at a time would give 34,000 a second, 248 at a time 25,000, 8 at a time 1,500.
    const { perSecond } = between(seen, 10_000, 20_000);
    assert.ok(perSecond >= 30_000, `${perSecond}/s`);
  });
}

test('where this process is what is slow, some milliseconds of requests are in flight: no fewer, no more', () => {
  // One worker with a queue stands for the process itself: 20,000 a second.
  const slowClient = { workers: 1, serviceMs: 0.05, latencyMs: 0.2 };
  const seen = run(slowClient, 3_000, {}, (clock) => createAdaptiveLimit(clock, { ownLoad: () => 1 }));
  const { perSecond, medianMs } = between(seen, 1_000, 3_000);
  assert.ok(perSecond >= 0.99 * 20_000, `${perSecond}/s`);
  assert.ok(medianMs >= 2 && medianMs <= 6, `${medianMs} ms`);
});
