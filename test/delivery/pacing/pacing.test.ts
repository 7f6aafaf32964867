import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { systemClock } from '../../../src/core/clock.ts';
import { longestRetryAfterMs } from '../../../src/core/retry.ts';
import { fixedLimit } from '../../../src/delivery/limit/in-flight-limit.ts';
import { batchPacing } from '../../../src/delivery/pacing/batch-pacing.ts';
import type { Entrance, Traffic } from '../../../src/delivery/pacing/gate.ts';
import type { Pacing } from '../../../src/delivery/pacing/pacing.ts';
import { windowPacing } from '../../../src/delivery/pacing/window-pacing.ts';
import { createTestClock } from '../../support/test-clock.ts';

const fixed = (limit: number) => {
  const own = fixedLimit(limit);
  return { limitOf: () => own };
};
const fine = () => ({ end: 'success' }) as const;

/** A job's way through the gate of a pacing. */
function enter(
  pacing: Pacing,
  { signal = new AbortController().signal, ...traffic }: Partial<Traffic> = {},
): Entrance {
  return pacing.gate.entrance({ lane: 'usual', kind: 'load', signal, ...traffic });
}

async function* numbers(count: number): AsyncGenerator<number> {
  for (let n = 0; n < count; n++) yield n;
}

/** Counts what goes through an entrance. */
function meter(entrance: Entrance, during: () => Promise<unknown> = turn) {
  const seen = { inFlight: 0, most: 0, done: 0 };
  const work = async () => {
    await entrance.pass(async () => {
      seen.inFlight++;
      seen.most = Math.max(seen.most, seen.inFlight);
      await during();
      seen.inFlight--;
      seen.done++;
    }, fine);
  };
  return { seen, work };
}

test('a window is kept full and never exceeded', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 0, max: 60 }),
      async (limit, items) => {
        const pacing = windowPacing(fixed(limit), systemClock);
        const entrance = enter(pacing);
        const { seen, work } = meter(entrance);
        await pacing.drive(numbers(items), work, entrance);
        assert.equal(seen.done, items);
        assert.equal(seen.most, Math.min(limit, items));
      },
    ),
    { numRuns: 30 },
  );
});

test('what waits to be tried again holds no place', async () => {
  const pacing = windowPacing(fixed(1), systemClock);
  const entrance = enter(pacing);
  const order: string[] = [];
  let release: (() => void) | undefined;
  const rest = new Promise<void>((resolve) => (release = resolve));
  await pacing.drive(
    numbers(2),
    async (n) => {
      if (n === 0) await rest;
      await entrance.pass(async () => order.push(String(n)), fine);
      release?.();
    },
    entrance,
  );
  assert.deepEqual(order, ['1', '0']);
});

test('a window with room is filled, even where all that began before waits to be tried again', async () => {
  const pacing = windowPacing(fixed(2), systemClock);
  const entrance = enter(pacing);
  let begun = 0;
  let release: (() => void) | undefined;
  const allHaveBegun = new Promise<void>((resolve) => (release = resolve));
  await pacing.drive(
    numbers(20),
    async () => {
      await entrance.pass(async () => {
        await turn();
        if (++begun === 20) release?.();
      }, fine);
      await allHaveBegun;
    },
    entrance,
  );
  assert.equal(begun, 20);
});

test('batches: so many at a time, all awaited, a sleep between two and none after the last', async () => {
  const clock = createTestClock();
  const pacing = batchPacing({ size: 20, delaySeconds: 0.5 }, clock);
  const entrance = enter(pacing);
  const begun: number[] = [];
  const running = pacing.drive(
    numbers(50),
    async () => {
      begun.push(clock.monotonic());
      await turn();
    },
    entrance,
  );
  await clock.runUntil(running);
  assert.deepEqual(
    [begun.filter((at) => at === 0).length, begun.filter((at) => at === 500).length],
    [20, 20],
  );
  assert.equal(begun.filter((at) => at === 1000).length, 10);
  assert.equal(clock.monotonic(), 1000);
});

test('a pause holds back every exchange until it is over', async () => {
  const clock = createTestClock();
  const pacing = windowPacing(fixed(4), clock);
  const entrance = enter(pacing);
  const asksForPause = () => ({ end: 'dropped', pauseMs: 250 }) as const;
  await entrance.pass(async () => undefined, asksForPause);
  const at: number[] = [];
  await clock.runUntil(
    pacing.drive(
      numbers(6),
      async () => void (await entrance.pass(async () => at.push(clock.monotonic()), fine)),
      entrance,
    ),
  );
  assert.deepEqual(at, Array(6).fill(250));
});

test('a pause is no longer than the longest Retry-After that is honoured', async () => {
  const clock = createTestClock();
  const pacing = windowPacing(fixed(4), clock);
  const entrance = enter(pacing);
  const asksForDays = () => ({ end: 'dropped', pauseMs: 86_400_000 }) as const;
  await entrance.pass(async () => undefined, asksForDays);
  const at = await clock.runUntil(entrance.pass(async () => clock.monotonic(), fine));
  assert.equal(at, longestRetryAfterMs);
});

test('an abort lets nobody wait: exchanges not begun give undefined, those begun finish', async () => {
  const controller = new AbortController();
  const pacing = windowPacing(fixed(1), systemClock);
  const entrance = enter(pacing, { signal: controller.signal });
  const results: unknown[] = [];
  await pacing.drive(
    numbers(10),
    async () => {
      results.push(
        await entrance.pass(async () => {
          controller.abort();
          await turn();
          return 'finished';
        }, fine),
      );
    },
    entrance,
  );
  assert.equal(results.filter((result) => result === 'finished').length, 1);
  assert.ok(results.length < 10);
});

for (const [name, make] of [
  ['window', () => windowPacing(fixed(3), systemClock)],
  ['batch', () => batchPacing({ size: 3, delaySeconds: 0 }, systemClock)],
] as const) {
  test(`${name}: an error stops the drive, but only after what had begun has ended`, async () => {
    const pacing = make();
    const entrance = enter(pacing);
    let begun = 0;
    let ended = 0;
    const driving = pacing.drive(
      numbers(100),
      async (n) => {
        begun++;
        await entrance.pass(() => turn(), fine);
        ended++;
        if (n === 4) throw new Error('broken');
      },
      entrance,
    );
    await assert.rejects(driving, /broken/);
    assert.equal(begun, ended);
    assert.ok(begun < 100);
  });
}
