import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRecorder } from '../../src/delivery/recorder.ts';
import { createTestClock } from '../support/test-clock.ts';

/** Adds a result every 50 ms to a store that takes `ms` for a batch; returns when batches came to it. */
async function batchesOf(ms: number, lastMs: number): Promise<number[]> {
  const clock = createTestClock();
  const times: number[] = [];
  const recorder = createRecorder<number>(
    {
      async write(results) {
        times.push(clock.monotonic());
        await clock.sleep(ms);
        return results;
      },
      stored: () => {},
      broken: () => {},
    },
    clock,
  );
  for (let n = 0; clock.monotonic() < lastMs; n++) {
    recorder.add(n);
    await clock.advance(50);
  }
  return times;
}

test('results are stored a quarter of a second after they came, less often where storing takes long', async () => {
  assert.deepEqual(await batchesOf(10, 1_000), [250, 500, 750, 1_000]);
  assert.deepEqual(await batchesOf(50, 1_500), [250, 500, 1_000, 1_500]);
  assert.deepEqual(await batchesOf(500, 4_000), [250, 750, 1_750, 2_750, 3_750]);
});
