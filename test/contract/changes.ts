import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { createResource, createVen, resourceBody, resourcePath } from '../interop/wire.ts';
import type { Part } from './vtn.ts';

const nobody = '00000000-0000-4000-8000-000000000000';
const attributes = [{ type: 'A', values: ['a'] }];

/** PUT and DELETE of VENs and resources. */
export const changes: Part = (vtn, generation) => {
  let venID: string;
  beforeEach(async () => {
    venID = (await createVen(vtn(), 'Aalborg', 'aalborg', { attributes })).body.id;
  });
  const put = (path: string, body: object) => vtn().call(path, { method: 'PUT', body });
  const remove = (path: string) => vtn().call(path, { method: 'DELETE' });
  const venBody = (venName: string, clientID = 'aalborg') =>
    generation === '3.0' ? { venName } : { objectType: 'BL_VEN_REQUEST', clientID, venName };

  test('PUT replaces: what is left out is gone, the id stays', async () => {
    const targets = generation === '3.0' ? [{ type: 'GROUP', values: ['a'] }] : ['a'];
    const before = (await createResource(vtn(), venID, 'Hotel', { attributes, targets })).body;
    const answer = await put(resourcePath(vtn(), venID, before.id), resourceBody(vtn(), venID, 'Inn'));
    assert.equal(answer.status, 200);
    const { id, resourceName, createdDateTime } = answer.body;
    assert.deepEqual([id, resourceName, createdDateTime], [before.id, 'Inn', before.createdDateTime]);
    assert.equal(answer.body.attributes, undefined);
    assert.deepEqual(answer.body.targets, generation === '3.0' ? undefined : []);
    assert.ok(answer.body.modificationDateTime > before.modificationDateTime);
    const ven = await put(`/vens/${venID}`, venBody('Ålborg'));
    assert.deepEqual([ven.status, ven.body.venName, ven.body.attributes], [200, 'Ålborg', undefined]);
  });

  test('PUT with a name that another has gets 409, with its own name 200', async () => {
    await createVen(vtn(), 'Aarhus', 'aarhus');
    assert.equal((await put(`/vens/${venID}`, venBody('Aarhus'))).status, 409);
    assert.equal((await put(`/vens/${venID}`, venBody('Aalborg'))).status, 200);
    await createResource(vtn(), venID, 'A');
    const { id } = (await createResource(vtn(), venID, 'B')).body;
    const path = resourcePath(vtn(), venID, id);
    assert.equal((await put(path, resourceBody(vtn(), venID, 'A'))).status, 409);
    assert.equal((await put(path, resourceBody(vtn(), venID, 'B'))).status, 200);
  });

  test('what does not exist gets 404', async () => {
    const resource = resourcePath(vtn(), venID, nobody);
    for (const path of [`/vens/${nobody}`, resource]) {
      assert.equal((await vtn().call(path)).status, 404, `GET ${path}`);
      assert.equal((await remove(path)).status, 404, `DELETE ${path}`);
    }
    assert.equal((await put(`/vens/${nobody}`, venBody('X'))).status, 404);
    assert.equal((await put(resource, resourceBody(vtn(), venID, 'X'))).status, 404);
  });

  test('DELETE returns the object, then 404; a VEN with resources gets 403', async () => {
    const { id } = (await createResource(vtn(), venID, 'Hotel')).body;
    assert.equal((await remove(`/vens/${venID}`)).status, 403);
    const path = resourcePath(vtn(), venID, id);
    assert.equal((await remove(path)).body.id, id);
    assert.equal((await remove(path)).status, 404);
    assert.equal((await vtn().call(path)).status, 404);
    const ven = await remove(`/vens/${venID}`);
    assert.deepEqual([ven.status, ven.body.id], [200, venID]);
    assert.equal((await remove(`/vens/${venID}`)).status, 404);
  });

  test('a name is free again after DELETE and after PUT', async () => {
    const { id } = (await createResource(vtn(), venID, 'Hotel')).body;
    await put(resourcePath(vtn(), venID, id), resourceBody(vtn(), venID, 'Inn'));
    assert.equal((await createResource(vtn(), venID, 'Hotel')).status, 201);
    await remove(resourcePath(vtn(), venID, id));
    assert.equal((await createResource(vtn(), venID, 'Inn')).status, 201);
  });

  test('an id of other characters gets 400 as plain text', async () => {
    const answer = await vtn().call('/vens/a%20b');
    assert.equal(answer.status, 400);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/);
  });

  if (generation === '3.0') {
    test('a resource is only under its own VEN', async () => {
      const other = (await createVen(vtn(), 'Aarhus', 'aarhus')).body.id;
      const { id } = (await createResource(vtn(), venID, 'Hotel')).body;
      assert.equal((await vtn().call(resourcePath(vtn(), other, id))).status, 404);
    });
    return;
  }
  test('the VEN of a resource and the client of a VEN cannot change', async () => {
    const other = (await createVen(vtn(), 'Aarhus', 'aarhus')).body.id;
    const { id } = (await createResource(vtn(), venID, 'Hotel')).body;
    assert.equal((await put(`/resources/${id}`, resourceBody(vtn(), other, 'Hotel'))).status, 400);
    assert.equal((await put(`/vens/${venID}`, venBody('Aalborg', 'somebody'))).status, 400);
  });
};
