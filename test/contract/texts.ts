import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { createResource, createVen, poster, resourceBody, resourcePath } from '../interop/wire.ts';
import type { Part } from './vtn.ts';

/** Names and attribute values: what is taken, and what comes back. */
export const texts: Part = (vtn, generation) => {
  let venID: string;
  beforeEach(async () => {
    venID = (await createVen(vtn(), 'Aalborg', 'aalborg')).body.id;
  });
  const named = async (name: unknown) => (await createResource(vtn(), venID, name as string)).status;

  test('names hold 1 to 128 bytes of UTF-8, not characters', async () => {
    assert.equal(await named('a'.repeat(128)), 201);
    assert.equal(await named('a'.repeat(129)), 400);
    assert.equal(await named('ø'.repeat(64)), 201);
    assert.equal(await named('ø'.repeat(65)), 400);
    assert.equal((await createVen(vtn(), 'ø'.repeat(65), 'other')).status, 400);
    assert.equal((await createVen(vtn(), '', 'other')).status, 400);
  });

  test('names are texts, and there', async () => {
    for (const name of ['', null, undefined, 1, true, ['a'], {}]) assert.equal(await named(name), 400);
  });

  test('names differ by case, by a space at the end and by Unicode form', async () => {
    for (const name of ['Case', 'case', 'case ', ' ', 'é', 'e\u0301', '💡']) {
      assert.equal(await named(name), 201, JSON.stringify(name));
    }
  });

  test('a NUL in a name gets 500', async () => {
    assert.equal(await named('a\0b'), 500);
  });

  const storedValues = async (values: string): Promise<string> => {
    const body = JSON.stringify(resourceBody(vtn(), venID, `v${values.length}`, { attributes: 'HERE' }));
    const path = generation === '3.0' ? `/vens/${venID}/resources` : '/resources';
    const answer = await poster(vtn())(path, body.replace('"HERE"', `[{"type":"A","values":[${values}]}]`));
    assert.equal(answer.status, 201, answer.text);
    const again = await vtn().call(resourcePath(vtn(), venID, answer.body.id));
    return /"values":(\[.*\])\}\]/.exec(again.text)?.[1] ?? again.text;
  };
  const back = async (values: unknown[]) =>
    JSON.parse(await storedValues(JSON.stringify(values).slice(1, -1)));

  test('attribute values come back as they are: texts, numbers, booleans, points', async () => {
    const values = ['50.0', '', 'Ærø "x" \\ \n 💡', 50, -0.5, 9.736535, true, false, { x: 1, y: -2.5 }];
    assert.deepEqual(await back(values), values);
  });

  test('numbers of six decimals come back as they were', async () => {
    const sent = Array.from({ length: 500 }, (_, i) => Math.round((9 + Math.sin(i + 1)) * 1e6) / 1e6);
    assert.deepEqual(await back(sent), sent);
  });

  test('a list of two numbers becomes a point', async () => {
    assert.deepEqual(await back([[1, 2]]), [{ x: 1, y: 2 }]);
  });

  test('an attribute cannot hold null, nor be without values or type', async () => {
    const bad = [
      ...[{ type: 'A', values: [null] }, { type: 'A' }, { type: '', values: ['a'] }, { values: ['a'] }],
      ...[{ type: 'A', values: 'a' }, { type: 'ø'.repeat(65), values: ['a'] }, 'A', null],
    ];
    for (const attribute of bad) {
      const { status } = await createResource(vtn(), venID, 'Hotel', { attributes: [attribute] });
      assert.equal(status, 400, JSON.stringify(attribute));
    }
    const none = await createResource(vtn(), venID, 'Hotel', { attributes: [{ type: 'A', values: [] }] });
    assert.equal(none.status, 201);
  });

  test('the same type may come twice', async () => {
    const attributes = [
      { type: 'A', values: ['a'] },
      { type: 'A', values: ['b'] },
    ];
    const { body } = await createResource(vtn(), venID, 'Hotel', { attributes });
    assert.deepEqual(body.attributes, attributes);
  });

  test('a body over 2 MB gets 400', async () => {
    const attributes = [{ type: 'A', values: ['x'.repeat(2_100_000)] }];
    assert.equal((await createResource(vtn(), venID, 'Big', { attributes })).status, 400);
  });

  test('what is no JSON gets 400, another media type 415', async () => {
    for (const body of ['{', '', 'x', '[]', 'null']) {
      const answer = await vtn().call('/vens', { method: 'POST', body });
      assert.equal(answer.status, 400, body);
    }
    const headers = { 'content-type': 'text/plain' };
    assert.equal((await vtn().call('/vens', { method: 'POST', body: '{}', headers })).status, 415);
  });
};
