import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ven31, vtn } from './vtn.ts';

for (const version of ['3.0', '3.1'] as const) {
  test(`${version}: no token gets 401, a bad or expired one 403, or 401 where that is asked for`, async (t) => {
    const { simulator, bl, withToken } = await vtn(t, version);
    const none = await bl('GET', '/vens', undefined, { authorization: '' });
    assert.equal(none.status, 401);
    assert.equal(none.headers.get('www-authenticate'), version === '3.1' ? 'Bearer realm="VTN"' : null);
    const expired = withToken(simulator.tokenFor('bl', -1));
    assert.equal((await expired('GET', '/vens')).status, 403);
    assert.equal((await withToken('unknown')('POST', '/vens', '{')).status, 403);
    simulator.set({ badTokenStatus: 401 });
    assert.equal((await expired('GET', '/vens')).status, 401);
    assert.equal((await bl('GET', '/vens')).status, 200);
  });

  test(`${version}: a token is fetched with client credentials and lives as long as it says`, async (t) => {
    const { bl, withToken, simulator } = await vtn(t, version);
    const form = { 'content-type': 'application/x-www-form-urlencoded', authorization: '' };
    const asked = 'grant_type=client_credentials&client_id=bl&client_secret=secret';
    const { status, body } = await bl('POST', '/auth/token', asked, form);
    assert.deepEqual([status, body.token_type, body.expires_in], [200, 'Bearer', 3600]);
    assert.equal((await withToken(body.access_token)('GET', '/vens')).status, 200);
    simulator.set({ tokenLifetimeS: 0 });
    const short = (await bl('POST', '/auth/token', asked, form)).body.access_token;
    assert.equal((await withToken(short)('GET', '/vens')).status, 403);
    assert.equal((await bl('POST', '/auth/token', `${asked}x`, form)).body.error, 'invalid_client');
    assert.equal((await bl('POST', '/auth/token', 'client_id=bl', form)).body.title, '400 Bad Request');
  });
}

test('3.1: the token endpoint is told to anybody, notifiers to clients', async (t) => {
  const { bl, simulator } = await vtn(t, '3.1', { basePath: '/x', webhooks: false });
  const server = await bl('GET', '/auth/server', undefined, { authorization: '' });
  assert.deepEqual(server.body, { tokenURL: `${simulator.url}/auth/token` });
  assert.equal((await bl('GET', '/notifiers', undefined, { authorization: '' })).status, 401);
  assert.deepEqual((await bl('GET', '/notifiers')).body, { WEBSOCKET: true });
  assert.equal((await bl('GET', '/health')).text, 'OK');
});

test('3.1: each action needs its scope; a bad body is told first', async (t) => {
  const { client } = await vtn(t, '3.1');
  const reader = client({ clientId: 'reader', scopes: ['read_all'] });
  assert.equal((await reader('GET', '/vens')).status, 200);
  assert.equal((await reader('POST', '/vens', ven31('A'))).status, 403);
  assert.equal((await reader('POST', '/vens', {})).status, 400);
  const writer = client({ clientId: 'writer', scopes: ['write_vens_bl'] });
  assert.equal((await writer('POST', '/vens', ven31('A'))).status, 201);
  assert.equal((await writer('GET', '/vens')).status, 403);
  const old = client({ clientId: 'old', scopes: ['write_vens'] });
  assert.equal((await old('POST', '/vens', { objectType: 'VEN_VEN_REQUEST', venName: 'B' })).status, 201);
});

test('3.0: scopes of a foreign token make roles', async (t) => {
  const { client } = await vtn(t, '3.0');
  const manager = client({ clientId: 'm', scopes: ['read_all', 'write_vens'] });
  assert.equal((await manager('POST', '/vens', { venName: 'A' })).status, 201);
  assert.equal((await manager('POST', '/programs', { programName: 'P' })).status, 403);
  const business = client({ clientId: 'b', scopes: ['read_all', 'write_programs', 'write_events'] });
  assert.equal((await business('POST', '/programs', { programName: 'P' })).status, 201);
  assert.equal((await business('GET', '/vens')).status, 403);
});

test('faults strike OpenADR too, told as problems', async (t) => {
  const { bl, simulator } = await vtn(t, '3.1', { maxRate: 1 });
  const answers = await Promise.all(Array.from({ length: 10 }, () => bl('GET', '/vens')));
  const throttled = answers.find(({ status }) => status === 429);
  assert.equal(throttled?.body.status, 429);
  assert.equal(throttled?.headers.get('retry-after'), '1');
  simulator.set({ maxRate: 0 });
  simulator.answerNext(1, 'missing-id', 'POST /vens');
  const odd = await bl('POST', '/vens', ven31('A'));
  assert.deepEqual([odd.status, odd.body.venName, odd.body.id], [201, 'A', undefined]);
  simulator.wipe();
  assert.deepEqual((await bl('GET', '/vens')).body, []);
  assert.equal((await bl('POST', '/vens', ven31('A'))).status, 201);
});
