import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ActingEvent, PastEvents } from '../../../src/events/dispatch/acting-event.ts';
import { makePlan } from '../../../src/events/dispatch/plan.ts';
import { defaultPolicy } from '../../../src/events/setpoints/policy.ts';
import { setUp, signal } from './answers.ts';

const hourMs = 3_600_000;
const ten = Date.UTC(2030, 0, 1, 10);
const hourly = {
  startInterval: 0,
  numIntervals: 1,
  frequency: 1,
  repeat: -1,
};

interface Sent {
  reportName: string;
  clientName: string;
  resources: { resourceName: string; intervals: { id: number; payloads: { values: unknown[] }[] }[] }[];
}

/** An event of three hours from 10:00, at levels 1, 2 and 3, heard of at nine. */
async function asking(t: TestContext, descriptors: object[], more: object = {}) {
  const set = await setUp(t, 'openadr-3.1', ten - hourMs);
  const post = (reportDescriptors: readonly object[], more: object) =>
    set.ask('POST', '/events', {
      ...{ objectType: 'EVENT', programID: set.anchor?.programId, eventName: 'Levels' },
      intervalPeriod: { start: '2030-01-01T10:00:00Z', duration: 'PT1H' },
      intervals: [1, 2, 3].map((level, id) => ({ id, payloads: [{ type: 'SIMPLE', values: [level] }] })),
      reportDescriptors,
      ...more,
    });
  const event = await post(descriptors, more);
  const reports = async (): Promise<Sent[]> => {
    const all: Sent[] = [];
    for (let skip = 0; ; skip += 50) {
      const page = (await set.ask('GET', `/reports?eventID=${event.id}&skip=${skip}&limit=50`)) as Sent[];
      all.push(...page);
      if (page.length < 50) return all.sort((a, b) => (a.reportName < b.reportName ? -1 : 1));
    }
  };
  const log = async (what: string, id: string = event.id) =>
    (await set.store.eventNotes(id)).filter((note) => note.what === what).map(({ detail }) => detail);
  return { ...set, event, post, reports, log };
}

const countsOf = ({ report, asked, sent, alreadyThere, failed, notSent }: Record<string, unknown>) => ({
  report,
  ...{ asked, sent, alreadyThere, failed, notSent },
});

/** Id and value of each interval of each resource, in order; those of a report that are the same once. */
const told = ({ resources }: Sent) => [
  ...new Set(
    resources.map(({ intervals }) =>
      intervals.map(({ id, payloads }) => `${id}: ${payloads[0]?.values.join()}`).join(', '),
    ),
  ),
];

const past = (...acting: ActingEvent[]): PastEvents => ({
  all: () => acting,
  acting: (id) => acting.find(({ stored }) => stored.eventId === id),
});

test('each report is sent when its interval has ended, by itself, load by load; what was answered is known after a restart', async (t) => {
  const set = await asking(t, [{ payloadType: 'SIMPLE_LEVEL', ...hourly }]);
  const { clock, event, planOf, answerer, dispatcher, reports, log, simulator } = set;
  const plan = await planOf(event);
  const first = answerer();
  const stop = new AbortController();
  await first(plan, dispatcher(), stop.signal);
  await clock.advance(2 * hourMs - 1);
  assert.deepEqual(await reports(), [], 'nothing before it is due');
  simulator.answerNext(1, { status: 502, carryOut: true }, 'POST /reports');
  await clock.advance(1);
  await first.settled();
  assert.deepEqual(
    (await reports()).map((one) => [one.clientName, one.resources.length, told(one)]),
    [
      ['Aalborg', 4, ['0: 1']],
      ['Aarhus', 2, ['0: 1']],
    ].sort((a, b) => ((a[0] as string) < (b[0] as string) ? -1 : 1)),
  );
  assert.deepEqual(set.problems, []);
  assert.deepEqual((await log('reported')).map(countsOf), [
    { report: 0, asked: 2, sent: 1, alreadyThere: 1, failed: 0, notSent: 0 },
  ]);
  stop.abort();

  // The process was away for the end of the second interval, and for that of the third, when the event was over too.
  await clock.advance(2.5 * hourMs);
  assert.equal((await reports()).length, 2);
  const second = answerer();
  const [acting] = plan.events as [ActingEvent];
  await second(makePlan(plan.index, []), dispatcher(), signal, past(acting));
  await second.settled();
  const sent = await reports();
  assert.deepEqual(sent.map(told), [['0: 1'], ['0: 1'], ['1: 2'], ['1: 2'], ['2: 3'], ['2: 3']]);
  assert.match(sent[2]?.reportName ?? '', new RegExp(`^report-${event.id}-v1-d0-1-[0-9a-f]{16}$`));
  await answerer()(makePlan(plan.index, []), dispatcher(), signal, past(acting));
  assert.equal((await reports()).length, 6, 'nothing is sent twice');
  assert.deepEqual(
    (await log('reported')).map(({ report }) => report),
    [0, 1, 2],
  );
  assert.deepEqual(await log('report-not-sent'), []);
});

test('a report that was under way when the process died is looked for first', async (t) => {
  const set = await asking(t, [{ payloadType: 'SIMPLE_LEVEL', ...hourly, repeat: 1 }]);
  const { clock, event, planOf, answerer, dispatcher, reports, log, simulator, store } = set;
  const plan = await planOf(event);
  await clock.advance(2 * hourMs);
  await answerer()(plan, dispatcher(), signal);
  // As if the process had ended before it heard the answers.
  const answers = await store.answers(event.id);
  await store.recordAnswers(answers.map((one) => ({ ...one, state: 'sending' as const })));
  const another = await asking(t, []);
  await another.store.recordEvents(await store.events(), []);
  await another.store.recordAnswers(await store.answers(event.id));
  const posts = simulator.stats().answers['POST /reports'];
  await answerer({ store: another.store })(plan, dispatcher(), signal);
  assert.deepEqual(simulator.stats().answers['POST /reports'], posts, 'they were found');
  assert.equal((await reports()).length, 2);
  assert.equal((await log('reported')).length, 1);
  assert.deepEqual(
    (await another.store.eventNotes(event.id)).map(({ detail }) => countsOf(detail)),
    [{ report: 0, asked: 2, sent: 0, alreadyThere: 2, failed: 0, notSent: 0 }],
  );
});

test('what is refused is tried again until it is of no use, and counted', async (t) => {
  const set = await asking(t, [{ payloadType: 'OPERATING_STATE', ...hourly, repeat: 1 }]);
  const { clock, event, planOf, answerer, dispatcher, reports, log, simulator } = set;
  const plan = await planOf(event);
  const answer = answerer();
  await clock.advance(2 * hourMs - 1);
  await answer(plan, dispatcher(), signal);
  // Aalborg's and Aarhus' first, and one of them once more.
  simulator.answerNext(3, { status: 422 }, 'POST /reports');
  const passMs = async (ms: number) => {
    await clock.advance(ms);
    await answer.settled();
  };
  await passMs(1);
  assert.equal((await reports()).length, 0);
  await passMs(15_000);
  assert.equal((await reports()).length, 1);
  assert.deepEqual(await log('reported'), []);
  await passMs(30_000);
  assert.deepEqual((await log('reported')).map(countsOf), [
    { report: 0, asked: 2, sent: 2, alreadyThere: 0, failed: 0, notSent: 0 },
  ]);
});

test('a report that is refused for a day is given up, with the reason', async (t) => {
  const set = await asking(t, [{ payloadType: 'SIMPLE_LEVEL', ...hourly, repeat: 1 }]);
  const { clock, event, planOf, answerer, dispatcher, log, simulator } = set;
  await clock.advance(2 * hourMs);
  simulator.answerNext(1_000, { status: 422 }, 'POST /reports');
  const answer = answerer();
  await answer(await planOf(event), dispatcher(), signal);
  for (let hours = 0; hours < 24; hours++) {
    await clock.advance(hourMs);
    await answer.settled();
  }
  const [end] = await log('reported');
  assert.deepEqual(countsOf(end ?? {}), {
    ...{ report: 0, asked: 2, sent: 0, alreadyThere: 0, failed: 2, notSent: 0 },
  });
  assert.match(Object.keys(end?.reasons as object).join(), /^HTTP 422/);
});

test('an event that is taken back before a report was sent leaves word of it', async (t) => {
  const set = await asking(t, [{ payloadType: 'SIMPLE_LEVEL', ...hourly, repeat: 1 }]);
  const { clock, event, planOf, answerer, dispatcher, log, simulator } = set;
  await clock.advance(2 * hourMs);
  simulator.answerNext(2, { status: 422 }, 'POST /reports');
  const answer = answerer();
  const plan = await planOf(event);
  await answer(plan, dispatcher(), signal);
  assert.deepEqual(await log('reported'), []);
  await answer(makePlan(plan.index, []), dispatcher(), signal);
  assert.deepEqual((await log('reported')).map(countsOf), [
    { report: 0, asked: 2, sent: 0, alreadyThere: 0, failed: 2, notSent: 0 },
  ]);
});

test('of those due before the event was heard of the latest is sent; the others are noted', async (t) => {
  const set = await asking(t, [{ payloadType: 'SIMPLE_LEVEL', ...hourly }]);
  const { clock, event, planOf, answerer, dispatcher, reports, log } = set;
  await clock.advance(3.5 * hourMs);
  const plan = await planOf(event, 1, clock.now());
  await answerer()(plan, dispatcher(), signal);
  // Nobody was told anything in the second interval: the event was not known.
  assert.deepEqual((await reports()).map(told), [['1: 0'], ['1: 0']]);
  assert.deepEqual(
    (await log('report-not-sent')).map(({ descriptor, reports }) => [descriptor, reports]),
    [[0, 1]],
  );
});

test('after days away the latest hundred are sent, the others noted', async (t) => {
  const set = await asking(
    t,
    [{ payloadType: 'SIMPLE_LEVEL', ...hourly, aggregate: true, targets: ['Aarhus'] }],
    { duration: 'P9999Y', intervalPeriod: { start: '2030-01-01T10:00:00Z', duration: 'PT10M' } },
  );
  const { clock, event, planOf, answerer, dispatcher, reports, log, store } = set;
  const plan = await planOf(event);
  await clock.advance(hourMs + 150 * 600_000);
  await answerer()(plan, dispatcher(), signal);
  const ends = await log('reported');
  assert.deepEqual(
    [ends.length, ends[0]?.report, ends.at(-1)?.report, (await reports()).length],
    [100, 50, 149, 100],
  );
  assert.deepEqual(
    (await log('reports-not-sent')).map(({ from, until, reports }) => [from, until, reports]),
    [[0, 50, 50]],
  );
  assert.equal((await store.answers(event.id)).length, 1, 'who sent the last one is kept');
  await answerer()(plan, dispatcher(), signal);
  assert.equal((await reports()).length, 100);
});

test('all together where that is asked, and as it is where loads do not take part', async (t) => {
  const forecast = { ...hourly, historical: false, numIntervals: 3, repeat: 1, aggregate: true };
  const set = await asking(t, [
    { payloadType: 'SIMPLE_LEVEL', ...forecast },
    { payloadType: 'OPERATING_STATE', ...forecast, aggregate: false, numIntervals: 1 },
  ]);
  const { clock, event, planOf, answerer, dispatcher, reports } = set;
  await clock.advance(hourMs);
  const policy = { ...defaultPolicy, components: ['load_1'] };
  await answerer()(await planOf(event), dispatcher(policy), signal);
  const sent = await reports();
  assert.deepEqual(
    sent.slice(0, 2).map((one) => [one.resources.map(({ resourceName }) => resourceName), told(one)]),
    [
      [['AGGREGATED_REPORT'], ['0: 0, 1: 0, 2: 0']],
      [['AGGREGATED_REPORT'], ['0: 0, 1: 0, 2: 0']],
    ],
  );
  assert.deepEqual(sent.slice(2).map(told), [
    ['0: RUNNING_OPTED_OUT', '0: RUNNING_CURTAILED'],
    ['0: RUNNING_OPTED_OUT', '0: RUNNING_CURTAILED'],
  ]);
});

const unsent = [
  ['when the VEN likes', { frequency: 0 }, {}, /sees fit/],
  ['of no intervals', { numIntervals: 0 }, {}, /0 intervals/],
  ['after the last interval', { startInterval: 7 }, {}, /starts at interval 7/],
  [
    'at the end of an interval without end',
    {},
    { intervalPeriod: { start: '2030-01-01T10:00:00Z', duration: 'P9999Y' } },
    /no end/,
  ],
  ['of an unknown kind', { payloadType: 'BASELINE' }, {}, /does not make/],
  ['of nobody', { targets: ['Skagen'] }, {}, /no load/],
] as const;

test('what cannot be sent is noted, once, with the reason', async (t) => {
  const { post, planOf, answerer, dispatcher, log } = await asking(t, []);
  for (const [why, descriptor, more, reason] of unsent) {
    const event = await post([{ payloadType: 'SIMPLE_LEVEL', ...descriptor }], more);
    const plan = await planOf(event);
    for (let start = 0; start < 2; start++) await answerer()(plan, dispatcher(), signal);
    const notes = await log('report-not-sent', event.id);
    assert.equal(notes.length, 1, why);
    assert.match(String(notes[0]?.reason), reason, why);
  }
});

test('what a past event asked in the time of a report counts in it', async (t) => {
  const set = await asking(t, [{ payloadType: 'SIMPLE_LEVEL', ...hourly, repeat: 1 }], { priority: 5 });
  const { clock, event, post, planOf, answerer, dispatcher, reports } = set;
  const urgent = await post([], {
    priority: 0,
    targets: ['Aarhus'],
    intervals: [{ id: 0, payloads: [{ type: 'SIMPLE', values: [3] }] }],
  });
  const [outranking] = (await planOf(urgent)).events as [ActingEvent];
  const plan = await planOf(event);
  await clock.advance(2 * hourMs);
  await answerer()(plan, dispatcher(), signal, past(outranking));
  assert.deepEqual((await reports()).map((one) => [one.clientName, told(one)]).sort(), [
    ['Aalborg', ['0: 1']],
    ['Aarhus', ['0: 3']],
  ]);
});
