import assert from 'node:assert/strict';
import { test } from 'node:test';
import { named, resource31, ven31, vtn } from './vtn.ts';

test('3.1: a VEN is kept with its targets and attributes, and told without an objectType', async (t) => {
  const { bl } = await vtn(t, '3.1');
  const attributes = [{ type: 'LOCATION', values: [9.5, 57] }];
  const { status, body } = await bl('POST', '/vens', ven31('Aalborg', { targets: ['t1'], attributes }));
  assert.equal(status, 201);
  const { id, createdDateTime, modificationDateTime, ...rest } = body;
  assert.deepEqual(rest, { clientID: 'c-Aalborg', targets: ['t1'], venName: 'Aalborg', attributes });
  assert.match(createdDateTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/);
  assert.equal(modificationDateTime, createdDateTime);
  assert.deepEqual((await bl('GET', `/vens/${id}`)).body, body);
  const replaced = (await bl('PUT', `/vens/${id}`, ven31('Aalborg'))).body;
  assert.deepEqual([replaced.targets, replaced.attributes], [[], undefined]);
  assert.ok(replaced.modificationDateTime > createdDateTime);
});

test('3.1: VEN names and clients are unique; a client never changes', async (t) => {
  const { bl } = await vtn(t, '3.1');
  const { id } = (await bl('POST', '/vens', ven31('Aalborg'))).body;
  const sameName = await bl('POST', '/vens', ven31('Aalborg', { clientID: 'other' }));
  assert.deepEqual(
    [sameName.status, sameName.body.title, sameName.body.id],
    [409, '409 Conflict', undefined],
  );
  const sameClient = await bl('POST', '/vens', ven31('Other', { clientID: 'c-Aalborg' }));
  assert.equal(sameClient.status, 409);
  assert.equal((await bl('PUT', `/vens/${id}`, ven31('Aalborg', { clientID: 'other' }))).status, 400);
});

for (const [what, change] of [
  ['no objectType', { objectType: undefined }],
  ['an unknown objectType', { objectType: 'VEN' }],
  ["a VEN's objectType", { objectType: 'VEN_VEN_REQUEST' }],
  ['no clientID', { clientID: undefined }],
  ['a clientID with a dot', { clientID: 'a.b' }],
  ['an empty name', { venName: '' }],
  ['a name of 130 bytes', { venName: 'æ'.repeat(65) }],
  ['a target with a space', { targets: ['a b'] }],
  ['the target null', { targets: ['NULL'] }],
  ['an attribute without values', { attributes: [{ type: 'A' }] }],
  ['null as a value', { attributes: [{ type: 'A', values: [null] }] }],
] as const) {
  test(`3.1: a VEN is refused with 400: ${what}`, async (t) => {
    const { bl, simulator } = await vtn(t, '3.1');
    const answer = await bl('POST', '/vens', ven31('Aalborg', change));
    assert.equal(answer.status, 400);
    assert.equal(answer.body.status, 400);
    assert.equal(simulator.stats().vens, 0);
  });
}

test('3.1: a VEN client has one VEN, sees and changes only its own, and no targets', async (t) => {
  const { bl, client } = await vtn(t, '3.1');
  const other = (await bl('POST', '/vens', ven31('Other'))).body.id;
  const ven = client({ clientId: 'me', role: 'VEN' });
  const request = { objectType: 'VEN_VEN_REQUEST', venName: 'Mine', targets: ['t1'] };
  const early = await ven('POST', '/resources', { objectType: 'VEN_RESOURCE_REQUEST', resourceName: 'r' });
  assert.equal(early.status, 403);
  const own = (await ven('POST', '/vens', request)).body;
  assert.deepEqual([own.clientID, own.targets], ['me', []]);
  assert.equal((await ven('POST', '/vens', { ...request, venName: 'Second' })).status, 409);
  assert.equal((await ven('POST', '/vens', ven31('Third'))).status, 400);
  assert.deepEqual(named(await ven('GET', '/vens'), 'venName'), ['Mine']);
  assert.equal((await ven('GET', `/vens/${other}`)).status, 404);
  assert.equal((await ven('PUT', `/vens/${other}`, request)).status, 404);
  await bl('PUT', `/vens/${own.id}`, ven31('Mine', { clientID: 'me', targets: ['granted'] }));
  assert.deepEqual((await ven('PUT', `/vens/${own.id}`, request)).body.targets, ['granted']);
  // OpenLEADR does not ask whose it is.
  assert.equal((await ven('DELETE', `/vens/${other}`)).status, 200);
});

test('3.1: a VEN with resources is not deleted', async (t) => {
  const { bl } = await vtn(t, '3.1');
  const { id } = (await bl('POST', '/vens', ven31('Aalborg'))).body;
  const resource = (await bl('POST', '/resources', resource31(id, 'r'))).body;
  assert.equal((await bl('DELETE', `/vens/${id}`)).status, 403);
  await bl('DELETE', `/resources/${resource.id}`);
  assert.equal((await bl('DELETE', `/vens/${id}`)).status, 200);
  assert.equal((await bl('DELETE', `/vens/${id}`)).status, 404);
});

test('3.1: pages hold 1 to 50; VENs come newest first', async (t) => {
  const { bl } = await vtn(t, '3.1');
  for (const name of ['A', 'B', 'C'])
    await bl('POST', '/vens', ven31(name, { targets: [`t${name}`, 'all'] }));
  assert.deepEqual(named(await bl('GET', '/vens'), 'venName'), ['C', 'B', 'A']);
  assert.deepEqual(named(await bl('GET', '/vens?skip=1&limit=1'), 'venName'), ['B']);
  assert.deepEqual(named(await bl('GET', '/vens?targets=tA&targets=tC'), 'venName'), ['C', 'A']);
  assert.deepEqual(named(await bl('GET', '/vens?venName=B&targets=all'), 'venName'), ['B']);
  for (const query of ['limit=0', 'limit=51', 'limit=x', 'limit=', 'skip=-1', 'targets=a%20b']) {
    assert.equal((await bl('GET', `/vens?${query}`)).status, 400, query);
  }
});
