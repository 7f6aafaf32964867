import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyText } from '../../../src/cli/render/apply.ts';

const none = { create: 0, update: 0, remove: 0, correct: 0, conflict: 0, stranger: 0 };
const noWait = { times: 0, seconds: 0 };
const waits = { vtn: noWait, tokenEndpoint: noWait };

test('what was found is counted apart from what was created, and conflicts are named', () => {
  const counts = { ...none, create: 44, conflict: 1 };
  const text = applyText({
    success: false,
    interrupted: false,
    declined: false,
    created: 2,
    found: 42,
    updated: 0,
    removed: 0,
    corrected: 0,
    failed: 0,
    failures: [],
    elapsedSeconds: 0.1,
    waits,
    plan: {
      agrees: false,
      interrupted: false,
      loads: 45,
      inSync: 0,
      skipped: 0,
      resources: 2,
      counts,
      actions: [],
      unlistedVens: [],
      waits,
      elapsedSeconds: 0.1,
    },
  });
  assert.deepEqual(text, [
    'Applied: 2 created, 42 found on the VTN, 0 updated, 0 removed (0.1 s).',
    'Left to you: 1 conflict; "venfleet plan" shows them.',
  ]);
});
