import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import fc from 'fast-check';
import { fixedLimit, type Limit, type Sample } from '../../../src/delivery/limit/in-flight-limit.ts';
import { cappedRate } from '../../../src/delivery/limit/rate-limit.ts';
import { createGate, type Ending } from '../../../src/delivery/pacing/gate.ts';
import { createPacing } from '../../../src/delivery/pacing/pacing-choice.ts';
import type { Lane } from '../../../src/delivery/pacing/waiting-lines.ts';
import { casesOf } from '../../support/properties.ts';
import { createTestClock } from '../../support/test-clock.ts';

const fine = (): Ending => ({ end: 'success' });
const never = () => new AbortController().signal;

function oneLimit(most: number) {
  const limit = fixedLimit(most);
  return { limitOf: () => limit };
}

/** A request that ends when it is told to. */
function held<T>(result: T) {
  let end: (() => void) | undefined;
  const done = new Promise<T>((resolve) => {
    end = () => resolve(result);
  });
  return { send: () => done, end: () => end?.() };
}

test('a place that becomes free goes to the most urgent lane, and within a lane to the one that waits longest', async () => {
  const clock = createTestClock();
  const gate = createGate(oneLimit(1), clock);
  const order: string[] = [];
  const first = held('first');
  const lanes: Lane[] = ['bulk', 'usual', 'bulk', 'prompt', 'usual', 'prompt'];
  const entrances = { bulk: enter('bulk'), usual: enter('usual'), prompt: enter('prompt') };
  function enter(lane: Lane) {
    return gate.entrance({ lane, kind: lane, signal: never() });
  }
  void entrances.usual.pass(first.send, fine);
  const passes = lanes.map((lane, n) =>
    entrances[lane].pass(async () => void order.push(`${lane} ${n}`), fine),
  );
  first.end();
  await Promise.all(passes);
  assert.deepEqual(order, ['prompt 3', 'prompt 5', 'usual 1', 'usual 4', 'bulk 0', 'bulk 2']);
});

test('an answer to an event waits for one place, however many retries of a bulk upload wait before it', async () => {
  const clock = createTestClock();
  const gate = createGate(oneLimit(2), clock);
  const bulk = gate.entrance({ lane: 'bulk', kind: 'history', signal: never() });
  const prompt = gate.entrance({ lane: 'prompt', kind: 'answer', signal: never() });
  let uploaded = 0;
  const upload = () => bulk.pass(() => clock.sleep(10).then(() => uploaded++), fine);
  const uploads = Array.from({ length: 4_096 }, upload);
  const uploadedBefore = await clock.runUntil(prompt.pass(async () => uploaded, fine));
  assert.ok(uploadedBefore !== undefined && uploadedBefore <= 2, String(uploadedBefore));
  await clock.runUntil(Promise.all(uploads));
  assert.equal(uploaded, 4_096);
});

test('requests of unlike kinds do not spoil each other’s window', async () => {
  const clock = createTestClock();
  const samples = new Map<string, Sample[]>();
  const limits = new Map<string, Limit>();
  const limitOf = (kind: string) => {
    const own: Sample[] = [];
    const limit = limits.get(kind) ?? { limit: () => 2, sample: (sample: Sample) => void own.push(sample) };
    if (!limits.has(kind)) samples.set(kind, own);
    limits.set(kind, limit);
    return limit;
  };
  const gate = createGate({ limitOf }, clock);
  const pages = gate.entrance({ lane: 'usual', kind: 'listing', signal: never() });
  const loads = gate.entrance({ lane: 'usual', kind: 'registration', signal: never() });
  const work = [
    ...Array.from({ length: 6 }, () => pages.pass(() => clock.sleep(500), fine)),
    ...Array.from({ length: 6 }, () => loads.pass(() => clock.sleep(5), fine)),
  ];
  await clock.runUntil(Promise.all(work));
  assert.deepEqual(
    samples.get('registration')?.map(({ rttMs }) => rttMs),
    Array(6).fill(5),
  );
  assert.deepEqual(
    samples.get('listing')?.map(({ rttMs }) => rttMs),
    Array(6).fill(500),
  );
  // Each kind keeps its own window full.
  assert.ok([...samples.values()].every((own) => own.every(({ inFlight }) => inFlight <= 2)));
});

test('a job that is aborted leaves the gate; the others go on, and the pause still holds for them', async () => {
  const clock = createTestClock();
  const gate = createGate(oneLimit(4), clock);
  const stop = new AbortController();
  const ended = gate.entrance({ lane: 'usual', kind: 'load', signal: stop.signal });
  const other = gate.entrance({ lane: 'usual', kind: 'load', signal: never() });
  await ended.pass(
    async () => undefined,
    () => ({ end: 'dropped', pauseMs: 3_000 }),
  );
  const mine = ended.pass(async () => 'sent', fine);
  const theirs = other.pass(async () => clock.monotonic(), fine);
  stop.abort();
  assert.equal(await mine, undefined);
  assert.equal(await clock.runUntil(theirs), 3_000);
  assert.equal(await ended.pass(async () => 'sent', fine), undefined);
});

test('a send that throws at once gives its place back', async () => {
  const gate = createGate(oneLimit(1), createTestClock());
  const entrance = gate.entrance({ lane: 'usual', kind: 'load', signal: never() });
  const broken = () => {
    throw new Error('no such load');
  };
  await assert.rejects(entrance.pass(broken, fine), /no such load/);
  assert.equal(await entrance.pass(async () => 'sent', fine), 'sent');
});

test('whatever jobs send, through whichever lanes: limit and rate hold for all of them together, and each request ends once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          lane: fc.constantFrom<Lane>('prompt', 'usual', 'bulk'),
          kind: fc.constantFrom('load', 'listing'),
          job: fc.integer({ min: 0, max: 2 }),
          tookMs: fc.integer({ min: 0, max: 40 }),
          pauseMs: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined, freq: 8 }),
        }),
        { maxLength: 60 },
      ),
      fc.integer({ min: 1, max: 6 }),
      fc.option(fc.integer({ min: 0, max: 500 }), { nil: undefined }),
      async (requests, most, abortAt) => {
        const clock = createTestClock();
        const gate = createGate({ ...oneLimit(most), rate: cappedRate(50, clock) }, clock);
        const stops = [0, 1, 2].map(() => new AbortController());
        let inFlight = 0;
        let pausedUntil = 0;
        const sentAt: number[] = [];
        const ends = requests.map(({ lane, kind, job, tookMs, pauseMs }) =>
          gate.entrance({ lane, kind, signal: stops[job]!.signal }).pass(
            async () => {
              assert.ok(++inFlight <= most);
              assert.ok(clock.monotonic() >= pausedUntil, 'sent in a pause');
              sentAt.push(clock.monotonic());
              await clock.sleep(tookMs);
              inFlight--;
              return 'sent';
            },
            () => {
              if (pauseMs === undefined) return { end: 'success' };
              pausedUntil = Math.max(pausedUntil, clock.monotonic() + pauseMs);
              return { end: 'dropped', pauseMs };
            },
          ),
        );
        if (abortAt !== undefined) void clock.sleep(abortAt).then(() => stops[0]!.abort());
        const results = await clock.runUntil(Promise.all(ends));
        assert.equal(results.filter((result) => result === 'sent').length, sentAt.length);
        for (const [n, result] of results.entries())
          assert.ok(result === 'sent' || (requests[n]!.job === 0 && abortAt !== undefined));
        for (const at of sentAt) {
          const inThatSecond = sentAt.filter((other) => other >= at && other < at + 999).length;
          assert.ok(inThatSecond <= 50, `${inThatSecond} in a second`);
        }
      },
    ),
    { numRuns: casesOf(40) },
  );
});

test('what waits for a token holds no place, and none of that time is the VTN’s', async () => {
  const clock = createTestClock();
  const samples: Sample[] = [];
  const limit: Limit = { limit: () => 1, sample: (sample) => void samples.push(sample) };
  const entrance = createGate({ limitOf: () => limit }, clock).entrance({
    lane: 'usual',
    kind: 'load',
    signal: never(),
  });
  const renewing = entrance.pass(async (standAside) => {
    await clock.sleep(10);
    await standAside(clock.sleep(5_000).then(() => 'token'));
    await clock.sleep(20);
    return clock.monotonic();
  }, fine);
  assert.equal(entrance.isFree(), true);
  const other = entrance.pass(() => clock.sleep(50).then(() => clock.monotonic()), fine);
  assert.equal(await clock.runUntil(other), 60, 'it got the place of the one that waits');
  assert.equal(entrance.isFree(), false, 'as many stand aside as may be in flight');
  assert.equal(await clock.runUntil(renewing), 5_030);
  assert.equal(entrance.isFree(), true);
  assert.deepEqual(
    samples.map(({ rttMs, inFlight }) => [rttMs, inFlight]),
    [
      [50, 1],
      [20, 1],
    ],
  );
});

test('what stands aside when its job is aborted is not carried out any more', async () => {
  const clock = createTestClock();
  const stop = new AbortController();
  const entrance = createGate(oneLimit(1), clock).entrance({
    lane: 'usual',
    kind: 'load',
    signal: stop.signal,
  });
  const renewing = entrance.pass(async (standAside) => {
    await standAside(clock.sleep(100).then(() => 'token'));
    return 'sent';
  }, fine);
  stop.abort();
  assert.equal(await clock.runUntil(renewing), undefined);
});

test('where the window follows latency, no more large requests are in flight than their job says', async () => {
  const clock = createTestClock();
  const { gate } = createPacing({ kind: 'adaptive' }, clock);
  const mostOf = async (most: number | undefined) => {
    const seen = { inFlight: 0, most: 0 };
    const send = async () => {
      seen.most = Math.max(seen.most, ++seen.inFlight);
      await clock.sleep(5);
      seen.inFlight--;
    };
    const entrance = gate.entrance({ lane: 'bulk', kind: `of ${most}`, most, signal: never() });
    await clock.runUntil(Promise.all(Array.from({ length: 500 }, () => entrance.pass(send, fine))));
    return seen.most;
  };
  assert.equal(await mostOf(5), 5);
  assert.ok((await mostOf(undefined)) > 5);
});

test('jobs that have ended leave nothing at the signal that would end them, whether or not they were stopped', async () => {
  const { gate, drive } = createPacing({ kind: 'window', concurrency: 2 }, createTestClock());
  const job = new AbortController();
  const { signal } = job;
  const entrance = gate.entrance({ lane: 'usual', kind: 'one', signal });
  const one = held('one');
  const passing = entrance.pass(one.send, fine);
  assert.equal(getEventListeners(signal, 'abort').length, 1);
  one.end();
  await passing;
  await entrance.pass(() => Promise.reject(new Error('it fails')), fine).catch(() => undefined);
  async function* items() {
    yield* [1, 2, 3];
  }
  await drive(items(), async () => void (await entrance.pass(async () => 'done', fine)), entrance);
  assert.equal(getEventListeners(signal, 'abort').length, 0);
  job.abort();
  assert.equal(await entrance.pass(async () => 'too late', fine), undefined);
  assert.equal(getEventListeners(signal, 'abort').length, 0);
});
