import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { startSimulator } from '../../../src/simulator/index.ts';
import { named, resource31, ven31, vtn } from './vtn.ts';

const intervals = [{ id: 0, payloads: [{ type: 'SIMPLE', values: [2] }] }];
const topicsAt = (path: string) => `/notifiers/mqtt/topics/${path}`;

interface Hearer {
  readonly client: MqttClient;
  /** `topic operation id`, in the order of coming. */
  readonly heard: string[];
  readonly objects: { id: string; targets?: string[] }[];
  until(count: number): Promise<string[]>;
}

const next = (client: MqttClient, event: 'message' | 'close') =>
  new Promise<void>((resolve) => client.once(event, () => resolve()));

async function hearer(t: TestContext, url: string, topics: string[], options: IClientOptions = {}) {
  const client = await connectAsync(url, { reconnectPeriod: 0, ...options });
  t.after(() => client.endAsync(true));
  client.on('error', () => undefined);
  const result: Hearer = {
    client,
    heard: [],
    objects: [],
    async until(count) {
      while (result.heard.length < count) await next(client, 'message');
      return result.heard;
    },
  };
  client.on('message', (topic, payload) => {
    const { objectType, operation, object } = JSON.parse(payload.toString());
    result.heard.push(`${topic} ${objectType} ${operation}`);
    result.objects.push(object);
  });
  await client.subscribeAsync(topics, { qos: 1 });
  return result;
}

test('without a broker no notifier but webhooks is told, and no topics', async (t) => {
  const { bl, simulator } = await vtn(t, '3.1');
  assert.deepEqual((await bl('GET', '/notifiers')).body, { WEBSOCKET: true, WEBHOOK: true });
  assert.equal((await bl('GET', topicsAt('events'))).status, 404);
  assert.equal(simulator.mqttUrl, undefined);
  await assert.rejects(startSimulator({ dialect: 'openadr-3.0', mqttPort: 0 }), { code: 'BAD_OPTION' });
});

test('what is done is published on the topics that are told: of all, of a program, of a VEN', async (t) => {
  const { bl, simulator } = await vtn(t, '3.1', { mqttPort: 0, mqttTopicPrefix: 'oadr/' });
  const { MQTT } = (await bl('GET', '/notifiers')).body;
  const authentication = { method: 'ANONYMOUS' };
  assert.deepEqual(MQTT, { URIS: [simulator.mqttUrl], serialization: 'JSON', authentication });
  const { id: venID } = (await bl('POST', '/vens', ven31('Aalborg', { targets: ['Aalborg'] }))).body;
  const { id: otherID } = (await bl('POST', '/vens', ven31('Aarhus'))).body;
  await bl('POST', '/resources', resource31(otherID, 'Hotel', { targets: ['load_2'] }));
  const { id: programID } = (await bl('POST', '/programs', { programName: 'P' })).body;
  const paths = ['events', `programs/${programID}/events`, `vens/${venID}/events`, `vens/${otherID}/events`];
  const told = await Promise.all(paths.map(async (path) => (await bl('GET', topicsAt(path))).body.topics));
  assert.equal(told[0].CREATE, 'oadr/events/create');
  const ears = await hearer(
    t,
    simulator.mqttUrl as string,
    told.flatMap(({ CREATE, UPDATE, DELETE }) => [CREATE, UPDATE, DELETE]),
  );
  const all = await hearer(t, simulator.mqttUrl as string, [told[2].ALL]);
  const { body: event } = await bl('POST', '/events', { programID, intervals, targets: ['load_2', 'x'] });
  await ears.until(3);
  assert.deepEqual(ears.heard.sort(), [
    `oadr/events/create EVENT CREATE`,
    `oadr/events/program/${programID}/create EVENT CREATE`,
    `oadr/vens/${otherID}/events/create EVENT CREATE`,
  ]);
  assert.deepEqual(ears.objects.map(({ targets }) => targets?.length).sort(), [1, 2, 2]);
  await bl('PUT', `/events/${event.id}`, { programID, intervals });
  await bl('DELETE', `/events/${event.id}`);
  assert.deepEqual(await all.until(2), [
    `oadr/vens/${venID}/events/update EVENT UPDATE`,
    `oadr/vens/${venID}/events/delete EVENT DELETE`,
  ]);
  assert.equal(simulator.stats().notifications?.mqtt.clients, 2);
});

test('VENs and resources, programs and reports have topics too', async (t) => {
  const { bl, client, simulator } = await vtn(t, '3.1', { mqttPort: 0 });
  const ven = client({ clientId: 'c-Aalborg', role: 'VEN' });
  const { id: venID } = (await bl('POST', '/vens', ven31('Aalborg'))).body;
  const paths = ['vens', `vens/${venID}`, 'resources', `vens/${venID}/resources`, 'programs', 'reports'];
  const topics: string[] = [];
  for (const path of paths) topics.push((await bl('GET', topicsAt(path))).body.topics.ALL);
  const ears = await hearer(t, simulator.mqttUrl as string, topics);
  await bl('PUT', `/vens/${venID}`, ven31('Aalborg', { targets: ['x'] }));
  await bl('POST', '/resources', resource31(venID, 'Hotel'));
  const { id: programID } = (await bl('POST', '/programs', { programName: 'P' })).body;
  const { id: eventID } = (await bl('POST', '/events', { programID, intervals })).body;
  await ven('POST', '/reports', { eventID, clientName: 'x', resources: [{ resourceName: 'r', intervals }] });
  assert.deepEqual(
    (await ears.until(6)).sort(),
    [
      'programs/create PROGRAM CREATE',
      'reports/create REPORT CREATE',
      'resources/create RESOURCE CREATE',
      `vens/${venID}/resources/create RESOURCE CREATE`,
      `vens/${venID}/update VEN UPDATE`,
      'vens/update VEN UPDATE',
    ].sort(),
  );
});

test('as OpenLEADR: topics of VENs are told where nothing is published', async (t) => {
  const { bl, simulator } = await vtn(t, '3.1', { mqttPort: 0, notifiersAs: 'openleadr' });
  const url = simulator.mqttUrl as string;
  const { id: venID } = (await bl('POST', '/vens', ven31('Aalborg'))).body;
  const { id: programID } = (await bl('POST', '/programs', { programName: 'P' })).body;
  const { ALL } = (await bl('GET', topicsAt(`vens/${venID}/events`), undefined, { authorization: '' })).body
    .topics;
  assert.equal(ALL, `events/vens/${venID}/+`);
  const told = await hearer(t, url, [ALL]);
  const real = await hearer(t, url, [`vens/${venID}/events/create`]);
  await bl('POST', '/events', { programID, intervals });
  await real.until(1);
  assert.deepEqual(told.heard, []);
  assert.equal((await bl('GET', '/notifiers')).body.WEBHOOK, undefined);
});

test('with tokens: its own topics for a VEN, all for business logic, none for others', async (t) => {
  const { bl, client, simulator } = await vtn(t, '3.1', {
    ...{ mqttPort: 0, mqttAuthentication: 'OAUTH2_BEARER_TOKEN' },
  });
  const url = simulator.mqttUrl as string;
  const { MQTT } = (await bl('GET', '/notifiers')).body;
  assert.deepEqual(MQTT.authentication, { method: 'OAUTH2_BEARER_TOKEN', username: '{clientID}' });
  const vens = [];
  for (const name of ['Aalborg', 'Aarhus']) vens.push((await bl('POST', '/vens', ven31(name))).body);
  assert.deepEqual(named({ body: vens } as never, 'venName'), ['Aalborg', 'Aarhus']);
  const asVen = client({ clientId: 'c-Aalborg', role: 'VEN' });
  assert.equal((await asVen('GET', topicsAt(`vens/${vens[0].id}/events`))).status, 200);
  assert.equal((await asVen('GET', topicsAt(`vens/${vens[1].id}/events`))).status, 404);
  assert.equal((await asVen('GET', topicsAt('events'))).status, 403);
  const as = (username: string, lifetimeS = 60) => ({
    username,
    password: simulator.tokenFor(username, lifetimeS),
  });
  const own = `vens/${vens[0].id}/events/+`;
  const ven = await hearer(t, url, [own], as('c-Aalborg'));
  const ofOther = ven.client.subscribeAsync(`vens/${vens[1].id}/events/+`);
  await assert.rejects(ofOther, /Unspecified error/);
  await assert.rejects(ven.client.subscribeAsync('#'), /Unspecified error/);
  await hearer(t, url, ['#'], as('bl'));
  for (const wrong of [{}, as('bl', -1), { ...as('bl'), username: 'c-Aalborg' }]) {
    await assert.rejects(
      connectAsync(url, { reconnectPeriod: 0, ...wrong }, false),
      /Bad username or password/,
    );
  }
  const short = await hearer(t, url, ['#'], as('bl', 0.05));
  await next(short.client, 'close');
  assert.equal(simulator.stats().notifications?.mqtt.refused, 3);
});

test('the broker can drop those who are connected, and refuse others; nobody but the VTN publishes', async (t) => {
  const { simulator } = await vtn(t, '3.1', { mqttPort: 0 });
  const url = simulator.mqttUrl as string;
  const control = (body: object) =>
    fetch(`${simulator.url}/__simulator/control`, { method: 'POST', body: JSON.stringify(body) });
  const { client } = await hearer(t, url, ['#']);
  const closed = next(client, 'close');
  await control({ dropMqttClients: true, set: { mqttRefuse: true } });
  await closed;
  await assert.rejects(connectAsync(url, { reconnectPeriod: 0 }, false), /Server unavailable/);
  await control({ set: { mqttRefuse: false } });
  const again = await hearer(t, url, ['#']);
  const thrown = next(again.client, 'close');
  again.client.publish('events/create', '{}', { qos: 0 });
  await thrown;
  assert.deepEqual(again.heard, []);
});
