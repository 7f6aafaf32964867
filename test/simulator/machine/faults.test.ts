import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadBody, stored } from '../flex/loads.ts';
import { type Answer, running, type Send } from '../helpers.ts';

/** Sends loads `from` up to `to`; the statuses, or `lost` where no answer came. */
async function sendLoads(send: Send, from: number, to: number): Promise<(number | 'lost')[]> {
  const statuses: (number | 'lost')[] = [];
  for (let n = from; n < to; n += 1) {
    const answer = await send('POST', '/resources', loadBody(n)).catch(() => undefined);
    statuses.push(answer?.status ?? 'lost');
  }
  return statuses;
}

const count = <T>(list: readonly T[], wanted: (one: T) => boolean) => list.filter(wanted).length;

test('errors come at their rate, some before storing and some after, the same for the same seed', async (t) => {
  const runs = [];
  for (let run = 0; run < 2; run += 1) {
    const [simulator, send] = await running(t, { seed: 7 });
    await stored(send, 0);
    simulator.set({ errorRate: 0.3 });
    const statuses = await sendLoads(send, 0, 200);
    const { faults, resources } = simulator.stats();
    const errors = count(statuses, (status) => Number(status) >= 500);
    assert.ok(errors > 40 && errors < 80, `${errors} errors`);
    assert.equal(errors, (faults['error-before'] ?? 0) + (faults['error-after'] ?? 0));
    assert.equal(resources, 200 - (faults['error-before'] ?? 0));
    assert.ok((faults['error-after'] ?? 0) > 10);
    runs.push(statuses);
  }
  assert.deepEqual(runs[0], runs[1]);
});

test('a dropped connection comes after the resource was stored', async (t) => {
  const [simulator, send] = await running(t);
  await stored(send, 0);
  simulator.set({ dropRate: 0.5 });
  const statuses = await sendLoads(send, 0, 40);
  const lost = count(statuses, (status) => status === 'lost');
  const stats = simulator.stats();
  assert.ok(lost > 5 && lost < 35, `${lost} lost`);
  assert.equal(stats.faults.drop, lost);
  assert.equal(stats.resources, 40);
  assert.equal(stats.answers['POST /resources']?.[201], 40 - lost);
});

test('above its rate the VTN answers 429 with Retry-After, and carries nothing out', async (t) => {
  const [simulator, send] = await running(t);
  await stored(send, 0);
  simulator.set({ maxRate: 5 });
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => send('POST', '/resources', loadBody(n))),
  );
  const refused = answers.filter(({ status }) => status === 429);
  // Twenty requests take less than a second, but may lie across the beginning of a new one.
  assert.ok(refused.length >= 10, `${refused.length} refused`);
  assert.equal(refused[0]?.headers.get('retry-after'), '1');
  assert.equal(simulator.stats().resources, 20 - refused.length);
  assert.equal(simulator.stats().faults.throttled, refused.length);
});

const nonsense: readonly [string, (answer: Answer, other: string) => void][] = [
  ['truncated-json', (a) => assert.deepEqual([a.status, a.body], [201, undefined])],
  ['html', (a) => assert.match(a.headers.get('content-type') ?? '', /text\/html/)],
  ['missing-id', (a) => assert.deepEqual([a.body.resource_name !== undefined, a.body.id], [true, undefined])],
  ['repeated-id', (a, other) => assert.equal(a.body.id, other)],
  ['empty-200', (a) => assert.deepEqual([a.status, a.text], [200, ''])],
  ['redirect', (a) => assert.equal(a.status, 302)],
  ['huge', (a) => assert.equal(a.text.length, 10 * 1024 * 1024)],
];

for (const [kind, check] of nonsense) {
  test(`an answer is spoilt once: ${kind}`, async (t) => {
    const [simulator, send] = await running(t);
    const [first] = await stored(send, 1);
    simulator.answerNext(1, kind as 'html', 'POST /resources');
    assert.equal((await send('GET', `/resources/${first}`)).status, 200);
    check(await send('POST', '/resources', loadBody(1)), first as string);
    assert.equal(simulator.stats().resources, 2);
    assert.equal(simulator.stats().faults[kind], 1);
    assert.equal((await send('POST', '/resources', loadBody(2))).status, 201);
  });
}

test('an answer that never comes, and one given word by word', async (t) => {
  const [simulator, send] = await running(t);
  await stored(send, 0);
  simulator.answerNext(1, 'silence');
  const tooLong = new AbortController();
  const gone = fetch(`${simulator.url}/resources`, {
    method: 'POST',
    body: JSON.stringify(loadBody(1)),
    headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
    signal: tooLong.signal,
  });
  while (simulator.stats().resources === 0) await sleep(5);
  setTimeout(() => tooLong.abort(), 100);
  await assert.rejects(gone, { name: 'AbortError' });
  assert.equal(simulator.stats().resources, 1);
  simulator.answerNext(1, { status: 400, body: '{"detail":"no"}' }, 'POST /resources');
  const answer = await send('POST', '/resources', loadBody(2));
  assert.deepEqual([answer.status, answer.body], [400, { detail: 'no' }]);
  assert.equal(simulator.stats().resources, 1);
});

test('nonsense comes at its rate', async (t) => {
  const [simulator, send] = await running(t);
  await stored(send, 0);
  simulator.set({ nonsenseRate: 0.5, nonsense: ['redirect', 'empty-200'] });
  const statuses = await sendLoads(send, 0, 60);
  assert.ok(count(statuses, (status) => status === 302) > 3);
  assert.ok(count(statuses, (status) => status === 200) > 3);
  assert.ok(count(statuses, (status) => status === 201) > 15);
});

test('what it accepts with 202 it holds later; what is wrong it refuses at once', async (t) => {
  const [simulator, send] = await running(t);
  await stored(send, 0);
  simulator.set({ acceptMs: 600_000 });
  const wrong = await send('POST', '/resources', { ...loadBody(1), resource_type: '' });
  const answer = await send('POST', '/resources', loadBody(1));
  assert.deepEqual([wrong.status, answer.status, simulator.stats().resources], [422, 202, 0]);
  simulator.set({ acceptMs: 1 });
  assert.equal((await send('POST', '/resources', loadBody(2))).status, 202);
  let held = 0;
  while (held === 0) {
    const listed = await send('GET', '/resources');
    held = listed.body.length;
  }
  assert.equal(held, 1);
});
