import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setUp, signal } from './answers.ts';

interface Sent {
  reportName: string;
  clientName: string;
  resources: { resourceName: string; intervals: { id: number; payloads: object[] }[] }[];
}

async function openAdr(t: TestContext, descriptors: object[], more: object = {}) {
  const set = await setUp(t, 'openadr-3.1');
  const event = await set.ask('POST', '/events', {
    ...{ objectType: 'EVENT', programID: set.anchor?.programId, eventName: 'Limit' },
    intervalPeriod: { start: '2026-01-01T00:00:00Z', duration: 'P9999Y' },
    intervals: [{ id: 0, payloads: [{ type: 'IMPORT_CAPACITY_LIMIT', values: [3] }] }],
    reportDescriptors: descriptors,
    ...more,
  });
  const reports = async () =>
    ((await set.ask('GET', `/reports?eventID=${event.id}`)) as Sent[]).sort((a, b) =>
      a.clientName < b.clientName ? -1 : 1,
    );
  return { ...set, event, reports };
}

const acknowledgement = { payloadType: 'POWER_LIMIT_ACKNOWLEDGEMENT', historical: false };

test('each VEN acknowledges an event once, load by load; a lost answer is settled', async (t) => {
  const { simulator, event, planOf, answerer, dispatcher, reports, problems, store } = await openAdr(t, [
    acknowledgement,
  ]);
  const plan = await planOf(event);
  simulator.answerNext(1, { status: 502, carryOut: true }, 'POST /reports');
  await answerer()(plan, dispatcher(), signal);
  assert.deepEqual(problems, []);
  const sent = await reports();
  assert.deepEqual(
    sent.map(({ clientName, resources }) => [clientName, resources.length]),
    [
      ['Aalborg', 4],
      ['Aarhus', 2],
    ],
  );
  assert.match(sent[0]?.reportName ?? '', new RegExp(`^ack-${event.id}-v1-[0-9a-f]{16}$`));
  assert.deepEqual(sent[0]?.resources[0]?.intervals, [
    { id: 0, payloads: [{ type: acknowledgement.payloadType, values: [true] }] },
  ]);
  // As if the process had ended before it heard the answers: they are found.
  await store.recordAnswers(
    (await store.answers(event.id)).map((answer) => ({ ...answer, state: 'sending' as const })),
  );
  await answerer()(plan, dispatcher(), signal);
  await answerer()(plan, dispatcher(), signal);
  assert.equal((await reports()).length, 2);
  assert.deepEqual(simulator.stats().answers['POST /reports'], { 201: 1, 502: 1 });
  assert.ok((await store.answers(event.id)).every(({ state }) => state === 'sent'));
});

test('all together where that is asked; what is not reported is noted once', async (t) => {
  const { event, planOf, answerer, dispatcher, reports, store } = await openAdr(t, [
    { payloadType: 'ACK', aggregate: true, frequency: 0 },
    { payloadType: 'BASELINE' },
  ]);
  const plan = await planOf(event);
  for (let start = 0; start < 2; start++) await answerer()(plan, dispatcher(), signal);
  assert.deepEqual(
    (await reports()).map(({ resources }) => resources.map(({ resourceName }) => resourceName)),
    [['AGGREGATED_REPORT'], ['AGGREGATED_REPORT']],
  );
  const notes = (await store.eventNotes(event.id)).filter(({ what }) => what === 'report-not-sent');
  assert.deepEqual(
    notes.map(({ version, detail }) => [version, detail.payloadType]),
    [[1, 'BASELINE']],
  );
});

test('only the loads that a descriptor names are acknowledged', async (t) => {
  const [one, none] = [
    { ...acknowledgement, targets: ['Aarhus'] },
    { payloadType: 'ACK', targets: ['Skagen'] },
  ];
  const { event, planOf, answerer, dispatcher, reports, store } = await openAdr(t, [one, none]);
  await answerer()(await planOf(event), dispatcher(), signal);
  assert.deepEqual(
    (await reports()).map(({ clientName, resources }) => [clientName, resources.length]),
    [['Aarhus', 2]],
  );
  const notes = (await store.eventNotes(event.id)).filter(({ what }) => what === 'report-not-sent');
  assert.deepEqual(
    notes.map(({ detail }) => detail.payloadType),
    ['ACK'],
  );
});

test('nothing is reported that is not asked for', async (t) => {
  const { event, planOf, answerer, dispatcher, reports, store } = await openAdr(t, [], {
    reportDescriptors: null,
  });
  await answerer()(await planOf(event), dispatcher(), signal);
  assert.deepEqual(await reports(), []);
  assert.deepEqual(await store.eventNotes(event.id), []);
});
