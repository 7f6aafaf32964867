import assert from 'node:assert/strict';
import { test } from 'node:test';
import { named, resource31, ven31, vtn } from './vtn.ts';

const attributes = [
  { type: 'EXTERNAL_RESOURCE_ID', values: ['site_load_1'] },
  { type: 'LOCATION', values: [9.7, 57.1] },
  { type: 'MIXED', values: ['a"\n', true, { x: 1, y: 2 }] },
  { type: 'EMPTY', values: [] },
];

test('3.1: a resource is kept whole, found, replaced and deleted', async (t) => {
  const { bl, simulator } = await vtn(t, '3.1');
  const ven = (await bl('POST', '/vens', ven31('Aalborg'))).body.id;
  const asked = resource31(ven, 'Hotel "Æ"', { targets: ['t1', '707'], attributes });
  const { status, body } = await bl('POST', '/resources', asked);
  assert.equal(status, 201);
  const { id, createdDateTime, modificationDateTime, ...rest } = body;
  const { objectType: _, ...same } = asked;
  assert.deepEqual(rest, { ...same, objectType: 'RESOURCE', clientID: 'c-Aalborg' });
  assert.deepEqual((await bl('GET', `/resources/${id}`)).body, body);
  assert.deepEqual(
    [...simulator.resources()],
    [{ id, externalId: 'site_load_1', ven: 'Aalborg', name: 'Hotel "Æ"', loadId: undefined }],
  );
  const replaced = await bl('PUT', `/resources/${id}`, resource31(ven, 'Hotel B'));
  assert.deepEqual([replaced.body.targets, replaced.body.attributes], [[], undefined]);
  assert.deepEqual((await bl('GET', `/resources?venID=${ven}&resourceName=Hotel%20%22%C3%86%22`)).body, []);
  assert.equal((await bl('GET', `/resources?venID=${ven}&resourceName=Hotel+B`)).body[0].id, id);
  assert.equal((await bl('DELETE', `/resources/${id}`)).body.resourceName, 'Hotel B');
  assert.equal((await bl('GET', `/resources/${id}`)).status, 404);
});

test('3.1: names are unique within a VEN; 409 also hides an unknown VEN', async (t) => {
  const { bl, simulator } = await vtn(t, '3.1');
  const a = (await bl('POST', '/vens', ven31('A'))).body.id;
  const b = (await bl('POST', '/vens', ven31('B'))).body.id;
  const first = (await bl('POST', '/resources', resource31(a, 'Same'))).body.id;
  assert.equal((await bl('POST', '/resources', resource31(b, 'Same'))).status, 201);
  const again = await bl('POST', '/resources', resource31(a, 'Same'));
  assert.deepEqual([again.status, again.body.detail, again.body.id], [409, 'Conflict', undefined]);
  const lost = await bl('POST', '/resources', resource31('nowhere', 'Other'));
  assert.deepEqual([lost.status, lost.body.detail], [409, 'A foreign key constraint is violated']);
  const second = (await bl('POST', '/resources', resource31(a, 'Second'))).body.id;
  assert.equal((await bl('PUT', `/resources/${second}`, resource31(a, 'Same'))).status, 409);
  assert.equal((await bl('PUT', `/resources/${first}`, resource31(b, 'Moved'))).status, 400);
  assert.deepEqual([simulator.stats().resources, simulator.stats().duplicates], [3, 0]);
});

for (const duplicates of ['500', 'existing-200', 'existing-201', 'accept'] as const) {
  test(`3.1: a resource that is there already gets ${duplicates}`, async (t) => {
    const { bl, simulator } = await vtn(t, '3.1', { duplicates });
    const ven = (await bl('POST', '/vens', ven31('A'))).body.id;
    const { id } = (await bl('POST', '/resources', resource31(ven, 'r'))).body;
    const again = await bl('POST', '/resources', resource31(ven, 'r'));
    const expected = { '500': 500, 'existing-200': 200, 'existing-201': 201, accept: 201 }[duplicates];
    assert.equal(again.status, expected);
    if (duplicates.startsWith('existing')) assert.equal(again.body.id, id);
    const found = await bl('GET', `/resources?venID=${ven}&resourceName=r`);
    assert.deepEqual(named(found, 'id'), duplicates === 'accept' ? [id, again.body.id] : [id]);
    assert.equal(simulator.stats().duplicates, duplicates === 'accept' ? 1 : 0);
  });
}

test('3.1: a VEN client writes under its own VEN whatever it says, and reads no other', async (t) => {
  const { bl, client } = await vtn(t, '3.1');
  const other = (await bl('POST', '/vens', ven31('Other'))).body.id;
  const foreign = (await bl('POST', '/resources', resource31(other, 'r'))).body.id;
  const ven = client({ clientId: 'me', role: 'VEN' });
  const own = (await ven('POST', '/vens', { objectType: 'VEN_VEN_REQUEST', venName: 'Mine' })).body.id;
  const request = { objectType: 'VEN_RESOURCE_REQUEST', resourceName: 'r', venID: other, targets: ['t'] };
  const made = (await ven('POST', '/resources', request)).body;
  assert.deepEqual([made.venID, made.targets], [own, []]);
  assert.deepEqual(named(await ven('GET', '/resources'), 'id'), [made.id]);
  assert.deepEqual((await ven('GET', `/resources?venID=${other}`)).body, []);
  assert.equal((await ven('GET', `/resources/${foreign}`)).status, 404);
  assert.equal((await ven('PUT', `/resources/${foreign}`, request)).status, 404);
  assert.equal((await ven('DELETE', `/resources/${foreign}`)).status, 404);
  assert.equal((await ven('POST', '/resources', resource31(own, 'x'))).status, 400);
});

test('3.1: listings by VEN, by target, in any order', async (t) => {
  const { bl, simulator } = await vtn(t, '3.1');
  const a = (await bl('POST', '/vens', ven31('A'))).body.id;
  const b = (await bl('POST', '/vens', ven31('B'))).body.id;
  for (let n = 0; n < 60; n += 1) {
    await bl('POST', '/resources', resource31(n % 2 ? a : b, `r${n}`, { targets: [`t${n % 3}`] }));
  }
  const names = Array.from({ length: 60 }, (_, n) => `r${n}`);
  const all = async () => [
    ...named(await bl('GET', '/resources'), 'resourceName'),
    ...named(await bl('GET', '/resources?skip=50'), 'resourceName'),
  ];
  assert.deepEqual(await all(), names);
  simulator.set({ order: 'shuffled' });
  assert.notDeepEqual(await all(), names);
  assert.deepEqual((await all()).toSorted(), names.toSorted());
  simulator.set({ order: 'natural' });
  assert.equal((await bl('GET', `/resources?venID=${a}`)).body.length, 30);
  assert.deepEqual(named(await bl('GET', `/resources?venID=${a}&targets=t0&limit=2`), 'resourceName'), [
    'r3',
    'r9',
  ]);
  assert.deepEqual(named(await bl('GET', '/resources?resourceName=r7'), 'venID'), [a]);
});

test('3.1: bad ids, paths, methods and bodies', async (t) => {
  const { bl } = await vtn(t, '3.1');
  const bad = await bl('GET', '/resources/a%20b');
  assert.deepEqual([bad.status, bad.body], [400, undefined]);
  assert.equal((await bl('GET', '/vens/x/resources')).status, 404);
  assert.equal((await bl('PATCH', '/resources')).status, 405);
  assert.equal((await bl('POST', '/resources', '{"a"')).status, 400);
  assert.equal((await bl('POST', '/resources', {}, { 'content-type': 'text/plain' })).status, 415);
  assert.equal((await bl('GET', '/notifiers/mqtt/topics/programs')).status, 404);
});
