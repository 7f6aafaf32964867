import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultPolicy } from '../../../src/events/setpoints/policy.ts';
import { setUp, signal } from './answers.ts';

async function gateway(t: Parameters<typeof setUp>[0]) {
  const set = await setUp(t, 'flex-gateway');
  const program = await set.ask('POST', '/programs', { program_name: 'Peak' });
  const event = await set.ask('POST', '/events', {
    ...{ event_name: 'Peak', program_id: program.id, start_date: '2026-01-01T00:00:00Z' },
    intervals: [{ id: 0, payloads: [{ type: 'SIMPLE', values: [2] }] }],
  });
  const responses = async () =>
    (
      (await set.ask('GET', `/events/${event.id}/responses`)) as { response_type: string; times: number }[]
    ).map(({ response_type, times }) => `${response_type} ${times}`);
  return { ...set, event, responses };
}

test('each VEN answers an event version once, also over a restart', async (t) => {
  const { store, event, planOf, answerer, dispatcher, responses, problems } = await gateway(t);
  const plan = await planOf(event);
  const answer = answerer();
  await Promise.all([1, 2, 3].map(() => answer(plan, dispatcher(), signal)));
  assert.deepEqual(problems, []);
  assert.deepEqual(await responses(), ['optIn 1', 'optIn 1']);
  await answerer()(plan, dispatcher(), signal);
  assert.deepEqual(await responses(), ['optIn 1', 'optIn 1']);
  const notes = await store.eventNotes(event.id);
  assert.deepEqual(notes.map(({ what, detail }) => `${what} ${detail.venName}`).sort(), [
    'answered Aalborg',
    'answered Aarhus',
  ]);
  await answerer()(await planOf(event, 2), dispatcher(), signal);
  assert.deepEqual(await responses(), ['optIn 2', 'optIn 2']);
});

test('a VEN of whose loads none takes part opts out', async (t) => {
  const { event, planOf, answerer, dispatcher, responses } = await gateway(t);
  await answerer()(await planOf(event), dispatcher({ ...defaultPolicy, components: ['load_9'] }), signal);
  assert.deepEqual(await responses(), ['optOut 1', 'optOut 1']);
});

test('what was refused is told once, and tried again by itself, after twice the time each', async (t) => {
  const { store, simulator, event, planOf, answerer, dispatcher, responses, clock } = await gateway(t);
  const plan = await planOf(event);
  const answer = answerer();
  const tries = () => simulator.stats().answers[`POST /events/{id}/responses`]?.[422] ?? 0;
  for (const waitMs of [0, 15_000]) {
    simulator.answerNext(2, { status: 422 });
    await clock.advance(waitMs);
    await answer(plan, dispatcher(), signal);
  }
  assert.equal(tries(), 4);
  await clock.advance(29_000);
  await answer(plan, dispatcher(), signal);
  assert.deepEqual(await responses(), []);
  assert.deepEqual(
    (await store.answers(event.id)).map(({ state }) => state),
    ['failed', 'failed'],
  );
  assert.equal((await store.eventNotes(event.id)).length, 2);
  await clock.advance(1_000);
  await answer(plan, dispatcher(), signal);
  assert.deepEqual(await responses(), ['optIn 1', 'optIn 1']);
});

test('an answer whose receipt was lost is sent again: the VTN keeps the last', async (t) => {
  const { store, simulator, event, planOf, answerer, dispatcher, responses } = await gateway(t);
  simulator.answerNext(1, { status: 502, carryOut: true });
  await answerer()(await planOf(event), dispatcher(), signal);
  assert.deepEqual((await responses()).sort(), ['optIn 1', 'optIn 2']);
  assert.ok((await store.answers(event.id)).every(({ state }) => state === 'sent'));
});

test('what ends a round is told, and the next one answers', async (t) => {
  const { event, planOf, answerer, dispatcher, responses, problems, venIds } = await gateway(t);
  const plan = await planOf(event);
  let isBroken = true;
  const answer = answerer({
    venIds: async () => {
      if (isBroken) throw new Error('no ids');
      return venIds();
    },
  });
  await answer(plan, dispatcher(), signal);
  assert.deepEqual(problems, [new Error('no ids')]);
  assert.deepEqual(await responses(), []);
  isBroken = false;
  await answer(plan, dispatcher(), AbortSignal.abort());
  assert.deepEqual(await responses(), []);
  assert.deepEqual(problems, [new Error('no ids')]);
  await answer(plan, dispatcher(), signal);
  assert.deepEqual(await responses(), ['optIn 1', 'optIn 1']);
  assert.deepEqual(problems, [new Error('no ids'), null]);
});
