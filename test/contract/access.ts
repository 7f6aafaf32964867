import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call } from '../interop/http.ts';
import { createResource, createVen, poster } from '../interop/wire.ts';
import { newClientId, type Part } from './vtn.ts';

/** Tokens: how they are had, and what is said to those that are not good. */
export const access: Part = (vtn, generation) => {
  test('no token gets 401; one that is wrong or has expired gets 403', async () => {
    const ask = async (token: string | undefined) => {
      const { status, body } = await vtn().call('/vens', { token });
      return `${status} ${body.detail}`;
    };
    assert.equal(await ask(undefined), '401 Authorization via Bearer token in Authorization header required');
    assert.equal(await ask('nonsense'), '403 Invalid authentication token provided');
    assert.equal(await ask(vtn().signToken('bl', -600)), '403 Invalid authentication token provided');
    assert.equal((await vtn().call('/vens', { token: vtn().signToken('bl', 600) })).status, 200);
    const headers = { authorization: 'Basic YTpi' };
    assert.equal((await vtn().call('/vens', { token: undefined, headers })).status, 401);
  });

  test('every path but the open ones wants a token', async () => {
    const paths = ['/vens', '/vens/x', '/programs', '/events', '/reports'];
    const own = generation === '3.0' ? ['/vens/x/resources'] : ['/resources', '/subscriptions', '/notifiers'];
    for (const path of [...paths, ...own]) {
      assert.equal((await vtn().call(path, { token: undefined })).status, 401, path);
    }
    assert.equal((await vtn().call('/vens', { method: 'POST', token: undefined, body: {} })).status, 401);
    assert.equal((await vtn().call('/health', { token: undefined })).text, 'OK');
  });

  const ask = (form: Record<string, string>, headers: Record<string, string> = {}) =>
    call(vtn().tokenUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(form).toString(),
    });
  const grant = { grant_type: 'client_credentials' };
  const credentials = () => ({ client_id: vtn().bl.clientId, client_secret: vtn().bl.clientSecret });

  test('are given for a form or for HTTP Basic, not both, and last 30 days', async () => {
    const form = { ...grant, ...credentials() };
    const { clientId, clientSecret } = vtn().bl;
    const basic = { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` };
    const answer = await ask({ ...form, scope: 'nonsense' });
    assert.deepEqual(Object.keys(answer.body), ['access_token', 'token_type', 'expires_in']);
    assert.deepEqual([answer.body.token_type, answer.body.expires_in], ['Bearer', 30 * 24 * 3600]);
    assert.equal((await vtn().call('/vens', { token: answer.body.access_token })).status, 200);
    assert.equal((await ask(grant, basic)).status, 200);
    const both = await ask(form, basic);
    assert.deepEqual([both.status, both.body.error], [400, 'invalid_request']);
  });

  test('wrong credentials get 401, a wrong form 400, another media type 415', async () => {
    const form = { ...grant, ...credentials() };
    for (const wrong of [
      { ...form, client_secret: 'wrong' },
      { ...form, client_id: 'wrong' },
    ]) {
      const answer = await ask(wrong);
      assert.deepEqual([answer.status, answer.body.error], [401, 'invalid_client']);
    }
    const headers = { authorization: `Basic ${btoa('bl:wrong')}` };
    assert.equal((await ask(grant, headers)).status, 401);
    const other = await ask({ ...form, grant_type: 'password' });
    assert.deepEqual([other.status, other.body.error], [400, 'unsupported_grant_type']);
    assert.equal((await ask(form, { 'content-type': 'application/json' })).status, 415);
  });
};

/** Roles of 3.0: what each may, and how it is told what it may not. */
export const scopes30: Part = (vtn) => {
  const client = async (...roles: string[]) =>
    vtn().token(
      await vtn().createClient(
        newClientId(),
        roles.map((role) => ({ role })),
      ),
    );
  const aalborg = async () => (await createVen(vtn(), 'Aalborg', '')).body.id as string;

  test('a missing role is 401 on /vens and 403 elsewhere; AnyBusiness alone can do nothing here', async () => {
    const business = await client('AnyBusiness');
    const ven = await poster(vtn())('/vens', { venName: 'Aarhus' }, business);
    assert.equal(`${ven.status} ${ven.body.detail}`, '401 User does not have the required role');
    assert.equal((await createResource(vtn(), await aalborg(), 'Hotel', {}, business)).status, 403);
    assert.equal((await vtn().call('/vens', { token: business })).status, 403);
    assert.equal((await poster(vtn())('/programs', { programName: 'P' }, business)).status, 201);
  });

  test('VenManager is enough to register; one VEN client may own several VENs', async () => {
    const venID = await aalborg();
    const manager = await client('VenManager');
    const other = await poster(vtn())('/vens', { venName: 'Aarhus' }, manager);
    assert.equal(other.status, 201);
    assert.equal((await createResource(vtn(), venID, 'Hotel', {}, manager)).status, 201);
    assert.equal((await poster(vtn())('/programs', { programName: 'P' }, manager)).status, 403);
    const both = await vtn().token(await vtn().createVenClient(newClientId(), venID, other.body.id));
    assert.equal((await createResource(vtn(), other.body.id, 'Hotel', {}, both)).status, 201);
    assert.equal((await vtn().call('/vens', { token: both })).body.length, 2);
    assert.equal((await poster(vtn())('/vens', { venName: 'Odense' }, both)).status, 401);
  });

  test('a VEN client sees and writes its own VENs alone', async () => {
    const venID = await aalborg();
    const other = (await createVen(vtn(), 'Aarhus', '')).body.id;
    const token = await vtn().token(await vtn().createVenClient(newClientId(), venID));
    const names = (await vtn().call('/vens', { token })).body.map((ven: { venName: string }) => ven.venName);
    assert.deepEqual(names, ['Aalborg']);
    assert.equal((await vtn().call('/vens?venName=Aalborg', { token })).body.length, 1);
    assert.equal((await vtn().call(`/vens/${other}`, { token })).status, 404);
    assert.equal((await createResource(vtn(), other, 'Hotel', {}, token)).status, 403);
    assert.equal((await vtn().call(`/vens/${other}/resources`, { token })).status, 403);
    assert.equal((await vtn().call(`/vens/${venID}`, { method: 'DELETE', token })).status, 401);
  });
};

/** Scopes of 3.1. */
export const scopes31: Part = (vtn) => {
  const client = async (...scopes: string[]) => vtn().token(await vtn().createClient(newClientId(), scopes));
  const aalborg = async () => (await createVen(vtn(), 'Aalborg', 'aalborg')).body.id as string;

  test('the request has to match the scopes of the token', async () => {
    const venID = await aalborg();
    const asVen = { objectType: 'VEN_RESOURCE_REQUEST', venID, resourceName: 'Hotel' };
    assert.equal((await poster(vtn())('/resources', asVen)).status, 400);
    const reader = await client('read_all');
    const refused = await createResource(vtn(), venID, 'Hotel', {}, reader);
    assert.equal(
      `${refused.status} ${refused.body.detail}`,
      "403 Missing 'write_vens_bl' or 'write_vens_ven' scope",
    );
    const writer = await client('write_vens_bl');
    assert.equal((await createResource(vtn(), venID, 'Hotel', {}, writer)).status, 201);
    assert.equal((await vtn().call('/resources', { token: writer })).status, 403);
  });

  test('each kind of object has its scope; a bad body is told first', async () => {
    const reader = await client('read_all');
    for (const path of ['/vens', '/resources', '/programs', '/events', '/reports', '/subscriptions']) {
      assert.equal((await vtn().call(path, { token: reader })).status, 200, path);
    }
    const program = { programName: 'P' };
    assert.equal((await poster(vtn())('/programs', {}, reader)).status, 400);
    assert.equal((await poster(vtn())('/programs', program, reader)).status, 403);
    assert.equal((await poster(vtn())('/programs', program, await client('write_programs'))).status, 201);
  });

  test('the token endpoint is told to anybody', async () => {
    const { status, body } = await vtn().call('/auth/server', { token: undefined });
    assert.deepEqual([status, body], [200, { tokenURL: vtn().tokenUrl }]);
  });
};
