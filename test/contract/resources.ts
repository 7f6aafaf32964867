import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createResource, createVen, poster, resourcesOf } from '../interop/wire.ts';
import { newClientId, type Part } from './vtn.ts';

const nobody = '00000000-0000-4000-8000-000000000000';

/** Creating VENs and resources: what is taken, what is unknown. */
export const resources: Part = (vtn, generation) => {
  test('a VEN and its resource come back as they were sent, with an id and two times', async () => {
    const attributes = [
      { type: 'LOCATION', values: [9.736535, 57.158158] },
      { type: 'EXTERNAL_RESOURCE_ID', values: ['site_load_1'] },
    ];
    const ven = await createVen(vtn(), 'Aalborg', 'aalborg', { attributes });
    assert.equal(ven.status, 201, ven.text);
    assert.deepEqual([ven.body.venName, ven.body.attributes], ['Aalborg', attributes]);
    const made = await createResource(vtn(), ven.body.id, 'Hotel', { attributes });
    assert.equal(made.status, 201, made.text);
    const { id, createdDateTime, modificationDateTime, ...rest } = made.body;
    assert.match(id, /^[A-Za-z0-9_-]{1,128}$/);
    assert.match(createdDateTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00$/);
    assert.equal(modificationDateTime, createdDateTime);
    const own = generation === '3.0' ? {} : { clientID: 'aalborg', targets: [] };
    const same = { objectType: 'RESOURCE', resourceName: 'Hotel', venID: ven.body.id, attributes };
    assert.deepEqual(rest, { ...own, ...same });
    const [listed] = (await vtn().call(resourcesOf(vtn(), ven.body.id))).body;
    assert.deepEqual(listed, made.body);
  });

  test('a name that is taken gets 409, a problem without an id', async () => {
    const venID = (await createVen(vtn(), 'Aalborg', 'aalborg')).body.id;
    const first = await createResource(vtn(), venID, 'Hotel');
    const second = await createResource(vtn(), venID, 'Hotel');
    const { instance, ...problem } = second.body;
    const status = 409;
    assert.deepEqual(
      { ...problem, is: second.status },
      { type: 'about:blank', title: '409 Conflict', status, detail: 'Conflict', is: status },
    );
    assert.match(instance, /^[0-9a-f-]{36}$/);
    assert.ok(!second.text.includes(first.body.id));
    assert.equal((await createVen(vtn(), 'Aalborg', 'another')).status, 409);
  });

  test('an unknown VEN gets 409 too, and only the text tells', async () => {
    const answer = await createResource(vtn(), nobody, 'Hotel');
    assert.deepEqual([answer.status, answer.body.detail], [409, 'A foreign key constraint is violated']);
  });

  test('of twenty at once, one is created and the others get 409', async () => {
    const venID = (await createVen(vtn(), 'Aalborg', 'aalborg')).body.id;
    const answers = await Promise.all(Array.from({ length: 20 }, () => createResource(vtn(), venID, 'Same')));
    const statuses = answers.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [201, ...Array.from({ length: 19 }, () => 409)]);
  });

  test('resources of two VENs may share a name', async () => {
    for (const town of ['Aalborg', 'Aarhus']) {
      const venID = (await createVen(vtn(), town, town)).body.id;
      assert.equal((await createResource(vtn(), venID, 'Hotel')).status, 201);
    }
  });

  test('null is left out, and unknown properties are dropped', async () => {
    const venID = (await createVen(vtn(), 'Aalborg', 'aalborg')).body.id;
    const more = { attributes: null, targets: null, id: 'mine', x: 1 };
    const { body } = await createResource(vtn(), venID, 'Hotel', more);
    assert.notEqual(body.id, 'mine');
    assert.deepEqual([body.attributes, body.x], [undefined, undefined]);
    assert.deepEqual(body.targets, generation === '3.0' ? undefined : []);
  });
};

/** What is peculiar to resources of 3.0. */
export const resources30: Part = (vtn) => {
  test('a VEN carries all its resources, however many', async () => {
    const venID = (await createVen(vtn(), 'Aalborg', '')).body.id;
    for (let i = 0; i < 60; i++) await createResource(vtn(), venID, `R${i}`);
    assert.equal((await vtn().call(`/vens/${venID}`)).body.resources.length, 60);
    assert.equal((await vtn().call('/vens?venName=Aalborg')).body[0].resources.length, 60);
  });

  test('target values may be any text; targetType and targetValues go together', async () => {
    const venID = (await createVen(vtn(), 'Aalborg', '')).body.id;
    const targets = [{ type: 'GROUP', values: ['a b', 'ø'.repeat(300), ''] }];
    const { body } = await createResource(vtn(), venID, 'Hotel', { targets });
    assert.deepEqual(body.targets, targets);
    const query = '&targetType=GROUP&targetValues=zzz&targetValues=a%20b';
    assert.equal((await vtn().call(resourcesOf(vtn(), venID, query))).body.length, 1);
    assert.equal((await vtn().call(resourcesOf(vtn(), venID, '&targetType=GROUP'))).status, 400);
  });

  test('a 3.1 body is taken for a VEN, while the paths of 3.1 get 404', async () => {
    const body = { objectType: 'BL_VEN_REQUEST', clientID: 'c', venName: 'Aarhus' };
    assert.equal((await poster(vtn())('/vens', body)).status, 201);
    assert.equal((await poster(vtn())('/vens', { ...body, venName: 'Odense', targets: ['a'] })).status, 400);
    for (const path of ['/resources', '/auth/server', '/notifiers']) {
      assert.equal((await vtn().call(path)).status, 404);
    }
  });
};

/** What is peculiar to VENs and resources of 3.1. */
export const resources31: Part = (vtn) => {
  const aalborg = async () => (await createVen(vtn(), 'Aalborg', 'aalborg')).body.id as string;

  test('a clientID owns one VEN; which of name and clientID was taken is not said', async () => {
    await aalborg();
    const sameClient = await createVen(vtn(), 'Aarhus', 'aalborg');
    const sameName = await createVen(vtn(), 'Aalborg', 'aarhus');
    assert.deepEqual([sameClient.status, sameName.status], [409, 409]);
    assert.equal(sameClient.body.detail, sameName.body.detail);
  });

  test('clientID and targets are 1 to 128 of A-Z a-z 0-9 _ -, and not "null"', async () => {
    const venID = await aalborg();
    for (const text of ['a b', 'æ', 'a.b', 'a:b', 'a/b', '', 'null', 'NULL', 'a'.repeat(129)]) {
      assert.equal((await createVen(vtn(), 'Aarhus', text)).status, 400, `clientID ${text}`);
      const { status } = await createResource(vtn(), venID, 'Hotel', { targets: [text] });
      assert.equal(status, 400, `target ${text}`);
    }
    const targets = ['a'.repeat(128), '-', '_'];
    const good = await createResource(vtn(), venID, 'Hotel', { targets });
    assert.deepEqual([good.status, good.body.targets], [201, targets]);
  });

  test('targets find what has any of them', async () => {
    const venID = await aalborg();
    await createResource(vtn(), venID, 'A', { targets: ['a', 'x'] });
    await createResource(vtn(), venID, 'B', { targets: ['b', 'x'] });
    const found = async (query: string) =>
      (await vtn().call(`/resources?${query}`)).body.map((one: { resourceName: string }) => one.resourceName);
    assert.deepEqual(await found('targets=x'), ['A', 'B']);
    assert.deepEqual(await found('targets=b&targets=zzz'), ['B']);
    assert.deepEqual(await found('targets=zzz'), []);
    assert.deepEqual(await found('targets=x&resourceName=A'), ['A']);
  });

  test('a resource takes its clientID from its VEN, whatever the request says', async () => {
    const { body } = await createResource(vtn(), await aalborg(), 'Hotel', { clientID: 'not even valid' });
    assert.equal(body.clientID, 'aalborg');
  });

  test('a VEN comes back without objectType', async () => {
    assert.equal((await vtn().call(`/vens/${await aalborg()}`)).body.objectType, undefined);
  });

  test('VENs and resources of a VEN client are its own; targets it sends are dropped', async () => {
    const venID = await aalborg();
    const clientID = newClientId();
    const token = await vtn().token(await vtn().createVenClient(clientID));
    const body = { objectType: 'VEN_RESOURCE_REQUEST', venID, resourceName: 'Hotel', targets: ['t'] };
    assert.equal((await poster(vtn())('/resources', body, token)).status, 403);
    const asked = { objectType: 'VEN_VEN_REQUEST', venName: 'Aarhus' };
    const mine = await poster(vtn())('/vens', asked, token);
    assert.equal(mine.body.clientID, clientID);
    assert.equal((await poster(vtn())('/vens', { ...asked, venName: 'Odense' }, token)).status, 409);
    const resource = await poster(vtn())('/resources', body, token);
    assert.equal(resource.body.venID, mine.body.id);
    assert.deepEqual(resource.body.targets, []);
    assert.equal((await vtn().call(`/vens/${venID}`, { token })).status, 404);
    assert.deepEqual((await vtn().call('/vens?venName=Aalborg', { token })).body, []);
    assert.deepEqual((await vtn().call(`/resources?venID=${venID}`, { token })).body, []);
    const put = { method: 'PUT', token, body: { ...asked, venName: 'Mine now' } };
    assert.equal((await vtn().call(`/vens/${venID}`, put)).status, 404);
  });

  test('a VEN client deletes the empty VEN of another', async () => {
    const token = await vtn().token(await vtn().createVenClient(newClientId()));
    assert.equal((await vtn().call(`/vens/${await aalborg()}`, { method: 'DELETE', token })).status, 200);
  });

  test('a 3.0 request gets 400 or 404', async () => {
    const venID = await aalborg();
    const ven = await poster(vtn())('/vens', { venName: 'Aarhus' });
    assert.equal(ven.status, 400);
    assert.match(ven.body.detail, /missing field `objectType`/);
    assert.equal((await poster(vtn())(`/vens/${venID}/resources`, { resourceName: 'Hotel' })).status, 404);
  });
};
