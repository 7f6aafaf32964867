import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  createOpenAdr30Client,
  createOpenAdr31Client,
  createTransport,
  detectVersion,
  parseNotification30,
  parseNotification31,
  staticToken,
  VenfleetError,
} from '../../src/openadr/index.ts';
import { samples30, samples31 } from './samples.ts';
import { type Answer, json, scriptedServer, text } from './scripted-server.ts';

async function clientsAnswered(t: TestContext, answer: Answer) {
  const server = await scriptedServer(t, answer);
  const transport = createTransport({ url: server.url, tokens: staticToken('x'), connections: 1 });
  t.after(() => transport.close());
  return {
    transport,
    c30: createOpenAdr30Client(transport),
    c31: createOpenAdr31Client(transport),
  };
}

async function invalidity(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    (value) => assert.fail(`no error came, but ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof VenfleetError && error.code === 'OADR_INVALID_ANSWER', String(error));
  return String(error.details.problem);
}

test('a whole answer comes back whole, absent lists as [] and absent values as null', async (t) => {
  const { c31 } = await clientsAnswered(t, json(200, { ...samples31.events, vendorField: 1 }));
  assert.deepEqual(await c31.events.get('event-1'), {
    id: 'event-1',
    createdDateTime: '2026-03-01T12:00:00Z',
    modificationDateTime: '2026-03-01T12:00:00.123Z',
    objectType: 'EVENT',
    programID: 'program-1',
    eventName: null,
    duration: 'P0Y0M0DT1H0M0.5S',
    priority: null,
    targets: [],
    reportDescriptors: [
      {
        payloadType: 'USAGE',
        readingType: null,
        units: null,
        aggregate: false,
        startInterval: -1,
        numIntervals: -1,
        historical: true,
        frequency: -1,
        repeat: 1,
        reportIntervals: 'SUB_INTERVALS',
        targets: ['a'],
      },
    ],
    payloadDescriptors: [],
    intervalPeriod: { start: '0001-01-01T00:00:00', duration: 'P9999Y', randomizeStart: null },
    intervals: [],
  });
});

test('what OpenLEADR leaves out or spells otherwise is read all the same', async (t) => {
  const { objectType: _, ...ven } = samples31.vens;
  assert.equal((await (await clientsAnswered(t, json(200, ven))).c31.vens.get('ven-1')).objectType, 'VEN');

  const { objectType: _s, clientID, ...subscription } = samples31.subscriptions;
  const operation = { objects: ['RESOURCE_GROUP'], operations: ['CREATE'], mechanism: 'WEBSOCKET' };
  const openleadr = { ...subscription, clientId: clientID, objectOperations: [operation] };
  const read = await (await clientsAnswered(t, json(200, openleadr))).c31.subscriptions.get('s');
  assert.equal(read.clientID, 'client-1');
  assert.equal(read.objectOperations[0]?.callbackUrl, null);
  assert.equal('clientId' in read, false);

  const zoned = {
    ...samples31.resources,
    createdDateTime: '2026-03-01T12:00:00.123456+00:00',
    attributes: null,
  };
  const resource = await (await clientsAnswered(t, json(200, zoned))).c31.resources.get('r');
  assert.deepEqual(resource.attributes, []);

  const notifiers = {
    WEBSOCKET: true,
    MQTT: { URIS: [], serialization: 'JSON', authentication: { method: 'OAUTH2BEARERTOKEN', username: 'u' } },
  };
  const told = await (await clientsAnswered(t, json(200, notifiers))).c31.notifiers.list();
  assert.deepEqual(told, {
    WEBHOOK: false,
    MQTT: {
      URIS: [],
      serialization: 'JSON',
      authentication: { method: 'OAUTH2_BEARER_TOKEN', username: 'u' },
    },
  });
});

test('a curve is one flat list of points, however it is nested', async (t) => {
  const points = [
    { x: 0, y: 1 },
    { x: 2, y: 3 },
  ];
  for (const values of [points, [points]]) {
    const ven = { ...samples31.vens, attributes: [{ type: 'CURVE', values }] };
    const { c31 } = await clientsAnswered(t, json(200, ven));
    assert.deepEqual((await c31.vens.get('ven-1')).attributes[0]?.values, points);
  }
});

test('an invalid answer is an error that says where, and never repeats a value', async (t) => {
  const vens = [samples31.vens, { ...samples31.vens, attributes: [{ type: 'X', values: 'secret' }] }];
  const cases: [answer: Answer, expected: RegExp][] = [
    [json(200, vens), /^\[1\]\.attributes\[0\]\.values: expected array, received string$/],
    [json(200, [{ ...samples31.vens, id: 7 }]), /^\[0\]\.id: expected string/],
    [json(200, [{ ...samples31.vens, id: 'a/b' }]), /^\[0\]\.id: expected an object ID/],
    [json(200, [{ ...samples31.vens, id: undefined }]), /^\[0\]\.id: expected string, received undefined$/],
    [json(200, [{ ...samples31.vens, objectType: 'PROGRAM' }]), /^\[0\]\.objectType/],
    [
      json(200, [{ ...samples31.vens, createdDateTime: 'yesterday' }]),
      /^\[0\]\.createdDateTime: expected a date/,
    ],
    [json(200, samples31.vens), /^expected array, received object$/],
    [json(200, null), /^expected array, received null$/],
    [text(200, '<html>', { 'content-type': 'text/html' }), /^no JSON, but text\/html$/],
    [text(200, '[{"id":'), /^no JSON, but something without a media type$/],
    [text(200, ''), /^status 200 without a body$/],
    [text(204, ''), /^status 204 without a body$/],
    [text(302, '', { location: '/login' }), /^status 302 to \/login, which is not followed$/],
    [
      text(301, '', { location: 'https://me:pass@vtn.example:8443/3.1/vens?key=hidden' }),
      /^status 301 to https:\/\/vtn\.example:8443\/3\.1\/vens, which is not followed$/,
    ],
    [text(300, ''), /^status 300, which is not followed$/],
  ];
  for (const [answer, expected] of cases) {
    const { c31 } = await clientsAnswered(t, answer);
    const problem = await invalidity(c31.vens.page());
    assert.match(problem, expected);
    assert.doesNotMatch(problem, /secret|yesterday/);
  }
});

test('an answer of the other version is told as one', async (t) => {
  const old = await clientsAnswered(t, json(200, [samples30.vens]));
  assert.match(await invalidity(old.c31.vens.page()), /clientID: .*; this VTN answers like 3\.0$/);
  const recent = await clientsAnswered(t, json(200, [samples31.programs]));
  assert.match(await invalidity(recent.c30.programs.page()), /targets\[0\]: .*; this VTN answers like 3\.1$/);
  const neither = await clientsAnswered(t, json(200, [{}]));
  assert.doesNotMatch(await invalidity(neither.c31.vens.page()), /answers like/);
});

test('the version of a VTN is known from what only one has', async (t) => {
  const at = (routes: Record<string, Answer>) =>
    clientsAnswered(t, (response, request) =>
      (routes[new URL(request.url, 'http://vtn').pathname] ?? json(404, {}))(response, request),
    );
  const cases: [Record<string, Answer>, string | undefined][] = [
    [{ '/auth/server': json(200, { tokenURL: 'https://x/y' }) }, '3.1'],
    [{ '/resources': json(200, []), '/vens': json(200, []), '/subscriptions': json(200, []) }, '3.1'],
    [{ '/resources': json(200, [{}]), '/subscriptions': json(403, {}) }, '3.1'],
    [{ '/resources': json(200, []), '/vens': json(200, [samples31.vens]) }, '3.1'],
    // As every subscription is gone, and told so by its own 404.
    [{ '/resources': json(200, []), '/subscriptions': json(404, { detail: 'none' }) }, '3.1'],
    [{ '/resources': json(200, [samples31.resources]) }, '3.1'],
    // A gateway of another protocol, without any resource and with one.
    [{ '/resources': json(200, []), '/vens': json(200, []), '/programs': json(200, []) }, undefined],
    [{ '/resources': json(200, []), '/vens': json(200, [{ id: '1', ven_name: 'x' }]) }, undefined],
    [{ '/resources': json(200, []), '/vens': json(200, []) }, undefined],
    [{ '/resources': json(200, [{ id: '1', resource_name: 'x' }]), '/vens': json(200, []) }, undefined],
    [{ '/vens': json(200, []) }, '3.0'],
    [{ '/vens': json(403, {}) }, undefined],
    // A gateway that refuses what it does not know.
    [{ '/resources': json(401, {}), '/vens': json(200, []) }, undefined],
    [{ '/resources': json(403, {}), '/vens': json(403, {}) }, undefined],
    [{ '/resources': json(401, {}), '/vens': json(401, {}), '/auth/server': json(401, {}) }, undefined],
    [{ '/resources': json(403, {}), '/auth/server': json(200, { tokenURL: 'https://x/y' }) }, '3.1'],
    [{ '/auth/server': text(200, '<html>'), '/vens': text(200, '<html>') }, undefined],
    [{}, undefined],
  ];
  for (const [routes, expected] of cases) {
    assert.equal(await detectVersion((await at(routes)).transport), expected);
  }
});

test('notifications are checked like answers, each version in its own words', () => {
  const n31 = { id: 'n1', objectType: 'EVENT', operation: 'UPDATE', object: samples31.events };
  const read = parseNotification31(JSON.stringify(n31));
  assert.equal(read.operation, 'UPDATE');
  assert.ok(read.objectType === 'EVENT' && read.object.programID === 'program-1');
  assert.deepEqual(read.targets, []);

  const n30 = { objectType: 'VEN', operation: 'PUT', object: samples30.vens, targets: null };
  assert.equal(parseNotification30(JSON.stringify(n30)).object.id, 'ven-1');

  const bad: [() => unknown, RegExp][] = [
    [() => parseNotification30(JSON.stringify(n31)), /operation/],
    [() => parseNotification31(JSON.stringify(n30)), /operation/],
    [
      () => parseNotification31(JSON.stringify({ ...n31, object: samples31.vens })),
      /object\.objectType|object\.programID/,
    ],
    [() => parseNotification31(JSON.stringify({ ...n31, objectType: 'CAT' })), /objectType/],
    [() => parseNotification31('{'), /no JSON/],
  ];
  for (const [parse, where] of bad) {
    assert.throws(parse, (error: unknown) => {
      assert.ok(error instanceof VenfleetError && error.code === 'OADR_INVALID_NOTIFICATION');
      assert.match(error.message, where);
      return true;
    });
  }
});
