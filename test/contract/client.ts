/** The contract as our own client sees it: every answer passes its checks. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  createOpenAdr30Client,
  createOpenAdr31Client,
  createTransport,
  detectVersion,
  type HttpTransport,
  OadrProblem,
  oauthTokens,
} from '../../src/openadr/index.ts';
import type { Credentials } from '../interop/openleadr.ts';
import { type ContractVtn, newClientId, type Part } from './vtn.ts';

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The ids of a listing that nobody writes to: each once. */
function once(items: readonly { id: string }[], count: number): void {
  assert.deepEqual([items.length, new Set(items.map(({ id }) => id)).size], [count, count]);
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

type TransportAs = (t: TestContext, who: Credentials, style?: 'form' | 'basic') => HttpTransport;

export const client: Part = (vtn, generation) => {
  const transportAs: TransportAs = (t, who, style = 'form') => {
    const tokens = oauthTokens({ vtnUrl: vtn().url, ...who, style });
    const transport = createTransport({ url: vtn().url, connections: 4, tokens });
    t.after(() => transport.close());
    return transport;
  };

  test('its version is detected', async (t) => {
    assert.equal(await detectVersion(transportAs(t, vtn().bl, 'basic')), generation);
  });

  test('a token that it refuses is renewed', async (t) => {
    const good = oauthTokens({ vtnUrl: vtn().url, ...vtn().bl });
    let expired: string | undefined = vtn().signToken('bl', -600);
    const tokens = {
      ...good,
      token: () => expired ?? good.token(),
      refused: async () => {
        expired = undefined;
        return good.token();
      },
    };
    const transport = transportAs(t, vtn().bl).withTokens(tokens);
    assert.equal((await transport.send({ method: 'GET', path: '/vens' })).status, 200);
  });

  test('wrong credentials are told', async (t) => {
    for (const style of ['form', 'basic'] as const) {
      const transport = transportAs(t, { ...vtn().bl, clientSecret: 'wrong' }, style);
      await assert.rejects(transport.send({ method: 'GET', path: '/vens' }), { code: 'OAUTH_REFUSED' });
    }
  });

  if (generation === '3.0') client30(vtn, transportAs);
  else client31(vtn, transportAs);
};

function client30(vtn: () => ContractVtn, transportAs: TransportAs) {
  test('every kind of object is written, read, listed, changed and deleted', async (t) => {
    const bl = createOpenAdr30Client(transportAs(t, vtn().bl));
    const ven = await bl.vens.create({
      venName: 'Ålborg',
      attributes: [{ type: 'LOCATION', values: [9.7, 57.1] }],
      targets: [{ type: 'GROUP', values: ['hotels'] }],
    });
    const resources = bl.resources(ven.id);
    const attributes = [{ type: 'X', values: ['y', true] }];
    const hotel = await resources.create({ resourceName: 'Hotel', attributes });
    assert.equal(hotel.venID, ven.id);
    assert.deepEqual(await resources.get(hotel.id), hotel);
    assert.deepEqual(await collect(resources.list({ resourceName: 'Hotel' })), [hotel]);
    assert.equal((await resources.update(hotel.id, { resourceName: 'Inn' })).resourceName, 'Inn');
    assert.deepEqual(
      (await bl.vens.get(ven.id)).resources.map((one) => one.resourceName),
      ['Inn'],
    );

    const asVen = createOpenAdr30Client(transportAs(t, await vtn().createVenClient(newClientId(), ven.id)));
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

  test('more than a page is listed whole, each once', async (t) => {
    const { vens, resources } = createOpenAdr30Client(transportAs(t, vtn().bl));
    const made = await Promise.all(
      Array.from({ length: 120 }, (_, index) => vens.create({ venName: `ven ${index}` })),
    );
    once(await collect(vens.list()), 120);
    once(await collect(vens.list({}, { limit: 7 })), 120);
    const ofOne = resources(made[0]?.id ?? '');
    await Promise.all(Array.from({ length: 100 }, (_, i) => ofOne.create({ resourceName: `r ${i}` })));
    once(await collect(ofOne.list()), 100);
  });

  test('a listing during which VENs are made still gives each once', async (t) => {
    const { vens } = createOpenAdr30Client(transportAs(t, vtn().bl));
    await Promise.all(Array.from({ length: 60 }, (_, index) => vens.create({ venName: `ven ${index}` })));
    const ids: { id: string }[] = [];
    for await (const ven of vens.list()) {
      ids.push(ven);
      if (ids.length < 5) await vens.create({ venName: `late ${ids.length}` });
    }
    once(ids, 60);
  });

  test('a conflict and a missing role are problems with their codes', async (t) => {
    const { vens } = createOpenAdr30Client(transportAs(t, vtn().bl));
    await vens.create({ venName: 'Aalborg' });
    await assert.rejects(vens.create({ venName: 'Aalborg' }), problem('OADR_PROBLEM', 409));
    const business = await vtn().createClient(newClientId(), [{ role: 'AnyBusiness' }]);
    const other = createOpenAdr30Client(transportAs(t, business));
    await assert.rejects(other.vens.create({ venName: 'Aarhus' }), problem('VTN_TOKEN_REFUSED', 401));
    await assert.rejects(collect(other.vens.list()), problem('OADR_FORBIDDEN', 403));
  });
}

function problem(code: string, status: number) {
  return (error: unknown) => {
    assert.ok(error instanceof OadrProblem);
    assert.deepEqual([error.code, error.status], [code, status]);
    return true;
  };
}

function client31(vtn: () => ContractVtn, transportAs: TransportAs) {
  const ven = (venName: string, clientID = venName) =>
    ({ objectType: 'BL_VEN_REQUEST', clientID, venName }) as const;

  test('every kind of object is written, read, listed, changed and deleted', async (t) => {
    const bl = createOpenAdr31Client(transportAs(t, vtn().bl));
    const clientID = newClientId();
    const attributes = [{ type: 'LOCATION', values: [9.7, 57.1] }];
    const aalborg = await bl.vens.create({ ...ven('Ålborg', clientID), attributes, targets: ['north'] });
    assert.deepEqual(
      [aalborg.objectType, aalborg.targets, aalborg.attributes],
      ['VEN', ['north'], attributes],
    );
    const request = {
      objectType: 'BL_RESOURCE_REQUEST',
      clientID,
      venID: aalborg.id,
      resourceName: 'Hotel',
    } as const;
    const hotel = await bl.resources.create({ ...request, targets: ['hotels', 'a'] });
    assert.deepEqual(await bl.resources.get(hotel.id), hotel);
    assert.deepEqual(await collect(bl.resources.list({ venID: aalborg.id, targets: ['b', 'a'] })), [hotel]);
    const renamed = await bl.resources.update(hotel.id, { ...request, resourceName: 'Inn', targets: null });
    assert.deepEqual([renamed.resourceName, renamed.targets], ['Inn', []]);

    const asVen = createOpenAdr31Client(transportAs(t, await vtn().createVenClient(clientID)));
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
    const callbackUrl = 'https://ven.example/callback';
    const subscription = await asVen.subscriptions.create({
      clientName: 'Aalborg',
      objectOperations: [{ objects: ['EVENT'], operations: ['CREATE'], callbackUrl }],
    });
    assert.equal(subscription.clientID, clientID);
    const [operation] = (await asVen.subscriptions.get(subscription.id)).objectOperations;
    assert.equal(operation?.callbackUrl, callbackUrl);
    await asVen.subscriptions.delete(subscription.id);
    await asVen.reports.delete(sent.id);
    await bl.events.delete(event.id);
    await bl.programs.delete(program.id);
    await bl.resources.delete(hotel.id);
    assert.equal((await bl.vens.delete(aalborg.id)).id, aalborg.id);
  });

  test('auth and notifiers', async (t) => {
    const bl = createOpenAdr31Client(transportAs(t, vtn().bl));
    assert.deepEqual(await bl.auth.server(), { tokenURL: vtn().tokenUrl });
    const { clientId, clientSecret } = vtn().bl;
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

  test('more than a page is listed whole, each once', async (t) => {
    const { vens, resources } = createOpenAdr31Client(transportAs(t, vtn().bl));
    const made = await Promise.all(Array.from({ length: 120 }, (_, index) => vens.create(ven(`v-${index}`))));
    once(await collect(vens.list()), 120);
    once(await collect(vens.list({}, { limit: 7 })), 120);
    const venID = made[0]?.id ?? '';
    const request = { objectType: 'BL_RESOURCE_REQUEST', clientID: 'any', venID } as const;
    await Promise.all(
      Array.from({ length: 100 }, (_, i) => resources.create({ ...request, resourceName: `r ${i}` })),
    );
    once(await collect(resources.list({ venID })), 100);
  });

  test('a listing during which VENs are made still gives each once', async (t) => {
    const { vens } = createOpenAdr31Client(transportAs(t, vtn().bl));
    await Promise.all(Array.from({ length: 60 }, (_, index) => vens.create(ven(`v-${index}`))));
    const ids: { id: string }[] = [];
    for await (const one of vens.list()) {
      ids.push(one);
      if (ids.length < 5) await vens.create(ven(`late-${ids.length}`));
    }
    once(ids, 60);
  });

  test('a conflict and a missing scope are problems with their codes; the scope is named', async (t) => {
    const { vens } = createOpenAdr31Client(transportAs(t, vtn().bl));
    await vens.create(ven('Aalborg'));
    await assert.rejects(vens.create(ven('Aalborg')), problem('OADR_PROBLEM', 409));
    const reader = await vtn().createClient(newClientId(), ['read_all']);
    const other = createOpenAdr31Client(transportAs(t, reader));
    await assert.rejects(other.vens.create(ven('Aarhus')), problem('OADR_FORBIDDEN', 403));
    await assert.rejects(other.vens.create(ven('Aarhus')), { hint: /write_vens/ });
  });
}
