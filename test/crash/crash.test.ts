import assert from 'node:assert/strict';
import { test } from 'node:test';
import { campaign } from './campaign.ts';
import { eventCampaign } from './events.ts';
import { reportCampaign } from './reports.ts';
import { scenarios } from './scenarios.ts';

/** The small version of `npm run test:crash`: two kinds of VTN, one kill each. */
test('killed with SIGKILL and started again, it loses, doubles and confuses no load', async () => {
  const chosen = [scenarios[0], scenarios[2]].filter((scenario) => scenario !== undefined);
  const seed = 4;
  for (const scenario of chosen) {
    const options = { scenarios: [scenario], kills: 1, seed, vens: 10, timeLimitMs: 60_000 };
    for await (const report of campaign(options)) {
      assert.ok(report.ok, `seed ${seed}, ${report.scenario}: ${JSON.stringify(report, undefined, 1)}`);
    }
  }
});

/** The small version of `npm run test:crash:reports`. */
test('killed with SIGKILL and started again, a history is told to the VTN once', async () => {
  const seed = 4;
  const size = { vens: 2, hours: 100, kills: 1, timeLimitMs: 60_000 };
  for await (const fleet of reportCampaign({ ...size, profiles: ['openadr-3.1'], seed })) {
    assert.ok(fleet.ok && fleet.kills === 1, `seed ${seed}: ${JSON.stringify(fleet, undefined, 1)}`);
  }
});

/** The small version of `npm run test:crash:events`. */
test('killed with SIGKILL and started again, each load does what events ask, and is told it once', async () => {
  const seed = 4;
  for await (const fleet of eventCampaign({ kills: 1, fleets: 1, vens: 2, timeLimitMs: 60_000, seed })) {
    assert.ok(fleet.ok && fleet.kills === 1, `seed ${seed}: ${JSON.stringify(fleet, undefined, 1)}`);
  }
});
