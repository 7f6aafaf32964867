/**
 * What docs/interop.md says of OpenLEADR, asked of the running servers: when a newer one behaves otherwise, the
 * page and the simulator are to follow. Raw HTTP, none of the product's code.
 */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { call } from './http.ts';
import { type OpenLeadr, openLeadrs } from './openleadr.ts';
import { createResource, createVen, poster, resourceBody, resourcePath, resourcesOf } from './wire.ts';

let vtn: OpenLeadr;
let venID: string;

for (const candidate of await openLeadrs()) {
  describe(candidate.title, { skip: candidate.skip }, () => {
    before(async () => {
      vtn = await candidate.start();
    });
    after(() => vtn?.stop());
    beforeEach(async () => {
      await vtn.clear();
      venID = (await createVen(vtn, 'Aalborg', 'aalborg')).body.id;
    });
    describe('conflicts', conflicts);
    describe('names', names);
    describe('what comes back', whatComesBack);
    describe('lists', lists);
    describe('changes', changes);
    describe('tokens', tokens);
    if (candidate.generation === '3.0') describe('OpenADR 3.0 only', only30);
    else describe('OpenADR 3.1 only', only31);
  });
}

function conflicts() {
  test('a name that is taken gets 409 without an id', async () => {
    const first = await createResource(vtn, venID, 'Hotel');
    const second = await createResource(vtn, venID, 'Hotel');
    assert.equal(second.status, 409);
    assert.equal(second.body.detail, 'Conflict');
    assert.ok(!second.text.includes(first.body.id));
    assert.equal((await createVen(vtn, 'Aalborg', 'another')).status, 409);
  });

  test('an unknown VEN gets 409 too, and only the text tells', async () => {
    const answer = await createResource(vtn, '00000000-0000-4000-8000-000000000000', 'Hotel');
    assert.equal(answer.status, 409);
    assert.equal(answer.body.detail, 'A foreign key constraint is violated');
  });

  test('of twenty at once, one is created and the others get 409', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => createResource(vtn, venID, 'Same')));
    const statuses = answers.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [201, ...Array.from({ length: 19 }, () => 409)]);
  });

  test('resources of two VENs may share a name', async () => {
    const other = (await createVen(vtn, 'Aarhus', 'aarhus')).body.id;
    assert.equal((await createResource(vtn, venID, 'Hotel')).status, 201);
    assert.equal((await createResource(vtn, other, 'Hotel')).status, 201);
  });
}

function names() {
  test('hold 128 bytes of UTF-8, not characters', async () => {
    assert.equal((await createResource(vtn, venID, 'a'.repeat(128))).status, 201);
    assert.equal((await createResource(vtn, venID, 'a'.repeat(129))).status, 400);
    assert.equal((await createResource(vtn, venID, 'ø'.repeat(64))).status, 201);
    assert.equal((await createResource(vtn, venID, 'ø'.repeat(65))).status, 400);
  });

  test('differ by case, by a space at the end and by Unicode form', async () => {
    for (const name of ['Case', 'case', 'case ', ' ', 'é', 'e\u0301']) {
      assert.equal((await createResource(vtn, venID, name)).status, 201, JSON.stringify(name));
    }
  });

  test('with a NUL get 500', async () => {
    assert.equal((await createResource(vtn, venID, 'a\0b')).status, 500);
  });
}

function whatComesBack() {
  const storedValues = async (values: string): Promise<string> => {
    const body = JSON.stringify(resourceBody(vtn, venID, `v${values.length}`, { attributes: 'HERE' }));
    const path = vtn.generation === '3.0' ? `/vens/${venID}/resources` : '/resources';
    const answer = await poster(vtn)(path, body.replace('"HERE"', `[{"type":"A","values":[${values}]}]`));
    assert.equal(answer.status, 201, answer.text);
    const again = await vtn.call(resourcePath(vtn, venID, answer.body.id));
    return /"values":\[(.*?)\]/.exec(again.text)?.[1] ?? again.text;
  };

  test('numbers keep their kind: 50.0 stays 50.0, 50 stays 50, 1e2 becomes 100.0', async () => {
    assert.equal(await storedValues('50.0,50,1e2,-0.0,0.10'), '50.0,50,100.0,0.0,0.1');
    assert.equal(await storedValues('9007199254740993,"50.0",true,""'), '9007199254740993,"50.0",true,""');
    assert.equal(await storedValues('[1,2],{"x":1,"y":2}'), '{"x":1.0,"y":2.0},{"x":1.0,"y":2.0}');
  });

  test('numbers of 17 digits may come back one unit in the last place off', async () => {
    const sent = Array.from({ length: 500 }, (_, i) => 9 + Math.sin(i + 1));
    const back = JSON.parse(`[${await storedValues(sent.join(','))}]`);
    const changed = sent.filter((value, i) => value !== back[i]);
    assert.ok(changed.length > 0, 'none changed: the page may be corrected');
    assert.ok(sent.every((value, i) => Math.abs(value - back[i]) < 1e-14));
  });

  test('numbers of six decimals come back as they were', async () => {
    const sent = Array.from({ length: 500 }, (_, i) => Math.round((9 + Math.sin(i + 1)) * 1e6) / 1e6);
    assert.deepEqual(JSON.parse(`[${await storedValues(sent.join(','))}]`), sent);
  });

  test('a number near the largest double gets 500, is stored, and breaks every list that it is in', async () => {
    const attributes = [{ type: 'A', values: [Number.MAX_VALUE] }];
    assert.equal((await createResource(vtn, venID, 'Poison', { attributes })).status, 500);
    assert.equal((await vtn.sql("SELECT count(*) FROM resource WHERE resource_name = 'Poison'")).trim(), '1');
    assert.equal((await vtn.call(resourcesOf(vtn, venID))).status, 500);
  });

  test('null is left out, and unknown properties are dropped', async () => {
    const { body } = await createResource(vtn, venID, 'Hotel', {
      attributes: null,
      targets: null,
      id: 'mine',
      x: 1,
    });
    assert.notEqual(body.id, 'mine');
    assert.equal(body.objectType, 'RESOURCE');
    assert.equal(body.attributes, undefined);
    assert.deepEqual(body.targets, vtn.generation === '3.0' ? undefined : []);
    assert.equal(body.x, undefined);
  });

  test('an attribute cannot hold null, nor be without values', async () => {
    for (const attribute of [{ type: 'A', values: [null] }, { type: 'A' }, { type: '', values: ['a'] }]) {
      assert.equal((await createResource(vtn, venID, 'Hotel', { attributes: [attribute] })).status, 400);
    }
  });

  test('a body over 2 MB gets 400', async () => {
    const attributes = [{ type: 'A', values: ['x'.repeat(2_100_000)] }];
    assert.equal((await createResource(vtn, venID, 'Big', { attributes })).status, 400);
  });
}

function lists() {
  test('hold 1 to 50, and refuse other limits', async () => {
    for (const limit of ['0', '51', 'x', '']) {
      assert.equal((await vtn.call(`/vens?limit=${limit}`)).status, 400, limit);
    }
    assert.equal((await vtn.call('/vens?skip=-1')).status, 400);
    assert.deepEqual((await vtn.call('/vens?skip=1000')).body, []);
  });

  test('give resources oldest first and VENs newest first', async () => {
    for (let i = 0; i < 60; i++) await createResource(vtn, venID, `R${i}`);
    for (let i = 0; i < 3; i++) await createVen(vtn, `V${i}`, `v${i}`);
    const first = (await vtn.call(resourcesOf(vtn, venID))).body;
    const second = (await vtn.call(resourcesOf(vtn, venID, '&skip=50'))).body;
    const listed = [...first, ...second].map(({ resourceName }) => resourceName);
    assert.deepEqual(
      listed,
      Array.from({ length: 60 }, (_, i) => `R${i}`),
    );
    const vens = (await vtn.call('/vens')).body.map((ven: { venName: string }) => ven.venName);
    assert.deepEqual(vens, ['V2', 'V1', 'V0', 'Aalborg']);
  });

  test('find by the exact name; an empty name is no filter', async () => {
    await createResource(vtn, venID, 'Hotel - Base Load');
    const found = async (query: string) => (await vtn.call(resourcesOf(vtn, venID, query))).body.length;
    assert.equal(await found('&resourceName=Hotel%20-%20Base%20Load'), 1);
    assert.equal(await found('&resourceName=Hotel+-+Base+Load'), 1);
    assert.equal(await found('&resourceName=hotel%20-%20base%20load'), 0);
    assert.equal(await found('&resourceName='), 1);
    assert.equal((await vtn.call('/vens?venName=')).body.length, 1);
    assert.equal((await vtn.call('/vens?venName=aalborg')).body.length, 0);
  });

  test('are empty for an unknown VEN', async () => {
    assert.deepEqual((await vtn.call(resourcesOf(vtn, 'nope'))).body, []);
  });

  test('have no other path: a slash at the end gets 404', async () => {
    assert.equal((await vtn.call('/vens/')).status, 404);
  });
}

function changes() {
  test('PUT replaces: what is left out is gone', async () => {
    const attributes = [{ type: 'A', values: ['a'] }];
    const { id } = (await createResource(vtn, venID, 'Hotel', { attributes })).body;
    const path = resourcePath(vtn, venID, id);
    const answer = await vtn.call(path, { method: 'PUT', body: resourceBody(vtn, venID, 'Hotel') });
    assert.equal(answer.status, 200);
    assert.equal(answer.body.attributes, undefined);
  });

  test('DELETE returns the object, then 404; a VEN with resources gets 403', async () => {
    const { id } = (await createResource(vtn, venID, 'Hotel')).body;
    assert.equal((await vtn.call(`/vens/${venID}`, { method: 'DELETE' })).status, 403);
    const path = resourcePath(vtn, venID, id);
    assert.equal((await vtn.call(path, { method: 'DELETE' })).body.id, id);
    assert.equal((await vtn.call(path, { method: 'DELETE' })).status, 404);
  });

  test('an id of other characters gets 400 as plain text', async () => {
    const answer = await vtn.call('/vens/a%20b');
    assert.equal(answer.status, 400);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/);
  });
}

function tokens() {
  test('none gets 401; one that is wrong or has expired gets 403', async () => {
    const ask = async (token: string | undefined) => {
      const { status, body } = await vtn.call('/vens', { token });
      return `${status} ${body.detail}`;
    };
    assert.equal(await ask(undefined), '401 Authorization via Bearer token in Authorization header required');
    assert.equal(await ask('nonsense'), '403 Invalid authentication token provided');
    assert.equal(await ask(vtn.signToken('bl', -600)), '403 Invalid authentication token provided');
  });

  test('only 0.1.4 takes one for a minute after it has expired', async () => {
    const { status } = await vtn.call('/vens', { token: vtn.signToken('bl', -30) });
    assert.equal(status, vtn.generation === '3.0' ? 200 : 403);
  });

  test('are given for a form or for HTTP Basic, not both, and last 30 days', async () => {
    const ask = (form: Record<string, string>, headers: Record<string, string> = {}) =>
      call(vtn.tokenUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: new URLSearchParams({ grant_type: 'client_credentials', ...form }).toString(),
      });
    const { clientId, clientSecret } = vtn.bl;
    const form = { client_id: clientId, client_secret: clientSecret };
    const basic = { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` };
    const answer = await ask({ ...form, scope: 'nonsense' });
    assert.deepEqual(Object.keys(answer.body), ['access_token', 'token_type', 'expires_in']);
    assert.equal(answer.body.expires_in, 30 * 24 * 3600);
    assert.equal((await ask({}, basic)).status, 200);
    assert.equal((await ask(form, basic)).body.error, 'invalid_request');
    const wrong = await ask({ ...form, client_secret: 'wrong' });
    assert.equal(`${wrong.status} ${wrong.body.error}`, '401 invalid_client');
    assert.equal((await ask(form, { 'content-type': 'application/json' })).status, 415);
  });
}

function only30() {
  test('a missing role is 401 on /vens and 403 elsewhere; AnyBusiness alone can do nothing here', async () => {
    const business = await vtn.token(await vtn.createClient(`b-${venID}`, [{ role: 'AnyBusiness' }]));
    const ven = await poster(vtn)('/vens', { venName: 'Aarhus' }, business);
    assert.equal(`${ven.status} ${ven.body.detail}`, '401 User does not have the required role');
    assert.equal((await createResource(vtn, venID, 'Hotel', {}, business)).status, 403);
    assert.equal((await vtn.call('/vens', { token: business })).status, 403);
  });

  test('VenManager is enough to register; one VEN client may own several VENs', async () => {
    const manager = await vtn.token(await vtn.createClient(`m-${venID}`, [{ role: 'VenManager' }]));
    const other = await poster(vtn)('/vens', { venName: 'Aarhus' }, manager);
    assert.equal(other.status, 201);
    assert.equal((await createResource(vtn, venID, 'Hotel', {}, manager)).status, 201);
    const both = await vtn.token(await vtn.createVenClient(`v-${venID}`, venID, other.body.id));
    assert.equal((await createResource(vtn, other.body.id, 'Hotel', {}, both)).status, 201);
    assert.equal((await vtn.call('/vens', { token: both })).body.length, 2);
    assert.equal((await poster(vtn)('/vens', { venName: 'Odense' }, both)).status, 401);
  });

  test('a VEN carries all its resources, however many', async () => {
    for (let i = 0; i < 60; i++) await createResource(vtn, venID, `R${i}`);
    assert.equal((await vtn.call(`/vens/${venID}`)).body.resources.length, 60);
    assert.equal((await vtn.call('/vens?venName=Aalborg')).body[0].resources.length, 60);
  });

  test('target values may be any text; targetType and targetValues go together', async () => {
    const targets = [{ type: 'GROUP', values: ['a b', 'ø'.repeat(300), ''] }];
    const { body } = await createResource(vtn, venID, 'Hotel', { targets });
    assert.deepEqual(body.targets, targets);
    const query = '&targetType=GROUP&targetValues=zzz&targetValues=a%20b';
    assert.equal((await vtn.call(resourcesOf(vtn, venID, query))).body.length, 1);
    assert.equal((await vtn.call(resourcesOf(vtn, venID, '&targetType=GROUP'))).status, 400);
  });

  test('a 3.1 body is taken for a VEN, while the paths of 3.1 get 404', async () => {
    const body = { objectType: 'BL_VEN_REQUEST', clientID: 'c', venName: 'Aarhus' };
    assert.equal((await poster(vtn)('/vens', body)).status, 201);
    assert.equal((await poster(vtn)('/vens', { ...body, venName: 'Odense', targets: ['a'] })).status, 400);
    for (const path of ['/resources', '/auth/server', '/notifiers']) {
      assert.equal((await vtn.call(path)).status, 404);
    }
  });
}

function only31() {
  test('a clientID owns one VEN; which of name and clientID was taken is not said', async () => {
    const sameClient = await createVen(vtn, 'Aarhus', 'aalborg');
    const sameName = await createVen(vtn, 'Aalborg', 'aarhus');
    assert.deepEqual([sameClient.status, sameName.status], [409, 409]);
    assert.equal(sameClient.body.detail, sameName.body.detail);
  });

  test('clientID and targets are 1 to 128 of A-Z a-z 0-9 _ -, and not "null"', async () => {
    for (const text of ['a b', 'æ', 'a.b', 'a:b', 'a/b', '', 'null', 'NULL', 'a'.repeat(129)]) {
      assert.equal((await createVen(vtn, 'Aarhus', text)).status, 400, `clientID ${text}`);
      assert.equal(
        (await createResource(vtn, venID, 'Hotel', { targets: [text] })).status,
        400,
        `target ${text}`,
      );
    }
    assert.equal(
      (await createResource(vtn, venID, 'Hotel', { targets: ['a'.repeat(128), '-', '_'] })).status,
      201,
    );
  });

  test('a resource takes its clientID from its VEN, whatever the request says', async () => {
    const { body } = await createResource(vtn, venID, 'Hotel', { clientID: 'not even valid' });
    assert.equal(body.clientID, 'aalborg');
  });

  test('a VEN comes back without objectType', async () => {
    assert.equal((await vtn.call(`/vens/${venID}`)).body.objectType, undefined);
  });

  test('VENs and resources of a VEN client are its own; targets it sends are dropped', async () => {
    const clientID = `v-${venID}`;
    const token = await vtn.token(await vtn.createVenClient(clientID));
    const body = { objectType: 'VEN_RESOURCE_REQUEST', venID, resourceName: 'Hotel', targets: ['t'] };
    assert.equal((await poster(vtn)('/resources', body, token)).status, 403);
    const mine = await poster(vtn)('/vens', { objectType: 'VEN_VEN_REQUEST', venName: 'Aarhus' }, token);
    assert.equal(mine.body.clientID, clientID);
    const resource = await poster(vtn)('/resources', body, token);
    assert.equal(resource.body.venID, mine.body.id);
    assert.deepEqual(resource.body.targets, []);
    assert.equal((await vtn.call(`/vens/${venID}`, { token })).status, 404);
    assert.deepEqual((await vtn.call('/vens?venName=Aalborg', { token })).body, []);
  });

  test('the request has to match the scopes of the token', async () => {
    const asVen = { objectType: 'VEN_RESOURCE_REQUEST', venID, resourceName: 'Hotel' };
    assert.equal((await poster(vtn)('/resources', asVen)).status, 400);
    const reader = await vtn.token(await vtn.createClient(`r-${venID}`, ['read_all']));
    const refused = await createResource(vtn, venID, 'Hotel', {}, reader);
    assert.equal(
      `${refused.status} ${refused.body.detail}`,
      "403 Missing 'write_vens_bl' or 'write_vens_ven' scope",
    );
    const writer = await vtn.token(await vtn.createClient(`w-${venID}`, ['write_vens_bl']));
    assert.equal((await createResource(vtn, venID, 'Hotel', {}, writer)).status, 201);
    assert.equal((await vtn.call('/resources', { token: writer })).status, 403);
  });

  test('a 3.0 request gets 400 or 404', async () => {
    const ven = await poster(vtn)('/vens', { venName: 'Aarhus' });
    assert.equal(ven.status, 400);
    assert.match(ven.body.detail, /missing field `objectType`/);
    assert.equal((await poster(vtn)(`/vens/${venID}/resources`, { resourceName: 'Hotel' })).status, 404);
  });
}
