import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listener } from './listener.ts';
import { ven31, vtn } from './vtn.ts';

const intervals = [{ id: 0, payloads: [{ type: 'SIMPLE', values: [2] }] }];
const everything = ['CREATE', 'UPDATE', 'DELETE'];

const subscriptionTo = (callbackUrl: string, more: object = {}, operation: object = {}) => ({
  clientName: 'us',
  objectOperations: [
    { objects: ['EVENT'], operations: everything, callbackUrl, bearerToken: 'secret', ...operation },
  ],
  ...more,
});

/** What a notification says in short. */
const inShort = ({ body }: { body: { objectType: string; operation: string; object: { id: string } } }) =>
  [body.objectType, body.operation, body.object.id].join(' ');

for (const [version, words] of [
  ['3.0', ['POST', 'PUT', 'DELETE']],
  ['3.1', everything],
] as const) {
  test(`${version}: an event that is made, changed and deleted is told, with the token, in the version's words`, async (t) => {
    const { bl, simulator } = await vtn(t, version);
    const there = await listener(t);
    const programID = (await bl('POST', '/programs', { programName: 'P' })).body.id;
    const other = (await bl('POST', '/programs', { programName: 'Q' })).body.id;
    const made = await bl('POST', '/subscriptions', subscriptionTo(there.url, { programID }));
    assert.equal(made.status, 201, made.text);
    await bl('POST', '/events', { programID: other, intervals });
    const { body: event } = await bl('POST', '/events', { programID, intervals });
    await there.until(1);
    await bl('PUT', `/events/${event.id}`, { programID, intervals, priority: 1 });
    await there.until(2);
    await bl('DELETE', `/events/${event.id}`);
    const calls = await there.until(3);
    assert.deepEqual(
      calls.map(inShort),
      words.map((word) => `EVENT ${word} ${event.id}`),
    );
    assert.deepEqual(calls[0]?.body.object, event);
    assert.deepEqual([calls[1]?.body.object.priority, calls[2]?.body.object.priority], [1, 1]);
    assert.ok(calls.every(({ authorization }) => authorization === 'Bearer secret'));
    const { attempts, failed } = simulator.stats().notifications?.webhooks ?? {};
    assert.deepEqual([attempts, failed], [3, 0]);
  });
}

test('3.1: a callback URL that does not echo, or is not on this machine, gets no subscription', async (t) => {
  const { bl, simulator } = await vtn(t, '3.1', { webhookTimeoutMs: 2000 });
  const deaf = await listener(t, { echoes: false });
  for (const url of [deaf.url, 'https://192.0.2.1/x', 'nonsense', 'http://127.0.0.1:1/']) {
    assert.equal((await bl('POST', '/subscriptions', subscriptionTo(url))).status, 400, url);
  }
  assert.deepEqual((await bl('GET', '/subscriptions')).body, []);
  const there = await listener(t);
  const { body: made } = await bl('POST', '/subscriptions', subscriptionTo(there.url));
  const moved = await bl('PUT', `/subscriptions/${made.id}`, subscriptionTo(deaf.url));
  assert.equal(moved.status, 400);
  // What is not to be called is not checked.
  const none = subscriptionTo('https://192.0.2.1/x', {}, { mechanism: 'WEBSOCKET' });
  assert.equal((await bl('POST', '/subscriptions', none)).status, 201);
  simulator.set({ webhooks: false });
  assert.equal((await bl('POST', '/subscriptions', subscriptionTo(deaf.url))).status, 201);
  await bl('POST', '/programs', { programName: 'P' });
  assert.equal(simulator.stats().notifications?.webhooks.attempts, 0);
});

test('what fails is tried again, and given up after a few attempts', async (t) => {
  const { bl, simulator } = await vtn(t, '3.1', { webhookRetryMs: 1, webhookAttempts: 3 });
  const there = await listener(t);
  await bl('POST', '/subscriptions', subscriptionTo(there.url, {}, { objects: ['PROGRAM'] }));
  there.statuses.push(500, 302);
  await bl('POST', '/programs', { programName: 'P' });
  await there.until(3);
  there.statuses.push(500, 500, 500);
  await bl('POST', '/programs', { programName: 'Q' });
  await there.until(6);
  while (simulator.stats().notifications?.webhooks.waiting) await new Promise(setImmediate);
  assert.deepEqual(simulator.stats().notifications?.webhooks, {
    ...{ delivered: 1, failed: 1, notSent: 0, waiting: 0, attempts: 6 },
  });
  const told = await (await fetch(`${simulator.url}/__simulator/deliveries`)).text();
  const lines = told.trim().split('\n');
  assert.equal(told.includes('secret'), false);
  assert.deepEqual(
    lines.map((line) => [JSON.parse(line).outcome, JSON.parse(line).answer, JSON.parse(line).attempts]),
    [
      ['delivered', 200, 3],
      ['failed', 500, 3],
    ],
  );
});

test('3.1: a VEN is told only of what it may see, and of no targets but its own', async (t) => {
  const { bl, client } = await vtn(t, '3.1');
  const there = await listener(t);
  const ven = client({ clientId: 'c-Aalborg', role: 'VEN' });
  await bl('POST', '/vens', ven31('Aalborg', { targets: ['Aalborg'] }));
  const programID = (await bl('POST', '/programs', { programName: 'P' })).body.id;
  assert.equal((await ven('POST', '/subscriptions', subscriptionTo(there.url))).status, 201);
  await bl('POST', '/events', { programID, intervals, targets: ['Aarhus'] });
  await bl('POST', '/events', { programID, intervals, targets: ['Aarhus', 'Aalborg'] });
  const [call] = await there.until(1);
  assert.deepEqual(call?.body.object.targets, ['Aalborg']);
  assert.equal(there.calls.length, 1);
});

test('notifications can be lost, come twice, and speak the other words', async (t) => {
  const { bl, simulator } = await vtn(t, '3.1', { noticeWords: 'POST', noticeTwiceRate: 1 });
  const there = await listener(t);
  const operation = { objects: ['PROGRAM', 'VEN'], operations: ['POST', 'DELETE'] };
  assert.equal((await bl('POST', '/subscriptions', subscriptionTo(there.url, {}, operation))).status, 201);
  const { body: program } = await bl('POST', '/programs', { programName: 'P' });
  const calls = await there.until(2);
  assert.deepEqual(calls.map(inShort), Array(2).fill(`PROGRAM POST ${program.id}`));
  simulator.set({ noticeLossRate: 1, noticeTwiceRate: 0 });
  await bl('POST', '/programs', { programName: 'Q' });
  simulator.set({ noticeLossRate: 0 });
  const { body: ven } = await bl('POST', '/vens', ven31('Aalborg'));
  await there.until(3);
  await bl('DELETE', `/vens/${ven.id}`);
  assert.deepEqual((await there.until(4)).slice(2).map(inShort), [
    `VEN POST ${ven.id}`,
    `VEN DELETE ${ven.id}`,
  ]);
  const { lost, repeated } = simulator.stats().notifications ?? {};
  assert.deepEqual([lost, repeated], [1, 1]);
});
