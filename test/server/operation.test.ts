import assert from 'node:assert/strict';
import { on, once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { tableBelow } from '../docs/code-blocks.ts';
import { pageServer, pageToken } from '../support/page-server.ts';

interface OpenApi {
  openapi: string;
  paths: Record<
    string,
    Record<string, { summary?: string; responses?: Record<string, { content?: object }> }>
  >;
}

test('openapi.json describes every route, as docs/serve-api.md does', async (t) => {
  const metrics = async () => ({ contentType: 'text/plain', body: '' });
  const server = await pageServer(t, { metrics });
  const described = (await (await server.get('openapi.json')).json()) as OpenApi;
  assert.match(described.openapi, /^3\.1/);
  const routes: string[] = [];
  for (const [path, methods] of Object.entries(described.paths)) {
    for (const [method, { summary, responses = {} }] of Object.entries(methods)) {
      if (method === 'head') continue;
      routes.push(`${method.toUpperCase()} ${path}`);
      assert.ok(summary, path);
      assert.ok(
        Object.values(responses).some(({ content }) => content),
        path,
      );
    }
  }
  const documented = tableBelow('docs/serve-api.md', 'Routes').map(
    ([method = '', path = '']) => `${method} ${path.replaceAll('`', '')}`,
  );
  assert.deepEqual(routes.sort(), documented.sort());
  // References within it lead somewhere.
  for (const [, name = ''] of JSON.stringify(described).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    let at: unknown = described;
    for (const key of name.split('/')) at = (at as Record<string, unknown>)[key];
    assert.ok(at, name);
  }
});

test('it lives, and is ready while the database can be read', async (t) => {
  const server = await pageServer(t, { pageToken });
  assert.deepEqual(await (await fetch(`${server.url}/healthz`)).json(), { alive: true });
  assert.deepEqual(await (await fetch(`${server.url}/readyz`)).json(), { ready: true, problem: null });
  server.fleet.failure = new Error('/var/lib/venfleet/fleet.db is gone');
  const not = await fetch(`${server.url}/readyz`);
  assert.equal(not.status, 503);
  assert.deepEqual(await not.json(), { ready: false, problem: 'the database cannot be read' });
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
});

test('metrics are given as they are; without them there is no such path', async (t) => {
  const contentType = 'text/plain; version=0.0.4; charset=utf-8';
  const metrics = async () => ({ contentType, body: 'venfleet_loads{ven="a\\"b"} 1\n' });
  const server = await pageServer(t, { metrics });
  const response = await fetch(`${server.url}/metrics`);
  assert.equal(response.headers.get('content-type'), contentType);
  assert.equal(await response.text(), 'venfleet_loads{ven="a\\"b"} 1\n');
  const other = await pageServer(t);
  assert.equal((await fetch(`${other.url}/metrics`)).status, 404);
});

test('the page is served with its headers, its assets for ever, and nothing besides', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'page-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'web/assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'web/index.html'), '<!doctype html><title>venfleet</title>');
  writeFileSync(join(folder, 'web/assets/main-abc123.js'), `export const a = '${'a'.repeat(5_000)}';`);
  const server = await pageServer(t, { pageFolder: join(folder, 'web') });
  const page = await fetch(server.url);
  assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.equal(page.headers.get('cache-control'), 'no-cache');
  const policy = page.headers.get('content-security-policy') ?? '';
  for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"])
    assert.ok(policy.split('; ').includes(part), part);
  assert.ok(!policy.includes('unsafe'));
  assert.equal(page.headers.get('cross-origin-opener-policy'), 'same-origin');
  assert.equal(page.headers.get('referrer-policy'), 'no-referrer');
  const etag = page.headers.get('etag') ?? '';
  assert.equal((await fetch(server.url, { headers: { 'if-none-match': etag } })).status, 304);
  const asset = await fetch(`${server.url}/assets/main-abc123.js`);
  assert.equal(asset.headers.get('content-type'), 'text/javascript; charset=utf-8');
  assert.equal(asset.headers.get('cache-control'), 'public, max-age=31536000, immutable');
  assert.equal(asset.headers.get('content-encoding'), 'gzip');
  assert.equal((await asset.text()).length, 5_000 + "export const a = '';".length);
  for (const path of [
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/',
    '/package.json',
  ]) {
    const asked = get({ ...{ host: '127.0.0.1', port: new URL(server.url).port, path }, agent: false });
    const [response] = await once(asked, 'response');
    assert.equal(response.statusCode, 404, path);
    response.resume();
  }
});

test('where the page is not built, it says how to', async (t) => {
  const server = await pageServer(t, { pageFolder: join(tmpdir(), 'no-such-page') });
  const response = await fetch(server.url);
  assert.equal(response.headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.match(await response.text(), /npm run build:web/);
});

test('long answers are compressed for who takes it', async (t) => {
  const server = await pageServer(t);
  const url = `${server.url}/api/v1/loads/load-1`;
  for (const [accepted, packed] of [
    ['gzip, br', true],
    ['*', true],
    ['gzip;q=0', false],
    ['br', false],
  ] as const) {
    const asked = get(url, { headers: { 'accept-encoding': accepted }, agent: false });
    const [response] = await once(asked, 'response');
    const body = Buffer.concat(await response.toArray());
    assert.equal(response.headers['content-encoding'], packed ? 'gzip' : undefined, accepted);
    assert.equal(response.headers.vary, 'accept-encoding');
    assert.equal(Number(response.headers['content-length'] ?? body.length), body.length);
    assert.equal(JSON.parse((packed ? gunzipSync(body) : body).toString()).loadId, 'load-1');
  }
});

test('too many requests from one address are refused, and said in the same way', async (t) => {
  const server = await pageServer(t);
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  t.after(() => socket.destroy());
  for (let hundreds = 0; hundreds < 15; hundreds++) {
    socket.write('GET /api/v1/session HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(100));
    let text = '';
    for await (const [chunk] of on(socket, 'data')) {
      text += chunk;
      if (text.split('"given":false}').length > 100) break;
    }
  }
  const response = await server.get('session');
  assert.equal(response.status, 429);
  assert.match(response.headers.get('retry-after') ?? '', /^\d+$/);
  assert.equal(((await response.json()) as { code: string }).code, 'API_TOO_MANY');
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
});
