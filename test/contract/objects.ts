import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '../interop/http.ts';
import { createVen, poster } from '../interop/wire.ts';
import { newClientId, type Part } from './vtn.ts';

const nobody = '00000000-0000-4000-8000-000000000000';
const intervals = [{ id: 0, payloads: [{ type: 'PRICE', values: [0.17, 2] }] }];

/** Programs, events and reports of both versions, and subscriptions of 3.1. */
export const objects: Part = (vtn, generation) => {
  const add = (path: string, body: object, token?: string) => poster(vtn())(path, body, token);
  const put = (path: string, body: object) => vtn().call(path, { method: 'PUT', body });
  const remove = (path: string) => vtn().call(path, { method: 'DELETE' });
  const program = async (programName = 'P', more: object = {}) =>
    (await add('/programs', { programName, ...more })).body;
  const event = async (programID: string, more: object = {}) =>
    (await add('/events', { programID, intervals, ...more })).body;
  /** Business logic cannot report: a VEN of its own does. */
  const reporter = async (venName = 'Aalborg') => {
    const clientId = newClientId();
    const venId = (await createVen(vtn(), venName, clientId)).body.id;
    return vtn().token(await vtn().createVenClient(clientId, venId));
  };
  const named = (answer: Answer, field: string) =>
    answer.body.map((one: Record<string, unknown>) => one[field]);

  test('a program is kept; its name is unique', async () => {
    const made = await add('/programs', {
      programName: 'ResTOU',
      programDescriptions: [{ URL: 'https://example.com/x' }],
      payloadDescriptors: [{ objectType: 'EVENT_PAYLOAD_DESCRIPTOR', payloadType: 'PRICE', currency: 'DKK' }],
      intervalPeriod: { start: '2026-03-01T13:00:00+01:00', duration: 'PT1H' },
    });
    assert.equal(made.status, 201, made.text);
    const { id, createdDateTime, modificationDateTime, ...rest } = made.body;
    assert.equal(modificationDateTime, createdDateTime);
    assert.deepEqual(rest, {
      objectType: 'PROGRAM',
      programName: 'ResTOU',
      programDescriptions: [{ URL: 'https://example.com/x' }],
      payloadDescriptors: [{ objectType: 'EVENT_PAYLOAD_DESCRIPTOR', payloadType: 'PRICE', currency: 'DKK' }],
      intervalPeriod: { start: '2026-03-01T12:00:00+00:00', duration: 'P0Y0M0DT1H0M0S' },
      ...(generation === '3.1' && { targets: [] }),
    });
    assert.deepEqual((await vtn().call(`/programs/${id}`)).body, made.body);
    assert.equal((await add('/programs', { programName: 'ResTOU' })).status, 409);
    const changed = await put(`/programs/${id}`, { programName: 'Other' });
    assert.deepEqual([changed.status, changed.body.intervalPeriod], [200, undefined]);
    assert.equal((await put(`/programs/${nobody}`, { programName: 'X' })).status, 404);
    assert.equal((await remove(`/programs/${id}`)).body.id, id);
    assert.equal((await remove(`/programs/${id}`)).status, 404);
  });

  test('programs are listed newest first, in pages', async () => {
    for (const name of ['A', 'B', 'C']) await program(name);
    assert.deepEqual(named(await vtn().call('/programs'), 'programName'), ['C', 'B', 'A']);
    assert.deepEqual(named(await vtn().call('/programs?skip=1&limit=1'), 'programName'), ['B']);
  });

  test('an event is of a program that exists; a program with events is not deleted', async () => {
    const { id: programID } = await program();
    const unknown = await add('/events', { programID: nobody, intervals });
    assert.deepEqual([unknown.status, unknown.body.detail], [409, 'A foreign key constraint is violated']);
    const made = await add('/events', { programID, eventName: 'E', priority: 1, intervals });
    assert.equal(made.status, 201, made.text);
    const { objectType, eventName, priority } = made.body;
    assert.deepEqual([objectType, eventName, priority, made.body.intervals], ['EVENT', 'E', 1, intervals]);
    assert.equal((await add('/events', { programID, eventName: 'E', intervals })).status, 201);
    assert.equal((await remove(`/programs/${programID}`)).status, 409);
    const changed = await put(`/events/${made.body.id}`, { programID, eventName: 'F', intervals });
    assert.deepEqual([changed.body.eventName, changed.body.priority], ['F', null]);
    assert.equal((await remove(`/events/${made.body.id}`)).status, 200);
  });

  test('events come by priority, those without one last, and then the newest first', async () => {
    const { id: programID } = await program();
    for (const [eventName, priority] of [
      ['none', null],
      ['low', 9],
      ['high', 0],
      ['later', null],
    ]) {
      await event(programID, { eventName, priority });
    }
    const listed = await vtn().call(`/events?programID=${programID}`);
    assert.deepEqual(named(listed, 'eventName'), ['high', 'low', 'later', 'none']);
    assert.deepEqual((await vtn().call(`/events?programID=${nobody}`)).body, []);
  });

  test('an event is checked', async () => {
    const { id: programID } = await program();
    const period = { start: '2026-03-01T12:00:00Z' };
    const bad = [
      { intervals: [{ id: 0, payloads: [] }] },
      { intervals: [{ id: 'a', payloads: intervals[0]?.payloads }] },
      { intervals, priority: -1 },
      { intervals, intervalPeriod: { start: '2026-03-01T12:00:00' } },
      { intervals, intervalPeriod: { duration: 'PT1H' } },
      { intervals, intervalPeriod: { ...period, duration: '1 hour' } },
    ];
    for (const more of bad) {
      const { status } = await add('/events', { programID, ...more });
      assert.equal(status, 400, JSON.stringify(more));
    }
    const bare = await add('/events', { programID });
    assert.equal(bare.status, generation === '3.1' ? 201 : 400);
    assert.equal((await add('/events', { intervals })).status, 400);
  });

  test('reports are for VENs to send; their names are unique', async () => {
    const { id: programID } = await program();
    const { id: eventID } = await event(programID);
    const token = await reporter();
    const report = {
      ...(generation === '3.0' && { programID }),
      ...{ eventID, clientName: 'Aalborg', reportName: 'usage-1' },
      resources: [{ resourceName: 'Hotel', intervals }],
    };
    const made = await add('/reports', report, token);
    assert.equal(made.status, 201, made.text);
    assert.deepEqual([made.body.reportName, made.body.resources], ['usage-1', report.resources]);
    assert.equal((await add('/reports', report, token)).status, 409);
    assert.equal((await add('/reports', { ...report, reportName: null }, token)).status, 201);
    assert.equal((await add('/reports', report)).status, 403);
    const unknown = { ...report, reportName: null, eventID: nobody };
    assert.equal((await add('/reports', unknown, token)).status, generation === '3.1' ? 409 : 404);
    assert.equal((await vtn().call(`/reports?eventID=${eventID}`)).body.length, 2);
    assert.equal((await vtn().call('/reports?clientName=nobody')).body.length, 0);
    assert.equal((await vtn().call(`/reports/${made.body.id}`, { token })).body.id, made.body.id);
    assert.equal((await remove(`/events/${eventID}`)).status, 409);
  });

  test('a VEN writes no programs and no events', async () => {
    const token = await reporter();
    const { id: programID } = await program();
    assert.equal((await add('/programs', { programName: 'Q' }, token)).status, 403);
    assert.equal((await add('/events', { programID, intervals }, token)).status, 403);
    assert.equal((await vtn().call('/programs', { token })).body.length, 1);
  });

  if (generation === '3.0') {
    test('a program for some VENs is seen by them alone, with its events', async () => {
      const [aalborg, aarhus] = [await reporter('Aalborg'), await reporter('Aarhus')];
      const targets = [{ type: 'VEN_NAME', values: ['Aalborg'] }];
      const { id: programID } = await program('P', { targets });
      await event(programID);
      for (const [token, count] of [
        [aalborg, 1],
        [aarhus, 0],
      ] as const) {
        assert.equal((await vtn().call('/programs', { token })).body.length, count);
        assert.equal((await vtn().call('/events', { token })).body.length, count);
      }
    });
    return;
  }

  test('a program or event with targets is seen by VENs that have one of them', async () => {
    const clientID = newClientId();
    await createVen(vtn(), 'Aalborg', clientID, { targets: ['north', 'dk'] });
    const token = await vtn().token(await vtn().createVenClient(clientID));
    await program('north', { targets: ['north', 'secret'] });
    await program('south', { targets: ['south'] });
    await program('all');
    const seen = await vtn().call('/programs', { token });
    assert.deepEqual(named(seen, 'programName'), ['all', 'north']);
    assert.deepEqual(seen.body[1].targets, ['north']);
    const asked = await vtn().call('/programs?targets=north', { token });
    assert.deepEqual(named(asked, 'programName'), ['north']);
    assert.deepEqual((await vtn().call('/programs?targets=south', { token })).body, []);
  });

  test('a subscription is its own client’s, and told as OpenLEADR spells it', async () => {
    const token = await reporter();
    const other = await reporter('Aarhus');
    const operation = { objects: ['EVENT'], operations: ['CREATE'], callbackUrl: 'https://a.example/' };
    const subscription = { clientName: 'x', objectOperations: [operation] };
    const made = await add('/subscriptions', subscription, token);
    assert.equal(made.status, 201, made.text);
    assert.equal(typeof made.body.clientId, 'string');
    assert.equal(made.body.objectType, undefined);
    assert.deepEqual(made.body.objectOperations, [{ ...operation, mechanism: 'WEBHOOK' }]);
    assert.equal((await vtn().call(`/subscriptions/${made.body.id}`, { token: other })).status, 404);
    assert.deepEqual((await vtn().call('/subscriptions', { token: other })).body, []);
    assert.equal((await vtn().call('/subscriptions')).body.length, 1);
    const read = { ...subscription, objectOperations: [{ ...operation, operations: ['READ'] }] };
    assert.equal((await add('/subscriptions', read, token)).status, 400);
    assert.equal((await vtn().call('/subscriptions?objects=EVENT&objects=VEN')).status, 400);
    const path = `/subscriptions/${made.body.id}`;
    assert.equal((await vtn().call(path, { method: 'DELETE', token: other })).status, 404);
    assert.equal((await vtn().call(path, { method: 'DELETE', token })).status, 200);
  });
};
