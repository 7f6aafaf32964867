import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AskedWait, createAskedWaits } from '../../src/delivery/asked-waits.ts';
import { createTestClock } from '../support/test-clock.ts';

test('answers that ask for the same time count once, and a wait as long as it has lasted', async () => {
  const clock = createTestClock();
  const told: AskedWait[] = [];
  const waits = createAskedWaits(clock, (wait) => told.push(wait));
  waits.asked('vtn', 429, 30_000);
  await clock.advance(50);
  // In flight when the first was refused.
  waits.asked('vtn', 429, 30_000);
  waits.asked('vtn', 503, 0);
  await clock.advance(9_950);
  assert.deepEqual(waits.totals().vtn, { times: 1, seconds: 10 });
  waits.asked('vtn', 503, 60_000);
  await clock.advance(100_000);
  assert.deepEqual(waits.totals().vtn, { times: 1, seconds: 70 });
  waits.asked('vtn', 429, 5_000);
  await clock.advance(1_000_000);
  assert.deepEqual(waits.totals(), {
    vtn: { times: 2, seconds: 75 },
    tokenEndpoint: { times: 0, seconds: 0 },
  });
  assert.deepEqual(told, [
    { by: 'vtn', status: 429, seconds: 30 },
    { by: 'vtn', status: 503, seconds: 60 },
    { by: 'vtn', status: 429, seconds: 5 },
  ]);
});

test('what is longer than is ever waited is cut, and the token endpoint has an account of its own', async () => {
  const clock = createTestClock();
  const waits = createAskedWaits(clock);
  waits.asked('token-endpoint', 503, 86_400_000);
  await clock.advance(1_000_000);
  assert.deepEqual(waits.totals(), {
    vtn: { times: 0, seconds: 0 },
    tokenEndpoint: { times: 1, seconds: 120 },
  });
});
