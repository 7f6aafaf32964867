import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barText } from '../../../src/cli/render/bar-text.ts';
import { registrationLine } from '../../../src/cli/render/registration-lines.ts';

test('the VENs that are counted first are those that are counted through', () => {
  const started = { type: 'started', vens: 5, pendingVens: 2, total: 90, pending: 42 } as const;
  const first = (pendingWithoutVen: boolean) => registrationLine({ ...started, pendingWithoutVen });
  assert.equal(first(false), 'Registering 42 of 90 loads of 2 VENs');
  assert.equal(first(true), 'Registering 42 of 90 loads of 2 VENs, and of sites without one');
});

test('the rate is of what was registered: broken rows fail by the ten thousand', () => {
  const state = {
    total: 100_000,
    done: 50_000,
    failed: 49_990,
    perSecond: 95_135,
    goodPerSecond: 3,
    phase: '',
  };
  assert.match(barText(state, 100), / 3\/s .*0:01 left/);
});
