import assert from 'node:assert/strict';
import { test } from 'node:test';
import { named, vtn } from './vtn.ts';

const targets = [{ type: 'GROUP', values: ['g1', 'g2'] }];
const attributes = [{ type: 'MAX_POWER_CONSUMPTION', values: [50] }];

test('3.0: resources lie under their VEN, which tells of them too', async (t) => {
  const { bl } = await vtn(t, '3.0');
  const ven = (await bl('POST', '/vens', { venName: 'Aalborg', targets, attributes })).body;
  assert.deepEqual(
    [ven.objectType, ven.targets, ven.attributes, ven.resources],
    ['VEN', targets, attributes, undefined],
  );
  const path = `/vens/${ven.id}/resources`;
  const made = await bl('POST', path, { resourceName: 'Hotel', targets, attributes });
  assert.equal(made.status, 201);
  const { id, createdDateTime: _, modificationDateTime: __, ...rest } = made.body;
  assert.deepEqual(rest, {
    venID: ven.id,
    objectType: 'RESOURCE',
    resourceName: 'Hotel',
    attributes,
    targets,
  });
  assert.deepEqual((await bl('GET', `${path}/${id}`)).body, made.body);
  assert.deepEqual((await bl('GET', `${path}?resourceName=Hotel`)).body, [made.body]);
  assert.deepEqual((await bl('GET', `${path}?targetType=GROUP&targetValues=g2`)).body, [made.body]);
  assert.deepEqual((await bl('GET', `${path}?targetType=GROUP&targetValues=g3`)).body, []);
  assert.equal((await bl('GET', `${path}?targetType=GROUP`)).status, 400);
  assert.deepEqual((await bl('GET', `/vens/${ven.id}`)).body.resources, [made.body]);
  assert.equal((await bl('POST', path, { resourceName: 'Hotel' })).status, 409);
  assert.equal((await bl('POST', '/vens/nowhere/resources', { resourceName: 'Hotel' })).status, 409);
  assert.equal((await bl('GET', `/vens/nowhere/resources/${id}`)).status, 404);
  assert.equal((await bl('DELETE', `/vens/${ven.id}`)).status, 403);
  assert.equal((await bl('PUT', `${path}/${id}`, { resourceName: 'New' })).body.attributes, undefined);
  assert.equal((await bl('DELETE', `${path}/${id}`)).body.resourceName, 'New');
  assert.equal((await bl('DELETE', `/vens/${ven.id}`)).status, 200);
});

test('3.0: what is peculiar to 3.1 is not there', async (t) => {
  const { bl } = await vtn(t, '3.0');
  for (const path of ['/resources', '/auth/server', '/notifiers']) {
    assert.equal((await bl('GET', path)).status, 404, path);
  }
  assert.equal((await bl('POST', '/vens', { venName: 'A', targets: ['plain'] })).status, 400);
});

test('3.0: a VEN client may write resources of its own VENs only, and no VENs (401)', async (t) => {
  const { bl, client } = await vtn(t, '3.0');
  const own = (await bl('POST', '/vens', { venName: 'Own' })).body.id;
  const other = (await bl('POST', '/vens', { venName: 'Other' })).body.id;
  const ven = client({ clientId: 'me', role: 'VEN', venIds: [own] });
  assert.equal((await ven('POST', '/vens', { venName: 'New' })).status, 401);
  assert.equal((await ven('POST', `/vens/${own}/resources`, { resourceName: 'r' })).status, 201);
  assert.equal((await ven('POST', `/vens/${other}/resources`, { resourceName: 'r' })).status, 403);
  assert.deepEqual(named(await ven('GET', '/vens'), 'venName'), ['Own']);
  assert.equal((await ven('GET', `/vens/${other}`)).status, 404);
  assert.equal((await ven('GET', `/vens/${other}/resources`)).status, 403);
});

test('3.0: a program for some VENs, its events and reports, are for these alone', async (t) => {
  const { bl, client } = await vtn(t, '3.0');
  const own = (await bl('POST', '/vens', { venName: 'Own' })).body.id;
  const other = (await bl('POST', '/vens', { venName: 'Other' })).body.id;
  const me = client({ clientId: 'me', role: 'VEN', venIds: [own] });
  const you = client({ clientId: 'you', role: 'VEN', venIds: [other] });
  const venTarget = { type: 'VEN_NAME', values: ['Own'] };
  const program = (await bl('POST', '/programs', { programName: 'P', targets: [venTarget] })).body;
  assert.deepEqual(program.targets, [venTarget]);
  const unknown = { programName: 'Q', targets: [{ type: 'VEN_NAME', values: ['Nobody'] }] };
  assert.equal((await bl('POST', '/programs', unknown)).status, 409);
  const intervals = [{ id: 0, payloads: [{ type: 'PRICE', values: [0.5] }] }];
  const event = (await bl('POST', '/events', { programID: program.id, intervals })).body;
  assert.equal((await me('GET', `/programs/${program.id}`)).body.targets, undefined);
  assert.equal((await you('GET', `/programs/${program.id}`)).status, 404);
  assert.equal((await me('GET', '/events')).body.length, 1);
  assert.equal((await you('GET', '/events')).body.length, 0);
  const report = { programID: program.id, eventID: event.id, clientName: 'x', resources: [] };
  assert.equal((await you('POST', '/reports', report)).status, 404);
  const made = await me('POST', '/reports', report);
  assert.equal(made.status, 201);
  assert.equal((await bl('POST', '/reports', report)).status, 403);
  assert.equal((await you('GET', '/reports')).body.length, 0);
  assert.equal((await me('DELETE', `/reports/${made.body.id}`)).status, 403);
  assert.equal((await bl('DELETE', `/events/${event.id}`)).status, 409);
  assert.equal((await bl('DELETE', `/reports/${made.body.id}`)).status, 200);
});
