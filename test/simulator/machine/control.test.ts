import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSimulator } from '../../../src/simulator/index.ts';
import { loadBody, stored } from '../flex/loads.ts';
import { running, sender } from '../helpers.ts';

const noToken = { authorization: '' };

test('statistics, switches and what is held are there over HTTP, without a token', async (t) => {
  const [simulator, send] = await running(t, { tokens: ['good'], errorRate: 0 });
  const [id] = await stored(send, 1);
  const stats = await send('GET', '/__simulator/stats', undefined, noToken);
  assert.deepEqual(stats.body, JSON.parse(JSON.stringify(simulator.stats())));
  assert.equal(stats.body.requests, 2);
  const held = await send('GET', '/__simulator/resources', undefined, noToken);
  assert.deepEqual(
    held.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    [...simulator.resources()],
  );
  assert.equal([...simulator.resources()][0]?.id, id);
});

test('switches are changed over HTTP; a wrong one changes none', async (t) => {
  const [simulator, send] = await running(t);
  const control = (body: object) => send('POST', '/__simulator/control', body, noToken);
  assert.equal((await control({ set: { duplicates: '409', latencyMs: 5 } })).body.duplicates, '409');
  assert.equal(simulator.switches().latencyMs, 5);
  const wrong = await control({ set: { latencyMs: 0, duplicates: 'maybe' } });
  assert.equal(wrong.status, 400);
  assert.match(wrong.body.problem, /"maybe" is no value .* "duplicates"/);
  assert.equal(simulator.switches().latencyMs, 5);
  assert.equal((await control({ set: { latency: 1 } })).status, 400);
  assert.equal((await control({ sat: {} })).status, 400);
  assert.equal((await control({ answerNext: { count: 1, what: 'rubbish' } })).status, 400);
  assert.equal((await send('GET', '/__simulator/nothing')).status, 404);
  await control({ reset: true, answerNext: { count: 1, what: 'redirect' } });
  assert.equal(simulator.switches().latencyMs, 0);
  assert.equal((await send('GET', '/vens')).status, 302);
});

test('reset keeps what is stored, wipe keeps the counters', async (t) => {
  const [simulator, send] = await running(t);
  await stored(send, 2);
  simulator.reset();
  assert.deepEqual([simulator.stats().requests, simulator.stats().resources], [0, 2]);
  await send('POST', '/resources', loadBody(5));
  simulator.wipe();
  assert.deepEqual([simulator.stats().requests, simulator.stats().resources], [1, 0]);
});

test('tokens: given ones, and ones fetched with client credentials', async (t) => {
  const clients = [{ clientId: 'me', clientSecret: 's:e c+ret' }];
  const [, send] = await running(t, { tokens: ['good'], clients, tokenField: 'access_token_jwt' });
  const status = async (token: string) =>
    (await send('GET', '/vens', undefined, { authorization: `Bearer ${token}` })).status;
  assert.deepEqual([await status('good'), await status('bad')], [200, 401]);

  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const basic = (secret: string) => ({ ...form, authorization: `Basic ${btoa(`me:${secret}`)}` });
  const grant = 'grant_type=client_credentials';
  const byBasic = await send('POST', '/auth/token', grant, basic('s:e c+ret'));
  assert.equal(byBasic.status, 200);
  assert.equal(byBasic.body.access_token, undefined);
  assert.equal(await status(byBasic.body.access_token_jwt), 200);
  const encoded = await send('POST', '/auth/token', grant, basic(encodeURIComponent('s:e c+ret')));
  assert.equal(encoded.status, 200);
  const inForm = `${grant}&${new URLSearchParams({ client_id: 'me', client_secret: 's:e c+ret' })}`;
  assert.equal((await send('POST', '/auth/token', inForm, { ...form, authorization: '' })).status, 200);
  assert.equal((await send('POST', '/auth/token', inForm, basic('s:e c+ret'))).status, 400);
  assert.equal((await send('POST', '/auth/token', grant, basic('wrong'))).status, 401);
  assert.equal((await send('POST', '/auth/token', 'grant_type=password', basic('s:e c+ret'))).status, 400);
  assert.equal((await send('POST', '/auth/token', {}, { authorization: '' })).status, 415);
});

test('a token of no lifetime is refused', async (t) => {
  const clients = [{ clientId: 'me', clientSecret: 'secret' }];
  const [simulator, send] = await running(t, { clients, tokenLifetimeS: 0 });
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    authorization: `Basic ${btoa('me:secret')}`,
  };
  const { access_token } = (await send('POST', '/auth/token', 'grant_type=client_credentials', headers)).body;
  const authorization = `Bearer ${access_token}`;
  assert.equal((await send('GET', '/vens', undefined, { authorization })).status, 401);
  simulator.set({ badTokenStatus: 403 });
  assert.equal((await send('GET', '/vens', undefined, { authorization })).status, 403);
});

test('everything may lie below a base path', async (t) => {
  const [simulator, send] = await running(t, { basePath: '/openadr3/' });
  assert.match(simulator.url, /\/openadr3$/);
  assert.equal((await send('GET', '/vens')).status, 200);
  assert.equal((await sender(simulator.url.replace('/openadr3', ''))('GET', '/vens')).status, 404);
});

test('a wrong option or a port in use is told in one line', async (t) => {
  await assert.rejects(startSimulator({ errorRate: 2 }), { code: 'BAD_OPTION' });
  await assert.rejects(startSimulator({ colour: 'red' } as object), { code: 'BAD_OPTION' });
  await assert.rejects(startSimulator({ dialect: 'soap' as 'flex-gateway' }), { code: 'BAD_OPTION' });
  const [simulator] = await running(t);
  await assert.rejects(startSimulator({ port: simulator.port }), {
    code: 'BAD_OPTION',
    message: /is in use/,
  });
});

test('a wrong setting is told by its name alone, since it may hold a secret', async () => {
  const clients = [{ clientId: 'me', clientSecret: 'secret', role: 'BOSS' }];
  await assert.rejects(startSimulator({ clients } as object), (error: Error) => {
    assert.match(error.message, /setting "clients"/);
    assert.doesNotMatch(error.message, /secret|BOSS/);
    return true;
  });
  await assert.rejects(startSimulator({ port: 70_000 }), { code: 'BAD_OPTION', message: /setting "port"/ });
});
