import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { defaultRetryPolicy, longestRetryAfterMs, retryDelayMs } from '../../src/core/retry.ts';

const policy = { maxAttempts: 10, baseMs: 100, capMs: 10_000 };

test('waits double from try to try, up to the cap', () => {
  const longest = (attempt: number) => retryDelayMs(attempt, policy, () => 1, undefined);
  assert.deepEqual([1, 2, 3, 7, 8, 100].map(longest), [100, 200, 400, 6_400, 10_000, 10_000]);
  assert.equal(
    retryDelayMs(5, policy, () => 0, undefined),
    0,
  );
  assert.equal(
    retryDelayMs(3, policy, () => 0.25, undefined),
    100,
  );
});

test('never shorter than the VTN asks for, never longer by more than the jitter', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2000 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.option(fc.nat(10 * longestRetryAfterMs), { nil: undefined }),
      (attempt, drawn, asked) => {
        const delay = retryDelayMs(attempt, policy, () => drawn, asked);
        const least = Math.min(asked ?? 0, longestRetryAfterMs);
        return delay >= least && delay <= least + policy.capMs;
      },
    ),
  );
});

test('an absurd Retry-After is cut', () => {
  const delay = retryDelayMs(1, policy, () => 0, Number.POSITIVE_INFINITY);
  assert.equal(delay, longestRetryAfterMs);
});

test('the usual policy gives a VTN that restarts about half a minute', () => {
  const { maxAttempts } = defaultRetryPolicy;
  const waits = Array.from({ length: maxAttempts - 1 }, (_, index) =>
    retryDelayMs(index + 1, defaultRetryPolicy, () => 0.5, undefined),
  );
  const total = waits.reduce((sum, wait) => sum + wait, 0);
  assert.ok(total > 10_000 && total < 60_000, String(total));
});
