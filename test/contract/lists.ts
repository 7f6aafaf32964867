import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { createResource, createVen, resourcesOf } from '../interop/wire.ts';
import type { Part } from './vtn.ts';

/** Pages, filters and order of listings. */
export const lists: Part = (vtn, generation) => {
  let venID: string;
  beforeEach(async () => {
    venID = (await createVen(vtn(), 'Aalborg', 'aalborg')).body.id;
  });

  test('hold 1 to 50, and refuse other limits', async () => {
    for (const path of ['/vens?', resourcesOf(vtn(), venID, '&'), '/programs?', '/events?']) {
      for (const query of ['limit=0', 'limit=51', 'limit=x', 'limit=', 'skip=-1', 'skip=x']) {
        assert.equal((await vtn().call(path + query)).status, 400, path + query);
      }
      assert.deepEqual((await vtn().call(`${path}skip=1000&limit=50`)).body, [], path);
    }
  });

  test('of reports are checked less: a page that cannot be gets 500 from the database', async () => {
    assert.equal((await vtn().call('/reports?limit=51')).status, 400);
    assert.equal((await vtn().call('/reports?limit=0')).status, generation === '3.0' ? 200 : 400);
    assert.equal((await vtn().call('/reports?skip=-1')).status, 500);
  });

  test('give resources oldest first and VENs newest first', async () => {
    for (let i = 0; i < 60; i++) await createResource(vtn(), venID, `R${i}`);
    for (let i = 0; i < 3; i++) await createVen(vtn(), `V${i}`, `v${i}`);
    const first = (await vtn().call(resourcesOf(vtn(), venID))).body;
    const second = (await vtn().call(resourcesOf(vtn(), venID, '&skip=50'))).body;
    const listed = [...first, ...second].map(({ resourceName }) => resourceName);
    assert.deepEqual(
      listed,
      Array.from({ length: 60 }, (_, i) => `R${i}`),
    );
    const vens = (await vtn().call('/vens')).body.map((ven: { venName: string }) => ven.venName);
    assert.deepEqual(vens, ['V2', 'V1', 'V0', 'Aalborg']);
    const some = (await vtn().call('/vens?skip=1&limit=2')).body;
    assert.deepEqual(
      some.map((ven: { venName: string }) => ven.venName),
      ['V1', 'V0'],
    );
  });

  test('find by the exact name; an empty name is no filter, an unknown filter none either', async () => {
    await createResource(vtn(), venID, 'Hotel - Base Load');
    const found = async (query: string) => (await vtn().call(resourcesOf(vtn(), venID, query))).body.length;
    assert.equal(await found('&resourceName=Hotel%20-%20Base%20Load'), 1);
    assert.equal(await found('&resourceName=Hotel+-+Base+Load'), 1);
    assert.equal(await found('&resourceName=hotel%20-%20base%20load'), 0);
    assert.equal(await found('&resourceName='), 1);
    assert.equal(await found('&nonsense=1'), 1);
    assert.equal((await vtn().call('/vens?venName=')).body.length, 1);
    assert.equal((await vtn().call('/vens?venName=aalborg')).body.length, 0);
    assert.equal((await vtn().call('/vens?venName=Aalborg')).body[0].id, venID);
  });

  test('are empty for an unknown VEN', async () => {
    assert.deepEqual((await vtn().call(resourcesOf(vtn(), 'nope'))).body, []);
  });

  if (generation === '3.1') {
    test('hold the resources of all VENs where none is named', async () => {
      const other = (await createVen(vtn(), 'Aarhus', 'aarhus')).body.id;
      for (const ven of [venID, other]) await createResource(vtn(), ven, 'Hotel');
      assert.equal((await vtn().call('/resources')).body.length, 2);
      assert.equal((await vtn().call('/resources?resourceName=Hotel')).body.length, 2);
      assert.equal((await vtn().call(`/resources?resourceName=Hotel&venID=${other}`)).body.length, 1);
    });
  }

  test('have no other path: a slash at the end gets 404, another method 405', async () => {
    assert.equal((await vtn().call('/vens/')).status, 404);
    assert.equal((await vtn().call('/nonsense')).status, 404);
    assert.equal((await vtn().call('/vens', { method: 'DELETE' })).status, 405);
    assert.equal((await vtn().call(`/vens/${venID}`, { method: 'PATCH', body: {} })).status, 405);
  });
};
