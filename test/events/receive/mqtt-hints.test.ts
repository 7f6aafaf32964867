import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes } from 'aedes';
import { type MqttHintsOptions, startMqttHints } from '../../../src/events/receive/mqtt-hints.ts';
import { openAdr31Push } from '../../../src/profiles/openadr-3.1/push.ts';
import type { PushNotifiers } from '../../../src/profiles/push-profile.ts';
import { pem } from '../../openadr/scripted-server.ts';
import { ven31, vtn } from '../../simulator/openadr/vtn.ts';
import { ears, linkTo, until } from './push-support.ts';

const intervals = [{ id: 0, payloads: [{ type: 'SIMPLE', values: [2] }] }];
const notifiers = openAdr31Push({}).notifiers as PushNotifiers;
/** A broker has ten seconds to answer. */
const times = 20;
const quickly = { timeout: 20_000 };

function hintsFrom(t: TestContext, options: Pick<MqttHintsOptions, 'link'> & Partial<MqttHintsOptions>) {
  const heard = ears();
  const source = startMqttHints({
    notifiers,
    readers: [{ venName: undefined }],
    programs: () => undefined,
    token: async () => undefined,
    listener: heard.listener,
    ...options,
  });
  t.after(() => source.close());
  return { ...heard, source };
}

test(
  'as BL all events and programs are heard, and after a loss of the connection again',
  quickly,
  async (t) => {
    const { bl, simulator } = await vtn(t, '3.1', { mqttPort: 0, mqttTopicPrefix: 'oadr/' });
    const link = linkTo(t, simulator.url, simulator.tokenFor('bl', 600), times);
    const { hints, states, source } = hintsFrom(t, { link });
    await until(() => states.length === 1);
    assert.deepEqual(states, [null]);
    const programID = (await bl('POST', '/programs', { programName: 'P' })).body.id;
    const event = (await bl('POST', '/events', { programID, intervals })).body.id;
    await until(() => hints.length === 2);
    assert.deepEqual(hints.map(({ via, objectType, objectId }) => [via, objectType, objectId]).sort(), [
      ['mqtt', 'EVENT', event],
      ['mqtt', 'PROGRAM', programID],
    ]);
    simulator.dropMqttClients();
    await until(() => states.length === 3);
    assert.equal(states[2], null);
    assert.ok(states[1]);
    await bl('PUT', `/events/${event}`, { programID, intervals, priority: 1 });
    await until(() => hints.length === 3);
    await source.close();
    // After its end nothing is told.
    simulator.dropMqttClients();
    await bl('DELETE', `/events/${event}`);
    assert.deepEqual([states.length, hints.length], [3, 3]);
  },
);

for (const notifiersAs of ['specification', 'openleadr'] as const)
  test(`each VEN hears of its own events, where topics are said as by ${notifiersAs}`, quickly, async (t) => {
    const { bl, client, simulator } = await vtn(t, '3.1', {
      mqttPort: 0,
      mqttAuthentication: 'OAUTH2_BEARER_TOKEN',
      ...(notifiersAs === 'openleadr' && { notifiersAs }),
    });
    const readers = [];
    for (const name of ['Aalborg', 'Aarhus']) {
      client({ clientId: `c-${name}`, role: 'VEN' });
      const { id } = (await bl('POST', '/vens', ven31(name, { targets: [name] }))).body;
      readers.push({ venName: name, vtnVenId: id as string });
    }
    const tokenOf = (venName: string | undefined) => simulator.tokenFor(`c-${venName}`, 600);
    const asked: string[] = [];
    const { hints, states } = hintsFrom(t, {
      link: linkTo(t, simulator.url, tokenOf, times),
      readers,
      token: async (venName) => {
        asked.push(venName ?? '');
        return tokenOf(venName);
      },
      clientId: (venName) => `c-${venName}`,
    });
    await until(() => states.length === 1);
    assert.deepEqual(states, [null]);
    assert.deepEqual([...new Set(asked)].sort(), ['Aalborg', 'Aarhus']);
    const before = asked.length;
    const programID = (await bl('POST', '/programs', { programName: 'P', targets: ['Aarhus'] })).body.id;
    await until(() => hints.length === 1);
    const event = (await bl('POST', '/events', { programID, intervals, targets: ['Aarhus'] })).body.id;
    await until(() => hints.length === 2);
    assert.equal(hints[1]?.objectId, event);
    // A fresh token on each connection.
    simulator.dropMqttClients();
    await until(() => asked.length >= before + 2 && states.at(-1) === null && states.length > 1);
  });

test('without a broker it is said, and asked again; nothing is thrown', quickly, async (t) => {
  const { simulator } = await vtn(t, '3.1');
  const link = linkTo(t, simulator.url, simulator.tokenFor('bl', 600), 1_000);
  const { states } = hintsFrom(t, { link });
  const asked = () => simulator.stats().requests;
  await until(() => states.length > 0);
  const before = asked();
  await until(() => JSON.stringify(asked()) !== JSON.stringify(before));
  assert.deepEqual(states, ['the VTN has no broker']);
});

/** A broker of which is known who connected how, and what they subscribed to. */
async function broker(t: TestContext, tls?: object) {
  const connected: { username: string | undefined; password: string | undefined }[] = [];
  const topics: string[] = [];
  const refusedTopics = new Set<string>();
  const aedes = await Aedes.createBroker({
    authenticate(_client, username, password, done) {
      connected.push({ username, password: password?.toString() });
      done(null, true);
    },
    authorizeSubscribe(_client, subscription, done) {
      if (refusedTopics.has(subscription.topic)) return done(null, null);
      topics.push(subscription.topic);
      done(null, subscription);
    },
  });
  const sockets = new Set<Socket>();
  const hold = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    aedes.handle(socket);
  };
  const server = tls ? createTlsServer(tls, hold) : createTcpServer(hold);
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await new Promise<void>((done) => aedes.close(done));
  });
  const publish = (topic: string, payload: string | Buffer, retain = false) =>
    new Promise<void>((done) =>
      aedes.publish({ cmd: 'publish', topic, payload, qos: 0, retain, dup: false }, () => done()),
    );
  return { port: (server.address() as AddressInfo).port, connected, topics, refusedTopics, publish };
}

/** A VTN that has nothing but notifiers: what each path answers; null: 404. */
async function notifierVtn(t: TestContext, answer: (path: string) => unknown) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    const body = answer(path);
    response.writeHead(body === null ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? { title: 'none', status: 404 }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const offering = (URIS: string[], authentication: object = { method: 'ANONYMOUS' }) => ({
  WEBHOOK: false,
  MQTT: { URIS, serialization: 'JSON', authentication },
});
const topicsAt = (base: string) => ({
  topics: { CREATE: `${base}/CREATE`, UPDATE: `${base}/UPDATE`, DELETE: `${base}/DELETE` },
});

test('any form of message is a hint, retained ones and nonsense too', quickly, async (t) => {
  const { port, publish, topics } = await broker(t);
  const { url } = await notifierVtn(t, (path) =>
    path === '/notifiers'
      ? offering([`tcp://127.0.0.1:${port}`])
      : path.endsWith('/events')
        ? topicsAt('e')
        : null,
  );
  await publish('e/UPDATE', JSON.stringify({ id: 'e0', objectType: 'EVENT' }), true);
  const { hints, states } = hintsFrom(t, { link: linkTo(t, url, 'token', times) });
  await until(() => states.length === 1 && hints.length === 1);
  assert.deepEqual(topics.sort(), ['e/CREATE', 'e/DELETE', 'e/UPDATE']);
  const payloads = [
    JSON.stringify({ objectType: 'EVENT', operation: 'CREATE', object: { id: 'e1' } }),
    JSON.stringify({ id: 'e2', programID: 'p', intervals }),
    JSON.stringify({ ID: 'e3', notificationID: 'n', objectType: 'EVENT', operation: 'DELETE' }),
    'nonsense',
    Buffer.from([0xff, 0x00]),
    JSON.stringify({ objectType: 'EVENT', object: { id: 'e4', x: 'x'.repeat(300_000) } }),
  ];
  for (const payload of payloads) await publish('e/CREATE', payload);
  await until(() => hints.length === 7);
  assert.deepEqual(
    hints.map(({ objectId }) => objectId),
    ['e0', 'e1', 'e2', 'e3', undefined, undefined, undefined],
  );
});

test('where topics of all events are not for it, it hears those of each program', quickly, async (t) => {
  const { port, publish, topics } = await broker(t);
  const { url } = await notifierVtn(t, (path) => {
    if (path === '/notifiers') return offering([`mqtt://127.0.0.1:${port}`]);
    const [, id] = /programs\/(.*)\/events$/.exec(path) ?? [];
    return id === undefined ? null : topicsAt(`p/${id}`);
  });
  let programs = ['p1'];
  const { hints, states, source } = hintsFrom(t, {
    link: linkTo(t, url, 'token', times),
    programs: () => programs,
  });
  await until(() => states.length === 1);
  assert.deepEqual(states, [null]);
  programs = ['p1', 'p2'];
  source.programsChanged();
  await until(() => topics.includes('p/p2/CREATE') && states.length === 2);
  await publish('p/p2/UPDATE', '{"id":"e1"}');
  await until(() => hints.length === 1);
});

test('a wildcard that the broker refuses is replaced by the topics it stands for', quickly, async (t) => {
  const { port, topics, refusedTopics } = await broker(t);
  refusedTopics.add('e/+');
  const { url } = await notifierVtn(t, (path) => {
    if (path === '/notifiers') return offering([`mqtt://127.0.0.1:${port}`]);
    return path.endsWith('/events') ? { topics: { ...topicsAt('e').topics, ALL: 'e/+' } } : null;
  });
  const { states } = hintsFrom(t, { link: linkTo(t, url, 'token', times) });
  await until(() => states.length === 1);
  assert.deepEqual(states, [null]);
  assert.deepEqual(topics.sort(), ['e/CREATE', 'e/DELETE', 'e/UPDATE']);
});

test('a broker that refuses all topics is told of', quickly, async (t) => {
  const { port, refusedTopics } = await broker(t);
  for (const topic of ['e/CREATE', 'e/UPDATE', 'e/DELETE']) refusedTopics.add(topic);
  const { url } = await notifierVtn(t, (path) =>
    path === '/notifiers'
      ? offering([`mqtt://127.0.0.1:${port}`])
      : path.endsWith('/events')
        ? topicsAt('e')
        : null,
  );
  const { states } = hintsFrom(t, { link: linkTo(t, url, 'token', times) });
  await until(() => states.length === 1);
  assert.match(states[0] ?? '', /refuses the topic e\//);
});

test(
  'of several addresses the one that answers is found, and after an outage the VTN is asked anew',
  quickly,
  async (t) => {
    const dead = createTcpServer();
    await new Promise<void>((done) => dead.listen(0, '127.0.0.1', done));
    const { port: deadPort } = dead.address() as AddressInfo;
    await new Promise((done) => dead.close(done));
    const { port } = await broker(t);
    const { url, requests } = await notifierVtn(t, (path) =>
      path === '/notifiers'
        ? offering(['http://nonsense/', `mqtt://127.0.0.1:${deadPort}`, `mqtt://127.0.0.1:${port}`])
        : path.endsWith('/events')
          ? topicsAt('e')
          : null,
    );
    const { states } = hintsFrom(t, { link: linkTo(t, url, 'token', times) });
    await until(() => states.at(-1) === null);
    assert.equal(states.length, 2);
    assert.match(states[0] ?? '', /ECONNREFUSED|refused/);
    assert.ok(requests.filter((path) => path === '/notifiers').length >= 2);
  },
);

test(
  'a certificate is used where the VTN names one, and the broker must have that of the VTN',
  quickly,
  async (t) => {
    const tls = {
      cert: pem('server'),
      key: pem('server.key'),
      ca: pem('ca'),
      requestCert: true,
      rejectUnauthorized: true,
    };
    const { port, connected } = await broker(t, tls);
    const authentication = {
      method: 'CERTIFICATE',
      caCert: pem('ca'),
      clientCert: pem('client'),
      clientKey: pem('client.key'),
    };
    let scheme = 'mqtts';
    const { url } = await notifierVtn(t, (path) =>
      path === '/notifiers'
        ? offering([`${scheme}://127.0.0.1:${port}`], authentication)
        : path.endsWith('/events')
          ? topicsAt('e')
          : null,
    );
    const { states } = hintsFrom(t, { link: linkTo(t, url, 'token', times) });
    await until(() => states.length === 1);
    assert.deepEqual(states, [null]);
    assert.deepEqual(connected, [{ username: undefined, password: undefined }]);
    scheme = 'mqtt';
    const plain = hintsFrom(t, { link: linkTo(t, url, 'token', times) });
    await until(() => plain.states.length === 1);
    assert.match(plain.states[0] ?? '', /wants a certificate, and is not encrypted$/);
  },
);

test('the token of an encrypted VTN goes to no broker that is not', quickly, async (t) => {
  const { port, connected } = await broker(t);
  const authentication = { method: 'OAUTH2BEARERTOKEN', username: 'us' };
  const { url } = await notifierVtn(t, (path) =>
    path === '/notifiers'
      ? offering([`mqtt://127.0.0.1:${port}`], authentication)
      : path.endsWith('/events')
        ? topicsAt('e')
        : null,
  );
  const link = linkTo(t, url, 'token', times);
  const token = async () => 'the-token';
  const secure = { ...link, transport: { ...link.transport, url: 'https://vtn.example' } };
  const guarded = hintsFrom(t, { link: secure, token });
  await until(() => guarded.states.length === 1);
  assert.match(guarded.states[0] ?? '', /wants the token, and is not encrypted/);
  assert.deepEqual(connected, []);
  const open = hintsFrom(t, { link, token });
  await until(() => open.states.length === 1);
  assert.deepEqual(connected, [{ username: 'us', password: 'the-token' }]);
});

test(
  'notifiers that make no sense are told of, without the key that may stand in them',
  quickly,
  async (t) => {
    let shown: unknown = offering(['mqtt://127.0.0.1:1'], { method: 'CERTIFICATE', clientKey: 'SECRET' });
    const { url } = await notifierVtn(t, (path) => (path === '/notifiers' ? shown : null));
    const { states } = hintsFrom(t, { link: linkTo(t, url, 'token', 1_000) });
    await until(() => states.length === 1);
    assert.ok(states[0] !== null && !states[0]?.includes('SECRET'));
    shown = { MQTT: 'yes' };
    await until(() => states.length === 2);
    shown = { WEBHOOK: true, MQTT: { ...offering(['mqtt://127.0.0.1:1']).MQTT, serialization: 'CBOR' } };
    await until(() => states.length === 3);
    assert.match(states[2] ?? '', /CBOR, not JSON/);
  },
);
