import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunView } from '../../src/server/schemas/runs.ts';
import { countParts, progressOf } from '../../src/web/run-progress.ts';

const run: RunView = {
  runId: 1,
  command: 'register',
  by: 'schedule',
  state: 'running',
  started: '2026-01-15T00:00:00.000Z',
  ended: null,
  total: 1_000,
  counts: { skipped: 100, failed: 50, registered: 250, left: 600 },
  perSecond: 60,
  reasons: [],
  problem: null,
  code: null,
};

test('progress: what is left is not done', () => {
  assert.deepEqual(progressOf(run), { done: 400, share: 0.4, leftMs: 10_000 });
  assert.deepEqual(progressOf({ ...run, perSecond: 0 }), { done: 400, share: 0.4, leftMs: null });
  assert.deepEqual(progressOf({ ...run, total: null }), { done: 400, share: null, leftMs: null });
});

test('counts come in their order, without nothings, and unknown ones in words', () => {
  const parts = countParts({ ...run.counts, conflict: 0, someThing: 3 });
  assert.deepEqual(
    parts.map(({ words, value }) => `${value} ${words}`),
    ['250 registered', '50 failed', '600 left for the next run', '100 skipped', '3 some thing'],
  );
});
