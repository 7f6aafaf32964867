import assert from 'node:assert/strict';
import { test } from 'node:test';
import { campaign } from './campaign.ts';
import { scenarios } from './scenarios.ts';

/** The small version of `npm run test:crash`: two kinds of VTN, two kills each. */
test('killed with SIGKILL and started again, it loses, doubles and confuses no load', async () => {
  const chosen = [scenarios[0], scenarios[2]].filter((scenario) => scenario !== undefined);
  const seed = 4;
  for (const scenario of chosen) {
    const options = { scenarios: [scenario], kills: 2, seed, vens: 10, timeLimitMs: 60_000 };
    for await (const report of campaign(options)) {
      assert.ok(report.ok, `seed ${seed}, ${report.scenario}: ${JSON.stringify(report, undefined, 1)}`);
    }
  }
});
