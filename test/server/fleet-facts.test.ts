import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as aTurn } from 'node:timers/promises';
import type { FleetViews } from '../../src/api/views/fleet-views.ts';
import { createFactsReader } from '../../src/server/fleet-facts.ts';
import { createTestClock } from '../support/test-clock.ts';

/** Views of a fleet of so many sites, which take until `read` is called. */
function slowViews() {
  const counts: PromiseWithResolvers<{ cells: []; sites: number }>[] = [];
  let marks = 0;
  const views = {
    mark: async () => String(marks++),
    counts: () => {
      const one = Promise.withResolvers<{ cells: []; sites: number }>();
      counts.push(one);
      return one.promise;
    },
    ...{ dispatchTotals: async () => [], reports: async () => [], events: async () => [] },
    runs: async () => [],
  } as unknown as FleetViews;
  const read = async (sites: number) => {
    await aTurn();
    counts.at(-1)?.resolve({ cells: [], sites });
    await aTurn();
  };
  return { views, read };
}

test('who asks while a large fleet is read anew gets what was read before, unless that is old', async () => {
  const clock = createTestClock();
  const { views, read } = slowViews();
  const facts = createFactsReader(views, clock);
  const first = facts.latest();
  await read(1);
  assert.equal((await first).sites, 1);

  const second = await clock.runUntil(facts.latest());
  assert.equal(second.sites, 1, 'before the second reading has ended');
  await read(2);
  const third = await clock.runUntil(facts.latest());
  assert.equal(third.sites, 2);

  await clock.runUntil(clock.sleep(60_000));
  const fourth = facts.latest();
  await read(4);
  assert.equal((await clock.runUntil(fourth)).sites, 4);
});
