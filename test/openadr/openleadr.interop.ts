/** The client against the real OpenLEADR of both generations, where it can be had: see docs/interop.md. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, type TestContext, test } from 'node:test';
import {
  createOpenAdr30Client,
  createOpenAdr31Client,
  createTransport,
  detectVersion,
  type HttpTransport,
  OadrProblem,
  oauthTokens,
} from '../../src/openadr/index.ts';
import { type Credentials, type OpenLeadr, openLeadrs } from '../interop/openleadr.ts';

let vtn: OpenLeadr;

function transportAs(t: TestContext, who: Credentials, style: 'form' | 'basic' = 'form'): HttpTransport {
  const tokens = oauthTokens({ vtnUrl: vtn.url, ...who, style });
  const transport = createTransport({ url: vtn.url, connections: 4, tokens });
  t.after(() => transport.close());
  return transport;
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const interval = {
  id: 0,
  intervalPeriod: { start: '2026-03-01T12:00:00Z', duration: 'PT1H', randomizeStart: 'PT5M' },
  payloads: [{ type: 'PRICE', values: [0.17, 2] }],
};
const report = (eventID: string) => ({
  eventID,
  clientName: 'Aalborg',
  reportName: 'usage-1',
  payloadDescriptors: [
    { objectType: 'REPORT_PAYLOAD_DESCRIPTOR', payloadType: 'USAGE', units: 'KWH', confidence: 90 } as const,
  ],
  resources: [{ resourceName: 'Hotel', intervals: [interval] }],
});
const objectOperations: { objects: ['EVENT']; operations: ['CREATE']; callbackUrl: string }[] = [
  { objects: ['EVENT'], operations: ['CREATE'], callbackUrl: 'https://ven.example/callback' },
];

for (const candidate of await openLeadrs()) {
  describe(candidate.title, { skip: candidate.skip }, () => {
    before(async () => {
      vtn = await candidate.start();
    });
    after(() => vtn?.stop());
    beforeEach(() => vtn.clear());

    test('its version is detected', async (t) => {
      assert.equal(await detectVersion(transportAs(t, vtn.bl, 'basic')), candidate.generation);
    });

    test('a token that it refuses is renewed', async (t) => {
      const good = oauthTokens({ vtnUrl: vtn.url, ...vtn.bl });
      let expired: string | undefined = vtn.signToken('bl', -600);
      const tokens = {
        ...good,
        token: () => expired ?? good.token(),
        refused: async () => {
          expired = undefined;
          return good.token();
        },
      };
      const transport = transportAs(t, vtn.bl).withTokens(tokens);
      assert.equal((await transport.send({ method: 'GET', path: '/vens' })).status, 200);
    });

    test('wrong credentials are told', async (t) => {
      for (const style of ['form', 'basic'] as const) {
        const transport = transportAs(t, { ...vtn.bl, clientSecret: 'wrong' }, style);
        await assert.rejects(transport.send({ method: 'GET', path: '/vens' }), { code: 'OAUTH_REFUSED' });
      }
    });

    if (candidate.generation === '3.0') describe('3.0', everything30);
    else describe('3.1', everything31);
  });
}

function everything30() {
  test('every kind of object is written, read, listed, changed and deleted', async (t) => {
    const bl = createOpenAdr30Client(transportAs(t, vtn.bl));
    const ven = await bl.vens.create({
      venName: 'Ålborg',
      attributes: [{ type: 'LOCATION', values: [9.7, 57.1] }],
      targets: [{ type: 'GROUP', values: ['hotels'] }],
    });
    const resources = bl.resources(ven.id);
    const hotel = await resources.create({
      resourceName: 'Hotel',
      attributes: [{ type: 'X', values: ['y', true] }],
    });
    assert.equal(hotel.venID, ven.id);
    assert.deepEqual(await resources.get(hotel.id), hotel);
    assert.deepEqual(await collect(resources.list({ resourceName: 'Hotel' })), [hotel]);
    assert.equal((await resources.update(hotel.id, { resourceName: 'Inn' })).resourceName, 'Inn');
    assert.deepEqual(
      (await bl.vens.get(ven.id)).resources.map((one) => one.resourceName),
      ['Inn'],
    );

    const client = await vtn.createVenClient('aalborg', ven.id);
    const asVen = createOpenAdr30Client(transportAs(t, client));
    const program = await bl.programs.create({ programName: 'ResTOU', country: 'DK' });
    const event = await bl.events.create({ programID: program.id, priority: 1, intervals: [interval] });
    assert.deepEqual(await collect(bl.events.list({ programID: program.id })), [event]);
    const sent = await asVen.reports.create({ ...report(event.id), programID: program.id });
    assert.equal((await asVen.reports.get(sent.id)).reportName, 'usage-1');
    await bl.reports.delete(sent.id);
    await bl.events.delete(event.id);
    await bl.programs.delete(program.id);
    await resources.delete(hotel.id);
    assert.equal((await bl.vens.delete(ven.id)).id, ven.id);
  });

  test('more than a page is listed whole', async (t) => {
    const { vens } = createOpenAdr30Client(transportAs(t, vtn.bl));
    await Promise.all(Array.from({ length: 120 }, (_, index) => vens.create({ venName: `ven ${index}` })));
    assert.equal((await collect(vens.list())).length, 120);
    assert.equal((await collect(vens.list({}, { limit: 7 }))).length, 120);
  });
}

function everything31() {
  test('every kind of object is written, read, listed, changed and deleted', async (t) => {
    const bl = createOpenAdr31Client(transportAs(t, vtn.bl));
    const clientID = 'aalborg';
    const attributes = [{ type: 'LOCATION', values: [9.7, 57.1] }];
    const ven = await bl.vens.create({
      objectType: 'BL_VEN_REQUEST',
      clientID,
      venName: 'Ålborg',
      attributes,
      targets: ['north'],
    });
    assert.deepEqual([ven.objectType, ven.targets, ven.attributes], ['VEN', ['north'], attributes]);
    const request = {
      objectType: 'BL_RESOURCE_REQUEST',
      clientID,
      venID: ven.id,
      resourceName: 'Hotel',
      targets: ['hotels', 'a'],
    } as const;
    const hotel = await bl.resources.create({ ...request, targets: ['hotels', 'a'] });
    assert.deepEqual(await bl.resources.get(hotel.id), hotel);
    assert.deepEqual(await collect(bl.resources.list({ venID: ven.id, targets: ['b', 'a'] })), [hotel]);
    const renamed = await bl.resources.update(hotel.id, { ...request, resourceName: 'Inn', targets: null });
    assert.deepEqual([renamed.resourceName, renamed.targets], ['Inn', []]);

    const asVen = createOpenAdr31Client(transportAs(t, await vtn.createVenClient(clientID)));
    const program = await bl.programs.create({
      programName: 'ResTOU',
      attributes: [{ type: 'COUNTRY', values: ['DK'] }],
    });
    const event = await bl.events.create({
      programID: program.id,
      duration: 'PT1H',
      payloadDescriptors: [{ objectType: 'EVENT_PAYLOAD_DESCRIPTOR', payloadType: 'PRICE', currency: 'DKK' }],
      reportDescriptors: [{ payloadType: 'USAGE' }],
      intervals: [interval],
    });
    assert.deepEqual(await collect(asVen.events.list({ programID: program.id, active: true })), [event]);
    const sent = await asVen.reports.create(report(event.id));
    assert.equal(sent.clientID, clientID);
    const subscription = await asVen.subscriptions.create({ clientName: 'Aalborg', objectOperations });
    assert.equal(subscription.clientID, clientID);
    assert.equal(
      (await asVen.subscriptions.get(subscription.id)).objectOperations[0]?.callbackUrl,
      objectOperations[0]?.callbackUrl,
    );
    await asVen.subscriptions.delete(subscription.id);
    await asVen.reports.delete(sent.id);
    await bl.events.delete(event.id);
    await bl.programs.delete(program.id);
    await bl.resources.delete(hotel.id);
    assert.equal((await bl.vens.delete(ven.id)).id, ven.id);
  });

  test('auth and notifiers', async (t) => {
    const bl = createOpenAdr31Client(transportAs(t, vtn.bl));
    assert.deepEqual(await bl.auth.server(), { tokenURL: vtn.tokenUrl });
    const { clientId, clientSecret } = vtn.bl;
    const token = await bl.auth.token({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    });
    assert.ok(token.access_token.length > 10);
    assert.equal((await bl.notifiers.list()).MQTT, null);
    await assert.rejects(
      bl.notifiers.mqttTopics.vens(),
      (error) => error instanceof OadrProblem && error.status === 404,
    );
  });

  test('a missing scope is told, with the scope', async (t) => {
    const reader = await vtn.createClient('reader', ['read_all']);
    const { vens } = createOpenAdr31Client(transportAs(t, reader));
    await assert.rejects(
      vens.create({ objectType: 'BL_VEN_REQUEST', clientID: 'c', venName: 'v' }),
      (error) =>
        error instanceof OadrProblem && error.code === 'OADR_FORBIDDEN' && /write_vens/.test(error.hint),
    );
  });

  test('more than a page is listed whole', async (t) => {
    const { vens } = createOpenAdr31Client(transportAs(t, vtn.bl));
    const create = (index: number) =>
      vens.create({ objectType: 'BL_VEN_REQUEST', clientID: `c-${index}`, venName: `ven ${index}` });
    await Promise.all(Array.from({ length: 120 }, (_, index) => create(index)));
    assert.equal((await collect(vens.list())).length, 120);
  });
}
