/** No instruction and no load of an event is left out silently; what does not add up is seen. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type EventsNews, type Sink, followEvents as withOptions } from '../../src/api/follow-events.ts';
import { postEvent } from '../../src/api/post-event.ts';
import { register } from '../../src/api/register.ts';
import { seededRandom } from '../../src/core/random.ts';
import { createVtnLink } from '../../src/delivery/vtn-link.ts';
import { followEvents } from '../../src/events/follow/follow-events.ts';
import { defaultPolicy } from '../../src/events/setpoints/policy.ts';
import { createTransport, staticToken } from '../../src/openadr/http/http.ts';
import { profileNamed } from '../../src/profiles/choose-profile.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { execute, pythonDatabase, query, sitesOf } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';

const profile = 'openadr-3.1';

/** A registered fleet of 2 sites in Aalborg and 3 in Aarhus: 30 loads. */
async function setUp(t: TestContext) {
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 2, Aarhus: 3 }));
  const simulator = await simulatorFor(t, { dialect: profile });
  const vtn = { vtnUrl: simulator.url, profile, bearerToken: 'secret' } as const;
  await register({ dbPath, ...vtn });
  const post = (value: number, ...targets: string[]) =>
    postEvent({
      ...vtn,
      action: { kind: 'create' },
      wish: { values: [value], targets: targets.map((target) => ({ type: null, value: target })) },
    });
  return { dbPath, vtn, post };
}

/** Takes of each batch what chance lets it. */
function moodySink(seed: number, share: number): Sink {
  const random = seededRandom(seed);
  return {
    name: `moody-${seed}`,
    batchSize: 4,
    handOver: async (batch) => ({
      failed: new Map(batch.filter(() => random() < share).map(({ id }) => [id, 'not in the mood'])),
    }),
    whichArrived: async (inDoubt) => new Set(inDoubt.filter(() => random() < 0.5).map(({ id }) => id)),
    close: async () => undefined,
  };
}

const ends = ['handed', 'late', 'missed', 'replaced'] as const;

for (const seed of [1, 2])
  test(`whatever sinks take, events ask and ends a run, each instruction is accounted for (seed ${seed})`, async (t) => {
    const { dbPath, vtn, post } = await setUp(t);
    const random = seededRandom(seed);
    const ids: string[] = [];
    const sums = { workedOut: 0, handed: 0, late: 0, missed: 0, replaced: 0, open: 0 };
    for (let run = 0; run < 5; run++) {
      const component = `load_${Math.floor(random() * 6)}`;
      if (ids.length > 1 && random() < 0.4)
        await postEvent({ ...vtn, action: { kind: 'cancel', id: ids.shift() as string }, wish: {} });
      else ids.push((await post(1 + (run % 3), ...(random() < 0.5 ? [component] : []))).id);
      const isLast = run === 4;
      const sinks = [moodySink(seed, isLast ? 0 : 0.6), moodySink(seed + 10, isLast ? 0 : 0.1)];
      // Where it is ended in the middle, the next run goes on.
      const stop = new AbortController();
      const summary = await withOptions({
        ...vtn,
        ...{ dbPath, sinks, once: true, signal: stop.signal },
        onNews: ({ type }) => void (type === 'handed-over' && !isLast && stop.abort()),
      });
      assert.equal(summary.takenUp, sums.open, 'what was open is taken up');
      sums.workedOut += summary.workedOut;
      for (const end of ends) sums[end] += summary[end];
      sums.open = summary.open;
    }
    const rows = query(
      dbPath,
      "SELECT coalesce(outcome, 'open') AS word, count(*) AS n FROM venfleet_dispatches GROUP BY 1",
    );
    const journal = Object.fromEntries(rows.map(({ word, n }) => [word, n]));
    const { workedOut, ...ended } = sums;
    assert.deepEqual({ handed: 0, late: 0, missed: 0, replaced: 0, open: 0, ...journal }, ended);
    assert.equal(sums.open, 0);
    assert.ok(workedOut > 0);
  });

/** Follows with this store, once, and a sink that takes all. */
async function followOn(store: Store, vtnUrl: string): Promise<unknown> {
  const transport = createTransport({ url: vtnUrl, tokens: staticToken('secret'), connections: 2 });
  const link = createVtnLink({
    transport,
    pacing: { kind: 'window', concurrency: 2 },
    retry: { maxAttempts: 3, baseMs: 1, capMs: 5, graceMs: 1 },
  });
  try {
    return await followEvents({
      ...{ store, link, policy: defaultPolicy, vens: [], venIds: store.venIds, once: true },
      profile: await profileNamed(profile).jobs.events({ role: 'BL', targetRule: undefined }),
      sinks: [moodySink(1, 0)],
      ...{ pollMs: 30_000, lateAfterMs: 1_000, newSeed: () => 'seed' },
      signal: new AbortController().signal,
    });
  } finally {
    await transport.close();
  }
}

test('an instruction that is counted, and of which nothing becomes, ends a run with an error', async (t) => {
  const { dbPath, vtn, post } = await setUp(t);
  await post(2, 'load_1');
  const stop = new AbortController();
  // The sink takes nothing, so all is left to the next run.
  await withOptions({
    ...vtn,
    ...{ dbPath, sinks: [{ ...moodySink(1, 1) }], once: true, signal: stop.signal },
    onNews: ({ type }) => void (type === 'state' && stop.abort()),
  });
  const whole = await openStore(dbPath);
  t.after(() => whole.close());
  const open = (await whole.openDispatches('moody-1')).length;
  assert.ok(open > 0);
  const store: Store = {
    ...whole,
    async openDispatches(sink) {
      const [first, ...others] = await whole.openDispatches(sink);
      return first ? [first, first, ...others] : [];
    },
  };
  await assert.rejects(followOn(store, vtn.vtnUrl), {
    code: 'INSTRUCTIONS_UNACCOUNTED',
    message: /: 0 worked out and 6 taken up, but 5 handed over/,
  });
});

test('of the loads that an event means, those that are left out stand in its log, with the reason', async (t) => {
  const { dbPath, vtn, post } = await setUp(t);
  execute(
    dbPath,
    "UPDATE loads SET registration_status = 'SUSPENDED' WHERE load_component = 'load_5' AND id <= 6",
  );
  const { id } = await post(2);
  const told: EventsNews[] = [];
  const follow = (optOuts: readonly object[]) =>
    withOptions({
      ...vtn,
      ...{ dbPath, sinks: [moodySink(1, 0)], once: true, policy: { optOuts } },
      onNews: (news) => void told.push(news),
    });
  const optOuts = [{ vens: ['Aalborg'], reason: 'a fair' }, { components: ['load_0'] }];
  await follow(optOuts);
  await follow(optOuts);
  await follow([]);
  execute(dbPath, "DELETE FROM loads WHERE load_component = 'load_4'");
  await follow([]);
  const store = await openStore(dbPath, { readOnly: true });
  t.after(() => store.close());
  const notes = (await store.eventNotes(id)).filter(({ what }) => what === 'left-out');
  const unreachable = { 'not-registered': 0, suspended: 1, disabled: 0 };
  assert.deepEqual(
    notes.map(({ detail }) => detail),
    [
      { meant: 30, takePart: 15, out: { 'opted out: a fair': 11, 'opted out (component)': 3 }, unreachable },
      { meant: 30, takePart: 29, unreachable },
      { meant: 25, takePart: 24, unreachable, leftFleet: 5 },
    ],
  );
  assert.equal(told.filter((news) => news.type === 'note' && news.note.what === 'left-out').length, 3);
});
