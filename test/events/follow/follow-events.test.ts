import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createVtnLink } from '../../../src/delivery/vtn-link.ts';
import type { Dispatch } from '../../../src/events/dispatch/sink.ts';
import type { EventsNews } from '../../../src/events/events-news.ts';
import { followEvents } from '../../../src/events/follow/follow-events.ts';
import { defaultPolicy } from '../../../src/events/setpoints/policy.ts';
import type { Transport } from '../../../src/openadr/http/transport.ts';
import { createTestClock } from '../../support/test-clock.ts';
import { at, knownEvent, profile, registeredStore } from '../known-events.ts';
import { until } from '../receive/push-support.ts';

/** Follows the events of a VTN that shows these, from this time on; the wall clock may be set. */
async function following(t: TestContext, startMs: number, bodies: readonly object[]) {
  const { store } = await registeredStore(t);
  const time = createTestClock(startMs);
  const wall = { offMs: 0 };
  const clock = { ...time, now: () => time.now() + wall.offMs };
  const vtn = { bodies };
  const transport = {
    url: 'http://vtn',
    async send({ path }: { path: string }) {
      const shown = path.startsWith('/events') ? vtn.bodies : [];
      const headers = { status: 200, contentType: 'application/json', retryAfterMs: undefined };
      return { ...headers, body: JSON.stringify(shown) };
    },
  } as unknown as Transport;
  const link = createVtnLink({ transport, pacing: { kind: 'adaptive' }, clock, random: () => 0.5 });
  const came: Dispatch[] = [];
  const sink = {
    name: 'test',
    batchSize: 100,
    async handOver(batch: readonly Dispatch[]) {
      came.push(...batch);
      return { failed: new Map() };
    },
    whichArrived: async () => new Set<string>(),
    close: async () => undefined,
  };
  const news: EventsNews[] = [];
  const stop = new AbortController();
  const ended = followEvents({
    ...{ store, link, profile, policy: defaultPolicy, sinks: [sink], vens: [] },
    ...{ venIds: async () => new Map(), pollMs: 3_600_000, lateAfterMs: 1_000, newSeed: () => 's' },
    onNews: (one) => news.push(one),
    signal: stop.signal,
  });
  const notes = () => news.flatMap((one) => (one.type === 'note' ? [one.note] : []));
  const levels = () => came.map(({ instruction }) => instruction.setpoints[0]?.values[0]);
  await until(() => news.filter(({ type }) => type === 'worked-out').length >= 2);
  /** Nothing else is to be done, whatever time it is. */
  const rest = async () => {
    await until(async () => (await store.openDispatches('test')).length === 0);
    await time.advance(0);
  };
  const end = async () => {
    stop.abort();
    const summary = await time.runUntil(ended);
    assert.equal(summary.open, 0);
    return summary;
  };
  return { store, time, wall, came, levels, notes, rest, end };
}

const body = (eventId: string, fields: object = {}) => JSON.parse(knownEvent(eventId, fields).stored.body);

test('loads are told when an interval begins, not before, and are taken back when the last one ends', async (t) => {
  const intervalPeriod = { start: '2030-01-01T10:00:00Z', duration: 'PT10S' };
  const event = body('e1', { targets: ['load_1'], intervalPeriod });
  const { store, time, came, levels, end } = await following(t, at(10) - 10_000, [event]);
  await time.advance(9_999);
  assert.equal(came.length, 0);
  for (const [nth, level] of [3, 2, 1, undefined].entries()) {
    const dueMs = at(10) + nth * 10_000;
    await time.advance(dueMs - time.now());
    await until(() => came.length === 3 * (nth + 1));
    const last = came.slice(-3);
    assert.deepEqual(levels().slice(-3), [level, level, level]);
    assert.deepEqual(new Set(last.map((one) => one.dueMs)), new Set([dueMs]));
  }
  await until(async () => (await store.events())[0]?.state === 'over');
  const { handed, late, missed, events } = await end();
  assert.deepEqual([handed, late, missed, events], [12, 0, 0, 0]);
});

test('a wall clock that is set forth is followed as after a restart: what it leapt over was missed', async (t) => {
  const targets = ['load_1'];
  const { time, wall, came, levels, notes, rest, end } = await following(t, at(9, 59), [
    body('e1', { targets }),
  ]);
  wall.offMs = 2.5 * 3_600_000;
  await time.advance(500);
  await until(() => came.length === 3);
  await rest();
  assert.deepEqual(levels(), [1, 1, 1], 'what is asked now');
  const missed = notes().filter(({ what }) => what === 'missed');
  assert.deepEqual(
    missed.map(({ eventId, detail }) => [eventId, detail.spans, detail.loads]),
    [['e1', 2, 3]],
  );
  await end();
});

test('a wall clock that is set back has what is asked then worked out anew', async (t) => {
  const targets = ['load_1'];
  const { time, wall, came, levels, rest, end } = await following(t, at(11) - 10_000, [
    body('e1', { targets }),
  ]);
  await until(() => came.length === 3);
  await time.advance(10_000);
  await until(() => came.length === 6);
  await rest();
  assert.deepEqual(levels(), [3, 3, 3, 2, 2, 2]);
  wall.offMs = -30 * 60_000;
  await time.advance(500);
  await until(() => came.length === 9);
  await rest();
  assert.deepEqual(levels().slice(6), [3, 3, 3]);
  await end();
});
