import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { startServer } from '../../src/server/start-server.ts';
import { createPageFleet, createPageKeeper } from '../support/page-fleet.ts';
import { type PageServer, pageServer, pageToken } from '../support/page-server.ts';
import { createTestClock } from '../support/test-clock.ts';

const bearer = { authorization: `Bearer ${pageToken}` };

/** The status of a request with headers that `fetch` would not send, such as Host. */
function statusWith(
  server: PageServer,
  path: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(`${server.url}${path}`, { headers, method }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asked.on('error', reject);
    asked.end();
  });
}

async function codeOf(response: Response): Promise<string> {
  return `${response.status} ${((await response.json()) as { code: string }).code}`;
}

async function login(server: PageServer): Promise<string> {
  const response = await server.post('session', { token: pageToken });
  assert.equal(response.status, 200);
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

const refused: readonly (readonly [
  string,
  { host?: string; pageToken?: string; behindProxy?: boolean; allowActions?: boolean },
  string,
])[] = [
  ['another address, nothing', { host: '0.0.0.0' }, 'PAGE_OPEN'],
  ['any IPv6 address, nothing', { host: '::' }, 'PAGE_OPEN'],
  ['a name, nothing', { host: 'fleet.example' }, 'PAGE_OPEN'],
  ['a short token', { pageToken: 'short' }, 'PAGE_TOKEN'],
  ['a token of other signs', { pageToken: 'a token of the page, with spaces' }, 'PAGE_TOKEN'],
  ['actions without a token', { allowActions: true }, 'PAGE_TOKEN'],
  ['actions without a token behind a proxy', { allowActions: true, behindProxy: true }, 'PAGE_TOKEN'],
];

test('it does not start where everybody could look, or act', async () => {
  const log = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
  for (const [what, options, code] of refused) {
    const parts = { keeper: createPageKeeper().keeper, views: createPageFleet().views, log };
    await assert.rejects(
      startServer({ ...parts, port: 0, version: '1', databaseName: 'x', ...options }),
      { code },
      what,
    );
  }
});

test('a port that is taken is said', async (t) => {
  const server = await pageServer(t);
  const port = Number(new URL(server.url).port);
  await assert.rejects(pageServer(t, { port }), { code: 'PAGE_LISTEN' });
});

test('on loopback without a token, whoever is on the machine may look, under its own names alone', async (t) => {
  const server = await pageServer(t);
  const path = '/api/v1/overview';
  for (const host of ['localhost', 'localhost:1234', '127.0.0.1:80', '127.1.2.3', '[::1]:8080'])
    assert.equal(await statusWith(server, path, { host }), 200, host);
  const others = ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1', 'a b'];
  for (const host of others) {
    assert.equal(await statusWith(server, path, { host }), 403, host);
    assert.equal(await statusWith(server, '/', { host }), 403, host);
    assert.equal(await statusWith(server, '/metrics', { host }), 403, host);
    assert.equal(await statusWith(server, '/healthz', { host }), 200, host);
  }
  assert.deepEqual(await (await server.get('session')).json(), { needed: 'none', given: false });
});

test('a request of another site is refused', async (t) => {
  const server = await pageServer(t);
  assert.equal(await statusWith(server, '/api/v1/overview', { 'sec-fetch-site': 'cross-site' }), 403);
  assert.equal(await statusWith(server, '/api/v1/overview', { 'sec-fetch-site': 'same-origin' }), 200);
  // A link to the page.
  assert.equal(await statusWith(server, '/', { 'sec-fetch-site': 'cross-site' }), 200);
});

/** Every route that shows the fleet. */
const looking = ['overview', 'matrix', 'loads', 'live', 'events', 'runs', 'openapi.json', 'actions/plan'];

test('with a token, nothing of the fleet is shown without it', async (t) => {
  const metrics = async () => ({ contentType: 'text/plain; version=0.0.4', body: 'a 1\n' });
  const server = await pageServer(t, { pageToken, metrics });
  for (const path of looking) {
    assert.equal(await codeOf(await server.get(path)), '401 API_TOKEN_NEEDED', path);
    const cookie = 'venfleet_session=made-up';
    assert.equal(await codeOf(await server.get(path, { cookie })), '401 API_TOKEN_NEEDED', path);
  }
  assert.equal((await fetch(`${server.url}/metrics`)).status, 401);
  assert.equal((await fetch(`${server.url}/metrics`, { headers: bearer })).status, 200);
  assert.equal((await fetch(`${server.url}/no/such/path`)).status, 401);
  for (const path of ['', 'healthz', 'readyz', 'api/v1/session'])
    assert.equal((await fetch(`${server.url}/${path}`)).status, 200, path);
  assert.equal((await server.get('overview', bearer)).status, 200);
  // Another host's name: who has the token may come by any.
  assert.equal(await statusWith(server, '/api/v1/overview', { ...bearer, host: 'fleet.example' }), 200);
});

test('who logs in gets a cookie that shows no token, and is good until they log out', async (t) => {
  const server = await pageServer(t, { pageToken });
  const response = await server.post('session', { token: pageToken });
  assert.deepEqual(await response.json(), { needed: 'to-look', given: true });
  const set = response.headers.get('set-cookie') ?? '';
  assert.match(set, /^venfleet_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
  assert.ok(!set.includes(pageToken));
  const cookie = set.split(';')[0] ?? '';
  assert.equal((await server.get('overview', { cookie })).status, 200);
  assert.deepEqual(await (await server.get('session', { cookie })).json(), {
    needed: 'to-look',
    given: true,
  });
  const origin = server.url;
  const out = await fetch(`${server.url}/api/v1/session`, { method: 'DELETE', headers: { cookie, origin } });
  assert.deepEqual(await out.json(), { needed: 'to-look', given: false });
  assert.equal((await server.get('overview', { cookie })).status, 401);
});

test('a session ends by itself', async (t) => {
  const clock = createTestClock(Date.UTC(2026, 0, 3));
  const server = await pageServer(t, { pageToken, clock });
  const cookie = await login(server);
  await clock.advance(12 * 3600 * 1000 - 1);
  assert.equal((await server.get('overview', { cookie })).status, 200);
  await clock.advance(1);
  assert.equal((await server.get('overview', { cookie })).status, 401);
});

test('wrong tokens are refused, and after ten none is looked at for a minute', async (t) => {
  const clock = createTestClock(Date.UTC(2026, 0, 3));
  const server = await pageServer(t, { pageToken, clock });
  const wrong = { authorization: `Bearer ${pageToken}x` };
  for (let at = 0; at < 5; at++) {
    assert.equal(await codeOf(await server.post('session', { token: 'guess' })), '401 API_TOKEN_WRONG');
    assert.equal(await codeOf(await server.get('overview', wrong)), '401 API_TOKEN_WRONG');
  }
  const barred = await server.post('session', { token: pageToken });
  assert.equal(barred.headers.get('retry-after'), '60');
  assert.equal(await codeOf(barred), '429 API_TOO_MANY');
  assert.equal(await codeOf(await server.get('overview', bearer)), '429 API_TOO_MANY');
  await clock.advance(60_000);
  assert.equal((await server.get('overview', bearer)).status, 200);
});

test('behind a proxy, whoever it lets through may look; its address counts, and what came before it does not', async (t) => {
  const server = await pageServer(t, { host: '127.0.0.1', behindProxy: true, pageToken, allowActions: true });
  assert.equal(await statusWith(server, '/api/v1/overview', { host: 'fleet.example' }), 200);
  assert.deepEqual(await (await server.get('session')).json(), { needed: 'to-act', given: false });
  const proxied = (address: string) => ({ 'x-forwarded-for': `${address}, 192.0.2.1` });
  for (let at = 0; at < 10; at++)
    assert.equal((await server.post('session', { token: 'guess' }, proxied(`198.51.100.${at}`))).status, 401);
  assert.equal((await server.post('session', { token: 'guess' }, proxied('198.51.100.99'))).status, 429);
  const other = await server.post('session', { token: pageToken }, { 'x-forwarded-for': '192.0.2.2' });
  assert.match(other.headers.get('set-cookie') ?? '', /; HttpOnly; Secure; SameSite=Strict$/);
});

const actions: readonly (readonly [path: string, body: unknown, status: number])[] = [
  ['actions/register', {}, 202],
  ['actions/apply', { planId: 7, maxRemovals: 2 }, 202],
  ['actions/plan', '', 202],
  ['actions/suspend', { vens: ['VEN A'] }, 200],
  ['actions/resume', { loadIds: ['load-1'] }, 200],
];

test('actions are off until they are allowed', async (t) => {
  const server = await pageServer(t, { pageToken });
  for (const [path, body] of actions)
    assert.equal(await codeOf(await server.post(path, body, bearer)), '403 API_ACTIONS_OFF', path);
  assert.deepEqual(server.made.asked, []);
});

test('actions need the token, the page itself, and JSON', async (t) => {
  const server = await pageServer(t, { pageToken, allowActions: true });
  const cookie = await login(server);
  const origin = server.url;
  for (const [path, body] of actions) {
    const code = async (headers: Record<string, string>) => codeOf(await server.post(path, body, headers));
    assert.equal(await code({ origin }), '401 API_TOKEN_NEEDED');
    assert.equal(await code({ cookie }), '403 API_REFUSED');
    assert.equal(await code({ cookie, origin: 'http://evil.example' }), '403 API_REFUSED');
    assert.equal(await code({ cookie, origin: 'null' }), '403 API_REFUSED');
    assert.equal(await code({ ...bearer, origin: 'http://evil.example' }), '403 API_REFUSED');
    assert.equal(await code({ cookie, origin, 'content-type': 'text/plain' }), '400 API_BAD_REQUEST');
  }
  const site = (value: string) =>
    statusWith(
      server,
      '/api/v1/actions/register',
      {
        ...{ cookie, origin, 'content-type': 'application/json' },
        'sec-fetch-site': value,
      },
      'POST',
    );
  for (const value of ['cross-site', 'same-site', 'none']) assert.equal(await site(value), 403, value);
  assert.deepEqual(server.made.asked, []);
  assert.equal(await site('same-origin'), 202);
});

test('allowed, each action is done, and once', async (t) => {
  const server = await pageServer(t, { pageToken, allowActions: true });
  for (const [path, body, status] of actions) {
    const response = await server.post(path, body, bearer);
    assert.equal(response.status, status, path);
  }
  assert.deepEqual(server.made.asked, [
    'register',
    ['apply', { planId: 7, maxRemovals: 2 }],
    'plan',
    ['suspend', { vens: ['VEN A'] }],
    ['resume', { loadIds: ['load-1'] }],
  ]);
  const outdated = await server.post('actions/apply', { planId: 7, maxRemovals: 2 }, bearer);
  assert.equal(await codeOf(outdated), '409 API_CONFLICT');
  assert.equal(server.made.asked.length, 5);
});

const badBodies: readonly (readonly [path: string, body: unknown])[] = [
  ['actions/suspend', {}],
  ['actions/suspend', { vens: [] }],
  ['actions/resume', { ven: 'VEN A' }],
  ['actions/resume', []],
  ['actions/apply', { planId: 7 }],
  ['actions/apply', { planId: 7, maxRemovals: -1 }],
  ['actions/apply', '{"planId": 7'],
  ['actions/register', { vens: ['VEN A'] }],
  ['actions/suspend', { loadIds: Array.from({ length: 1001 }, (_, at) => `load-${at}`) }],
];

test('an action that is not sound is not done', async (t) => {
  const server = await pageServer(t, { pageToken, allowActions: true });
  for (const [path, body] of badBodies)
    assert.equal(await codeOf(await server.post(path, body, bearer)), '400 API_BAD_REQUEST', path);
  const large = await server.post('actions/suspend', { vens: ['x'.repeat(300_000)] }, bearer);
  assert.equal(await codeOf(large), '413 API_TOO_LARGE');
  assert.deepEqual(server.made.asked, []);
});

test('no token is ever logged', async (t) => {
  const server = await pageServer(t, { pageToken, allowActions: true });
  const cookie = await login(server);
  await server.get(`loads?q=${pageToken}`, bearer);
  await server.post('session', `{"token": "${pageToken}`);
  await server.post('session', { token: `${pageToken}x` });
  await server.get('overview', { cookie });
  await server.close();
  assert.ok(server.logged.length >= 5);
  assert.ok(!JSON.stringify(server.logged).includes(pageToken));
  assert.ok(!JSON.stringify(server.logged).includes(cookie.split('=')[1] ?? ''));
});
