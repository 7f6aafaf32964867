/** What has been over for long is forgotten, and never comes back as something new. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type EventWish, postEvent } from '../../src/api/post-event.ts';
import { register } from '../../src/api/register.ts';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import { createVtnLink } from '../../src/delivery/vtn-link.ts';
import { createAnswerer } from '../../src/events/answer/answerer.ts';
import type { Dispatch } from '../../src/events/dispatch/sink.ts';
import type { EventsNews } from '../../src/events/events-news.ts';
import { followEvents } from '../../src/events/follow/follow-events.ts';
import { defaultPolicy } from '../../src/events/setpoints/policy.ts';
import { createTransport, staticToken } from '../../src/openadr/http/http.ts';
import { profileNamed } from '../../src/profiles/choose-profile.ts';
import { openStore } from '../../src/store/open-store.ts';
import { pythonDatabase, query, sitesOf } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';
import { takingAll } from '../support/taking-sink.ts';

const profile = 'openadr-3.1';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The system's clock, set so far forth; who sleeps for an hour or more sleeps until it is `woken`. */
function calendar() {
  const sleepers = new Map<() => void, number>();
  const set = { offMs: 0 };
  const clock: Clock = {
    now: () => systemClock.now() + set.offMs,
    monotonic: systemClock.monotonic,
    async sleep(ms, signal) {
      if (ms < hourMs) return systemClock.sleep(ms, signal);
      if (signal?.aborted) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      sleepers.set(resolve, ms);
      signal?.addEventListener('abort', () => resolve());
      await promise;
      sleepers.delete(resolve);
    },
  };
  const wake = () => {
    for (const one of sleepers.keys()) one();
  };
  return { clock, set, wake, sleepers };
}

/** A registered fleet of 5 sites, 30 loads, and how its events are followed. */
async function setUp(t: TestContext) {
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 2, Aarhus: 3 }));
  const simulator = await simulatorFor(t, { dialect: profile });
  const vtn = { vtnUrl: simulator.url, profile, bearerToken: 'secret' } as const;
  await register({ dbPath, ...vtn });
  const store = await openStore(dbPath);
  t.after(() => store.close());
  const time = calendar();
  const transport = createTransport({ url: simulator.url, tokens: staticToken('secret'), connections: 2 });
  t.after(() => transport.close());
  const came: Dispatch[] = [];
  const news: EventsNews[] = [];
  const post = async (component: string, wish: EventWish) =>
    (
      await postEvent({
        ...{ ...vtn, action: { kind: 'create' } },
        wish: { values: [2], targets: [{ type: null, value: component }], reports: ['ACK'], ...wish },
      })
    ).id;
  const cancel = (id: string) => postEvent({ ...vtn, action: { kind: 'cancel', id }, wish: {} });
  const onVtn = async (method: string, path: string) => {
    const headers = { authorization: 'Bearer secret' };
    const answer = await fetch(`${simulator.url}${path}`, { method, headers });
    assert.equal(answer.status, 200);
    return answer.json();
  };
  /** The VTN has it no more, nor reports on it. */
  const remove = async (id: string) => {
    const reports = (await onVtn('GET', `/reports?eventID=${id}`)) as { id: string }[];
    assert.equal(reports.length, 2, 'of each VEN one');
    for (const report of reports) await onVtn('DELETE', `/reports/${report.id}`);
    await onVtn('DELETE', `/events/${id}`);
  };
  const follow = async (options: { readonly once: boolean; readonly signal?: AbortSignal }) => {
    const pacing = { kind: 'window', concurrency: 2 } as const;
    const link = createVtnLink({ transport, pacing, clock: time.clock });
    const events = await profileNamed(profile).jobs.events({ role: 'BL', targetRule: undefined });
    const asked = { store, link, profile: events, venIds: store.venIds };
    return followEvents({
      ...{ ...asked, policy: defaultPolicy, vens: [], sinks: [{ ...takingAll(came), name: 'test' }] },
      ...{ pollMs: 100, lateAfterMs: 1_000, keepMs: 400 * dayMs, newSeed: () => 'seed' },
      answerer: createAnswerer({ ...asked, onProblem: (problem) => assert.equal(problem, null) }),
      onNews: (one) => void news.push(one),
      ...{ signal: new AbortController().signal, ...options },
    });
  };
  const told = () => ({ came: came.splice(0).length, news: news.splice(0) });
  /** Another reading has come to its end, and what follows from it. */
  const read = async () => {
    const count = () => news.filter(({ type }) => type === 'reading').length;
    for (const least = count() + 2; count() < least; ) await systemClock.sleep(10);
  };
  return { dbPath, store, time, post, cancel, remove, follow, told, read };
}

const forgottenIn = (news: readonly EventsNews[]) =>
  news.flatMap((one) => (one.type === 'forgotten' ? [[one.events, one.dispatches]] : []));
const notesIn = (news: readonly EventsNews[]) => news.flatMap((one) => (one.type === 'note' ? one.note : []));

test('what was over for 400 days is forgotten; what the VTN lists is not told, noted or answered anew', async (t) => {
  const { dbPath, store, time, post, cancel, remove, follow, told, read } = await setUp(t);
  const listed = await post('load_1', { start: 'now', duration: 'PT1H' });
  const gone = await post('load_2', { duration: 'PT1H' });
  const withdrawn = await post('load_4', { start: 'now', duration: 'PT1H' });
  const runs = await post('load_3', { duration: 'P9999Y' });
  const ids = async () => (await store.events()).map(({ eventId }) => eventId).sort();
  const journal = () => query(dbPath, 'SELECT * FROM venfleet_dispatches').length;
  await follow({ once: true });
  assert.equal(told().came, 20);
  await cancel(withdrawn);
  time.set.offMs = 2 * hourMs;
  await follow({ once: true });
  assert.equal(told().came, 15, 'two are over, and one was withdrawn');
  await remove(gone);
  time.set.offMs = 399 * dayMs;
  await follow({ once: true });
  assert.deepEqual(forgottenIn(told().news), [], 'it is not time yet');
  const answered = await store.answers();
  assert.equal(new Set(answered.map(({ eventId }) => eventId)).size, 4);
  const notes = await store.eventNotes(listed);
  const wordsOf = async (id: string) => (await store.eventNotes(id)).map(({ what }) => what);
  const words = await wordsOf(runs);
  await store.noteOnEvents([{ eventId: runs, version: 1, atMs: Date.now(), what: 'annotated', detail: {} }]);
  const counts = await store.dispatchCounts(listed);

  time.set.offMs = 402 * dayMs;
  const stop = new AbortController();
  t.after(() => stop.abort());
  const following = follow({ once: false, signal: stop.signal });
  await read();
  for (const day of [402, 403, 404]) {
    while (time.sleepers.size === 0) await systemClock.sleep(10);
    assert.deepEqual([...time.sleepers.values()], [dayMs], 'it is to be done every day');
    await read();
    const { came, news } = told();
    assert.deepEqual(forgottenIn(news), day === 402 ? [[1, 30]] : []);
    assert.deepEqual([came, notesIn(news)], [0, []], `day ${day}`);
    assert.deepEqual(await ids(), [listed, runs, withdrawn].sort());
    time.set.offMs = (day + 1) * dayMs;
    time.wake();
  }
  assert.equal(journal(), 5, 'what is in force stays');
  assert.deepEqual(await wordsOf(runs), words, 'what the VTN had written into it is forgotten');
  assert.deepEqual(await store.eventNotes(listed), notes);
  assert.deepEqual(await store.dispatchCounts(listed), counts);
  assert.deepEqual(
    await store.answers(),
    answered.filter(({ eventId }) => eventId !== gone && eventId !== withdrawn),
    'of the one that was withdrawn the former version went',
  );

  await remove(listed);
  await remove(withdrawn);
  while (time.sleepers.size === 0) await systemClock.sleep(10);
  await read();
  time.wake();
  while ((await ids()).length > 1) await systemClock.sleep(10);
  await read();
  assert.deepEqual(forgottenIn(told().news), [[2, 0]]);
  stop.abort();
  const { events } = await following;
  assert.equal(events, 1);
  assert.deepEqual(await ids(), [runs]);
  assert.deepEqual(await store.eventNotes(listed), []);
  await follow({ once: true });
  assert.deepEqual([told().came, await ids()], [0, [runs]]);
});
