import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { VenfleetError } from '../../../src/core/errors.ts';
import { seededRandom } from '../../../src/core/random.ts';
import { createVtnLink } from '../../../src/delivery/vtn-link.ts';
import type { EventsNews } from '../../../src/events/events-news.ts';
import { readWheneverDue } from '../../../src/events/follow/reading-loop.ts';
import type { Reader, Reading, Receiver } from '../../../src/events/receive/receiver.ts';
import type { Transport } from '../../../src/openadr/http/transport.ts';
import { createTestClock } from '../../support/test-clock.ts';
import { profile } from '../known-events.ts';

const pollMs = 30_000;
const nothing: Reading = {
  ...{ seen: 0, unchanged: 0, changed: 0, gone: 0 },
  ...{ failed: [], alarm: undefined, notes: [] },
};

/** A loop over readers whose readings `read` makes; all time is the test's. */
function loopOf(
  t: TestContext,
  readers: readonly Reader[],
  read: (by: string) => Promise<Reading> = async () => nothing,
) {
  const clock = createTestClock();
  const transport = { url: 'http://vtn' } as Transport;
  const link = createVtnLink({ transport, pacing: { kind: 'adaptive' }, clock, random: seededRandom(7) });
  const readings: { readonly atMs: number; readonly by: string; readonly readers: readonly Reader[] }[] = [];
  const states: (string | null)[] = [];
  const stop = new AbortController();
  const receiver = {
    readers,
    events: new Map(),
    read(some: readonly Reader[], by: string) {
      readings.push({ atMs: clock.now(), by, readers: some });
      return read(by);
    },
  } as unknown as Receiver;
  const onNews = (news: EventsNews) => {
    if (news.type === 'state') states.push(news.problem);
  };
  const changed = async () => undefined;
  const loop = readWheneverDue({ link, profile, receiver, pollMs, changed, onNews, signal: stop.signal });
  t.after(async () => {
    stop.abort();
    await loop.loop;
  });
  return { clock, readings, states, loop, link };
}

test('one reader reads at once, and then again and again after about the time that it was given', async (t) => {
  const { clock, readings, loop } = loopOf(t, [undefined]);
  await loop.first;
  await clock.advance(10 * pollMs);
  assert.equal(readings[0]?.atMs, 0);
  assert.equal(readings.length, loop.count());
  const waits = readings.slice(1).map(({ atMs }, nth) => atMs - (readings[nth]?.atMs ?? 0));
  assert.ok(waits.length >= 9);
  for (const wait of waits) assert.ok(wait >= 0.9 * pollMs && wait <= 1.1 * pollMs, `${wait} ms`);
});

test('many readers read at once at first, and then each at a time of its own', async (t) => {
  const vens = Array.from({ length: 20 }, (_, nth) => `V${nth}`);
  const { clock, readings, loop } = loopOf(t, vens);
  await loop.first;
  assert.deepEqual(readings[0]?.readers, vens);
  await clock.advance(pollMs);
  const later = readings.slice(1);
  const read = new Set(later.flatMap((one) => one.readers));
  assert.deepEqual([...read].sort(), vens.toSorted(), 'each within the time');
  assert.ok(later.filter(({ readers }) => readers.length === 1).length > 15, 'few have one in common');
  for (const half of [0, 1]) {
    const inIt = later.filter(({ atMs }) => Math.floor((2 * atMs) / pollMs) === half);
    assert.ok(inIt.length >= 4, 'spread over it');
  }
});

test('a swarm of hints makes one reading of all, soon, and puts the next off', async (t) => {
  const { clock, readings, loop } = loopOf(t, ['A', 'B']);
  await loop.first;
  await clock.advance(1);
  for (let nth = 0; nth < 5; nth++) {
    loop.hint('webhook');
    await clock.advance(5);
  }
  await clock.advance(100);
  assert.deepEqual(readings.slice(1), [{ atMs: 51, by: 'webhook', readers: ['A', 'B'] }]);
  await clock.advance(0.9 * pollMs - 200);
  assert.equal(readings.length, 2);
  await clock.advance(pollMs);
  assert.equal(readings[2]?.by, 'poll');
});

test('a hint that comes while all are read has them read once more', async (t) => {
  const gate = Promise.withResolvers<void>();
  const { clock, readings, loop } = loopOf(t, [undefined], async (by) => {
    if (by === 'mqtt') await gate.promise;
    return nothing;
  });
  await loop.first;
  await clock.advance(1);
  loop.hint('mqtt');
  await clock.advance(100);
  loop.hint('webhook');
  await clock.advance(100);
  assert.equal(readings.length, 2);
  gate.resolve();
  await clock.advance(100);
  assert.deepEqual(
    readings.map(({ by }) => by),
    ['poll', 'mqtt', 'webhook'],
  );
});

test('a reading that fails is told once, and tried again; the first one ends it all', async (t) => {
  let isDown = false;
  const details = { url: 'u', what: 'the token', status: 401, problem: 'p' };
  const { clock, readings, states, loop } = loopOf(t, [undefined], async () => {
    if (isDown) throw new VenfleetError('VTN_TOKEN_REFUSED', details);
    return nothing;
  });
  await loop.first;
  isDown = true;
  await clock.advance(3 * pollMs);
  assert.ok(readings.length >= 3);
  assert.equal(states.length, 1);
  assert.match(states[0] ?? '', /refused the token \(401\)/);
  isDown = false;
  await clock.advance(pollMs * 1.2);
  assert.deepEqual(states.slice(1), [null]);

  const failed = loopOf(t, [undefined], async () => {
    throw new Error('no database');
  });
  await assert.rejects(failed.loop.first, /no database/);
  await failed.loop.loop;
  assert.equal(failed.readings.length, 1);
});

test('a view that is not whole is told only where nobody sees a whole one', async (t) => {
  let failed: Reading['failed'] = [{ reader: 'A', reason: 'HTTP 500' }];
  const { clock, states, loop } = loopOf(t, ['A', 'B'], async () => ({ ...nothing, failed }));
  await loop.first;
  await clock.advance(1);
  assert.deepEqual(states, []);
  failed = [...failed, { reader: 'B', reason: 'HTTP 500' }];
  loop.hint('webhook');
  await clock.advance(100);
  assert.deepEqual(states, ['HTTP 500']);
});

test('a VTN that says nothing is told of after five seconds, while its answer is still waited for', async (t) => {
  const gate = Promise.withResolvers<void>();
  const { clock, states, loop, link } = loopOf(t, [undefined], async () => {
    await gate.promise;
    return nothing;
  });
  link.health.unanswered(new VenfleetError('VTN_NO_ANSWER', { url: 'http://vtn', problem: 'silence' }));
  await clock.advance(4_999);
  assert.deepEqual(states, []);
  await clock.advance(10_000);
  assert.equal(states.length, 1);
  assert.match(states[0] ?? '', /silence/);
  gate.resolve();
  await loop.first;
  assert.deepEqual(states.slice(1), [null]);
});
