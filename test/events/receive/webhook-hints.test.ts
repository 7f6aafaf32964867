import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { startWebhookHints, type WebhookHintsOptions } from '../../../src/events/receive/webhook-hints.ts';
import { openAdr30Push } from '../../../src/profiles/openadr-3.0/push.ts';
import { openAdr31Push } from '../../../src/profiles/openadr-3.1/push.ts';
import { ven31, vtn } from '../../simulator/openadr/vtn.ts';
import { ears, linkTo, until } from './push-support.ts';

const intervals = [{ id: 0, payloads: [{ type: 'SIMPLE', values: [2] }] }];

/** A port that is free, so that the public URL can be told beforehand. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

async function hintsFrom(
  t: TestContext,
  options: Omit<WebhookHintsOptions, 'publicUrl' | 'listener' | 'vens' | 'programs'> &
    Partial<WebhookHintsOptions>,
) {
  const heard = ears();
  const port = await freePort();
  const publicUrl = options.publicUrl ?? `http://127.0.0.1:${port}/hook`;
  const hints = await startWebhookHints({
    vens: [],
    programs: () => undefined,
    listener: heard.listener,
    ...options,
    publicUrl,
    listen: options.listen ?? new URL(publicUrl).host,
  });
  t.after(() => hints.close());
  return { ...heard, source: hints, publicUrl };
}

type Subscription = {
  id: string;
  clientName: string;
  programID?: string;
  objectOperations: { bearerToken: string; operations: string[]; callbackUrl: string }[];
};

test('3.1: one subscription for all, which wakes, and is gone when it is closed', {
  timeout: 20_000,
}, async (t) => {
  const { bl, simulator } = await vtn(t, '3.1');
  const link = linkTo(t, simulator.url, simulator.tokenFor('bl', 600));
  const { hints, states, source, publicUrl } = await hintsFrom(t, { profile: openAdr31Push({}), link });
  await until(() => states.length > 0);
  assert.deepEqual(states, [null]);
  const listed: Subscription[] = (await bl('GET', '/subscriptions')).body;
  assert.deepEqual(
    listed.map(({ clientName, objectOperations: [one] }) => [clientName, one?.callbackUrl]),
    [['venfleet', publicUrl]],
  );
  const programID = (await bl('POST', '/programs', { programName: 'P' })).body.id;
  await until(() => hints.length === 1);
  const event = (await bl('POST', '/events', { programID, intervals })).body.id;
  await until(() => hints.length === 2);
  assert.deepEqual(
    hints.map(({ objectType, objectId }) => [objectType, objectId]),
    [
      ['PROGRAM', programID],
      ['EVENT', event],
    ],
  );
  await source.close();
  assert.deepEqual((await bl('GET', '/subscriptions')).body, []);
});

test('3.0: one for each program, as programs come and go', { timeout: 20_000 }, async (t) => {
  const { bl, simulator } = await vtn(t, '3.0');
  const link = linkTo(t, simulator.url, simulator.tokenFor('bl', 600));
  let programs: string[] | undefined;
  const { hints, states, source } = await hintsFrom(t, {
    profile: openAdr30Push({}),
    link,
    programs: () => programs,
  });
  const subscribed = async () =>
    (await bl('GET', '/subscriptions')).body.map(({ programID }: Subscription) => programID).sort();
  const p = (await bl('POST', '/programs', { programName: 'P' })).body.id;
  const q = (await bl('POST', '/programs', { programName: 'Q' })).body.id;
  assert.deepEqual(await subscribed(), []);
  programs = [p, q].sort();
  source.programsChanged();
  await until(() => states.length === 1);
  assert.deepEqual(await subscribed(), programs);
  await bl('POST', '/events', { programID: q, intervals });
  await until(() => hints.length === 1);
  programs = [q];
  source.programsChanged();
  await until(async () => (await subscribed()).length === 1);
  assert.deepEqual(await subscribed(), [q]);
  // What is unchanged tells nothing.
  assert.deepEqual(states, [null]);
  await source.close();
  assert.deepEqual(await subscribed(), []);
});

test('one that is gone is made anew, one of a former run is replaced, and others are left alone', {
  timeout: 20_000,
}, async (t) => {
  const { bl, simulator } = await vtn(t, '3.1', { webhooks: false });
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}/hook`;
  const of = (clientName: string, callbackUrl: string, bearerToken: string) =>
    bl('POST', '/subscriptions', {
      clientName,
      objectOperations: [
        {
          objects: ['EVENT', 'PROGRAM'],
          operations: ['CREATE', 'UPDATE', 'DELETE'],
          callbackUrl,
          bearerToken,
        },
      ],
    });
  await of('venfleet', publicUrl, 'of-a-former-run');
  await of('venfleet', publicUrl, 'of-another-former-run');
  await of('somebody', publicUrl, 'x');
  await of('venfleet', `${publicUrl}/other`, 'x');
  const link = linkTo(t, simulator.url, simulator.tokenFor('bl', 600));
  const { states, source } = await hintsFrom(t, {
    profile: openAdr31Push({}),
    link,
    publicUrl,
    // Milliseconds of real time, a thousandth of it.
    renewMs: 20_000,
  });
  const ours = async () => {
    const all: Subscription[] = (await bl('GET', '/subscriptions')).body;
    return all.filter(
      ({ clientName, objectOperations: [one] }) =>
        clientName === 'venfleet' && one?.callbackUrl === publicUrl,
    );
  };
  await until(() => states.length === 1);
  const [first, ...more] = await ours();
  assert.ok(first && more.length === 0);
  await bl('DELETE', `/subscriptions/${first.id}`);
  await until(() => states.length === 2);
  const [second] = await ours();
  assert.ok(second && second.id !== first.id);
  assert.deepEqual(states, [null, null]);
  await source.close();
  const left: Subscription[] = (await bl('GET', '/subscriptions')).body;
  assert.deepEqual(left.map(({ clientName }) => clientName).sort(), ['somebody', 'venfleet']);
});

test('one with the very token is kept', { timeout: 20_000 }, async (t) => {
  const { bl, simulator } = await vtn(t, '3.1', { webhooks: false });
  const token = 'a-token-that-stays-the-same';
  const port = await freePort();
  const callbackUrl = `http://127.0.0.1:${port}/hook`;
  const operations = ['CREATE', 'UPDATE', 'DELETE'];
  const objects = ['EVENT', 'PROGRAM'];
  const made = await bl('POST', '/subscriptions', {
    clientName: 'venfleet',
    objectOperations: [{ objects, operations, callbackUrl, bearerToken: token }],
  });
  const link = linkTo(t, simulator.url, simulator.tokenFor('bl', 600));
  const { states } = await hintsFrom(t, { profile: openAdr31Push({}), link, publicUrl: callbackUrl, token });
  await until(() => states.length === 1);
  const listed: Subscription[] = (await bl('GET', '/subscriptions')).body;
  assert.deepEqual(
    listed.map(({ id }) => id),
    [made.body.id],
  );
});

test('each VEN subscribes for itself, and one that may not is told of', { timeout: 20_000 }, async (t) => {
  const { bl, client, simulator } = await vtn(t, '3.1');
  for (const name of ['Aalborg', 'Aarhus']) {
    client({ clientId: `c-${name}`, role: 'VEN' });
    await bl('POST', '/vens', ven31(name, { targets: [name] }));
  }
  client({ clientId: 'c-Vejle', role: 'VEN', scopes: ['read_targets'] });
  const link = linkTo(t, simulator.url, (venName) => simulator.tokenFor(`c-${venName}`, 600));
  const { hints, states } = await hintsFrom(t, {
    profile: openAdr31Push({ role: 'VEN' }),
    link,
    vens: ['Aalborg', 'Aarhus', 'Vejle'],
  });
  const names = async () =>
    (await bl('GET', '/subscriptions')).body.map(({ clientName }: Subscription) => clientName).sort();
  await until(async () => (await names()).length === 2);
  assert.deepEqual(await names(), ['Aalborg', 'Aarhus']);
  await until(() => states.length > 0);
  assert.equal(states.length, 1);
  assert.match(states[0] ?? '', /^HTTP 403: .*\(VEN Vejle\)$/);
  const before = hints.length;
  const programID = (await bl('POST', '/programs', { programName: 'P', targets: ['Aarhus'] })).body.id;
  await bl('POST', '/events', { programID, intervals, targets: ['Aarhus'] });
  await until(() => hints.slice(before).some(({ objectType }) => objectType === 'EVENT'));
});

/** A VTN that has nothing but subscriptions, and answers as it is told. */
async function smallVtn(
  t: TestContext,
  answer: (method: string, body: Subscription) => { status: number; body?: unknown },
) {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    requests.push(`${request.method} ${request.url}`);
    const { status, body } = answer(request.method ?? '', text === '' ? {} : JSON.parse(text));
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? { title: 'no', status }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

test('a VTN that calls operations by HTTP methods is asked in its words', { timeout: 20_000 }, async (t) => {
  const held: Subscription[] = [];
  const { url, requests } = await smallVtn(t, (method, body) => {
    if (method === 'GET') return { status: 200, body: held };
    if (method === 'DELETE') return { status: 200, body: held.shift() };
    if (body.objectOperations[0]?.operations.includes('CREATE')) return { status: 400 };
    // It keeps tokens to itself.
    const [one] = body.objectOperations;
    const objectOperations = [{ ...one, bearerToken: null }] as never;
    held.push({ ...body, id: `s${held.length}`, objectOperations });
    return { status: 201, body: held.at(-1) };
  });
  const link = linkTo(t, url, 'token');
  const { states, source } = await hintsFrom(t, {
    profile: openAdr30Push({}),
    link,
    programs: () => ['p1'],
    renewMs: 20_000,
  });
  await until(() => states.length > 0);
  assert.deepEqual(states, [null]);
  assert.deepEqual(held[0]?.objectOperations[0]?.operations, ['POST', 'PUT', 'DELETE']);
  // Looked at again, and kept: it is known to bring our token.
  const listings = () => requests.filter((request) => request.startsWith('GET')).length;
  const seen = listings();
  await until(() => listings() > seen + 3);
  assert.equal(requests.filter((request) => request.startsWith('POST')).length, 2);
  await source.close();
  assert.deepEqual(held, []);
});

test('a VTN that has no subscriptions is asked again, ever less often; nothing is thrown', {
  timeout: 20_000,
}, async (t) => {
  let status = 404;
  const held: Subscription[] = [];
  const { url, requests } = await smallVtn(t, (method, body) => {
    if (status !== 200) return { status };
    if (method === 'GET') return { status: 200, body: held };
    if (method === 'DELETE') return { status: 200, body: held.shift() };
    held.push({ ...body, id: 's1' });
    return { status: 201, body: held.at(-1) };
  });
  const { states } = await hintsFrom(t, { profile: openAdr31Push({}), link: linkTo(t, url, 'token') });
  await until(() => requests.length >= 3);
  assert.equal(states.length, 1);
  assert.match(states[0] ?? '', /^HTTP 404/);
  status = 200;
  await until(() => states.length === 2);
  assert.deepEqual(states.slice(1), [null]);
});
