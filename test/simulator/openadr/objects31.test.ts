import assert from 'node:assert/strict';
import { test } from 'node:test';
import { named, resource31, ven31, vtn } from './vtn.ts';

const intervals = [{ id: 0, payloads: [{ type: 'PRICE', values: [0.5] }] }];

test('3.1: times, durations and defaults come back as OpenLEADR writes them', async (t) => {
  const { bl } = await vtn(t, '3.1');
  const intervalPeriod = { start: '2026-01-01T01:00:00.5+01:00', duration: 'PT1H', randomizeStart: 'P1W' };
  const program = (await bl('POST', '/programs', { programName: 'P', intervalPeriod, junk: 1 })).body;
  const { id, createdDateTime: _, modificationDateTime: __, ...rest } = program;
  assert.deepEqual(rest, {
    objectType: 'PROGRAM',
    programName: 'P',
    intervalPeriod: {
      start: '2026-01-01T00:00:00.500+00:00',
      duration: 'P0Y0M0DT1H0M0S',
      randomizeStart: 'P0Y0M7DT0H0M0S',
    },
    targets: [],
  });
  const reportDescriptors = [{ payloadType: 'USAGE', repeat: -1 }];
  const event = (await bl('POST', '/events', { programID: id, intervals, reportDescriptors })).body;
  assert.equal(event.priority, null);
  assert.deepEqual(event.reportDescriptors[0], {
    payloadType: 'USAGE',
    aggregate: false,
    startInterval: -1,
    numIntervals: -1,
    historical: true,
    frequency: -1,
    repeat: -1,
    reportIntervals: 'INTERVALS',
  });
});

test('3.1: events come by priority, then newest first; references are held', async (t) => {
  const { bl } = await vtn(t, '3.1');
  const programID = (await bl('POST', '/programs', { programName: 'P' })).body.id;
  const ids: string[] = [];
  for (const [eventName, priority] of [
    ['low', 5],
    ['none', null],
    ['high', 0],
    ['later', null],
  ] as const) {
    ids.push((await bl('POST', '/events', { programID, eventName, priority, intervals })).body.id);
  }
  assert.deepEqual(named(await bl('GET', '/events'), 'eventName'), ['high', 'low', 'later', 'none']);
  assert.deepEqual((await bl('GET', '/events?programID=other')).body, []);
  assert.equal((await bl('POST', '/events', { programID: 'nowhere', intervals })).status, 409);
  assert.equal((await bl('POST', '/programs', { programName: 'P' })).status, 409);
  assert.equal((await bl('DELETE', `/programs/${programID}`)).status, 409);
  for (const id of ids) assert.equal((await bl('DELETE', `/events/${id}`)).status, 200);
  assert.equal((await bl('DELETE', `/programs/${programID}`)).status, 200);
});

test('3.1: a VEN sees untargeted programs and those of its own or its resources targets', async (t) => {
  const { bl, client } = await vtn(t, '3.1');
  const me = client({ clientId: 'c-Mine', role: 'VEN' });
  const ven = (await bl('POST', '/vens', ven31('Mine', { targets: ['town'] }))).body.id;
  await bl('POST', '/resources', resource31(ven, 'r', { targets: ['heater'] }));
  for (const [programName, targets] of [
    ['open', []],
    ['town', ['town', 'secret']],
    ['heater', ['heater']],
    ['others', ['secret']],
  ] as const) {
    await bl('POST', '/programs', { programName, targets });
  }
  const seen = await me('GET', '/programs');
  assert.deepEqual(named(seen, 'programName'), ['heater', 'town', 'open']);
  assert.deepEqual(seen.body[1].targets, ['town']);
  assert.deepEqual(named(await me('GET', '/programs?targets=town'), 'programName'), ['town']);
  assert.deepEqual((await me('GET', '/programs?targets=secret')).body, []);
  const secret = (await bl('GET', '/programs?targets=secret')).body;
  assert.deepEqual(
    secret.map((one: { programName: string }) => one.programName),
    ['others', 'town'],
  );
  assert.equal((await me('GET', `/programs/${secret[0].id}`)).status, 404);
  assert.equal((await me('POST', '/programs', { programName: 'mine' })).status, 403);
});

test('3.1: reports and subscriptions are for those who made them', async (t) => {
  const { bl, client } = await vtn(t, '3.1', { webhooks: false });
  const [me, you] = [client({ clientId: 'me', role: 'VEN' }), client({ clientId: 'you', role: 'VEN' })];
  const programID = (await bl('POST', '/programs', { programName: 'P' })).body.id;
  const eventID = (await bl('POST', '/events', { programID, intervals })).body.id;
  const report = { eventID, clientName: 'x', reportName: 'R', resources: [] };
  const made = (await me('POST', '/reports', report)).body;
  assert.equal(made.clientID, 'me');
  assert.equal((await you('POST', '/reports', report)).status, 409);
  assert.equal((await you('POST', '/reports', { ...report, reportName: null })).status, 201);
  assert.equal((await you('GET', `/reports/${made.id}`)).status, 404);
  assert.equal((await you('PUT', `/reports/${made.id}`, report)).status, 404);
  assert.equal((await bl('POST', '/reports', report)).status, 403);
  assert.equal((await bl('GET', `/reports?programID=${programID}`)).body.length, 2);
  assert.equal((await me('GET', `/reports?eventID=${eventID}`)).body.length, 1);

  const operation = { objects: ['EVENT'], operations: ['CREATE'], callbackUrl: 'https://a.example/' };
  const subscription = { clientName: 'x', objectOperations: [operation] };
  const kept = (await me('POST', '/subscriptions', subscription)).body;
  assert.deepEqual([kept.clientId, kept.objectType], ['me', undefined]);
  assert.equal(kept.objectOperations[0].mechanism, 'WEBHOOK');
  assert.equal((await you('DELETE', `/subscriptions/${kept.id}`)).status, 404);
  assert.equal((await bl('GET', '/subscriptions?objects=EVENT')).body.length, 1);
  assert.equal((await bl('GET', '/subscriptions?objects=EVENT&objects=VEN')).status, 400);
  const read = { ...subscription, objectOperations: [{ ...operation, operations: ['READ'] }] };
  assert.equal((await me('POST', '/subscriptions', read)).status, 400);
});
