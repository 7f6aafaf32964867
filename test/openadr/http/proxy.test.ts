import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { inspect } from 'node:util';
import { VenfleetError } from '../../../src/core/errors.ts';
import { createTransport, staticToken, type TransportOptions } from '../../../src/openadr/http/http.ts';
import { proxyFor } from '../../../src/openadr/http/proxy.ts';
import { oauthTokens } from '../../../src/openadr/index.ts';
import { client, grant } from '../oauth-clients.ts';
import { json, pem, scriptedServer } from '../scripted-server.ts';
import { loopbackProxy } from './loopback-proxy.ts';

const get = { method: 'GET', path: '/vens?limit=1' } as const;

function transportTo(t: TestContext, url: string, options: Partial<TransportOptions> = {}) {
  const transport = createTransport({ url, tokens: staticToken('x'), connections: 3, ...options });
  t.after(() => transport.close());
  return transport;
}

/** Sets variables for this test alone; what the machine has is put away. */
function setEnvironment(t: TestContext, variables: Record<string, string>): void {
  const names = ['http_proxy', 'https_proxy', 'no_proxy'].flatMap((name) => [name, name.toUpperCase()]);
  const before = names.map((name) => [name, process.env[name]] as const);
  for (const name of names) delete process.env[name];
  Object.assign(process.env, variables);
  t.after(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
}

/** The error that comes; nowhere in it is the proxy's password. */
async function errorOf(promise: Promise<unknown>): Promise<VenfleetError> {
  const error = await promise.then(
    () => assert.fail('no error came'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof VenfleetError, String(error));
  const all = inspect(error, { depth: 12, showHidden: true }) + JSON.stringify(error) + error.hint;
  assert.doesNotMatch(all, /hunter2|aHVudGVyM|OmhlbnRlcj/);
  return error;
}

test('http: requests go to the proxy with the whole address, by no more connections than allowed', async (t) => {
  const server = await scriptedServer(t, json(200, { ok: true }));
  const proxy = await loopbackProxy(t);
  const { port } = new URL(server.url);
  const transport = transportTo(t, `http://vtn.example:${port}/x`, { proxy: proxy.url });
  const answers = await Promise.all(Array.from({ length: 20 }, () => transport.send(get)));
  assert.deepEqual([...new Set(answers.map(({ body }) => body))], ['{"ok":true}']);
  assert.equal(proxy.asked.length, 20);
  assert.deepEqual([...new Set(proxy.asked)], [`GET http://vtn.example:${port}/x/vens?limit=1`]);
  const [request] = server.requests;
  assert.equal(request?.headers.host, `vtn.example:${port}`);
  assert.equal(request?.headers.authorization, 'Bearer x');
  const posted = await transport.send({ method: 'POST', path: '/vens', body: '{"a":"ø"}' });
  assert.equal(posted.status, 200);
  assert.equal(server.requests.at(-1)?.body, '{"a":"ø"}');
});

test('https: through a tunnel, in which the certificate is verified as ever', async (t) => {
  const server = await scriptedServer(t, json(200, {}), { cert: pem('server'), key: pem('server.key') });
  const proxy = await loopbackProxy(t);
  const { port } = new URL(server.url);
  const tls = { ca: pem('ca') };
  const transport = transportTo(t, `https://localhost:${port}`, { proxy: proxy.url, tls, connections: 1 });
  for (let index = 0; index < 3; index++) assert.equal((await transport.send(get)).status, 200);
  assert.deepEqual(proxy.asked, [`CONNECT localhost:${port}`], 'the tunnel is kept');

  const unknown = transportTo(t, `https://localhost:${port}`, { proxy: proxy.url });
  assert.equal((await errorOf(unknown.send(get))).code, 'VTN_TLS');
  const elsewhere = transportTo(t, `https://vtn.example:${port}`, { proxy: proxy.url, tls });
  assert.match((await errorOf(elsewhere.send(get))).message, /made for another host/);
});

test('https: our own certificate is shown to the server in the tunnel', async (t) => {
  const server = await scriptedServer(t, json(200, {}), {
    cert: pem('server'),
    key: pem('server.key'),
    ca: pem('ca'),
    requestCert: true,
    rejectUnauthorized: true,
  });
  const proxy = await loopbackProxy(t);
  const tls = { ca: pem('ca'), cert: pem('client'), key: pem('client.key') };
  const transport = transportTo(t, server.url, { proxy: proxy.url, tls });
  assert.equal((await transport.send(get)).status, 200);
});

test("the token endpoint is reached by the proxy too, with the proxy's credentials", async (t) => {
  const endpoint = await scriptedServer(t, grant('t1'));
  const proxy = await loopbackProxy(t, 'hunter2@');
  const { port } = new URL(endpoint.url);
  const tokens = oauthTokens({
    vtnUrl: 'http://vtn.invalid',
    tokenUrl: `http://auth.example:${port}/token`,
    ...client,
    proxy: `http://fleet:hunter2%40@127.0.0.1:${proxy.port}`,
  });
  assert.equal(await tokens.token(), 't1');
  assert.deepEqual(proxy.asked, [`POST http://auth.example:${port}/token`]);
  assert.deepEqual(proxy.credentials, ['fleet:hunter2@']);
  assert.equal(endpoint.requests[0]?.headers['proxy-authorization'], undefined);
});

test('the environment names the proxy: by scheme, small letters first, but not for what NO_PROXY names', async (t) => {
  const server = await scriptedServer(t, json(200, {}));
  const proxy = await loopbackProxy(t);
  const { port } = new URL(server.url);
  const send = (url: string, options: Partial<TransportOptions> = {}) =>
    transportTo(t, url, options).send(get);
  for (const variables of [
    { HTTP_PROXY: proxy.url },
    { http_proxy: proxy.url, HTTP_PROXY: 'http://127.0.0.1:1' },
    { http_proxy: `127.0.0.1:${proxy.port}`, NO_PROXY: 'other.example, 10.0.0.0/8' },
  ]) {
    setEnvironment(t, variables);
    proxy.asked.length = 0;
    assert.equal((await send(`http://vtn.example:${port}`)).status, 200);
    assert.equal(proxy.asked.length, 1, JSON.stringify(variables));
    assert.equal((await send(server.url)).status, 200);
    assert.equal(proxy.asked.length, 1, 'this machine needs no proxy');
    await errorOf(send(`http://vtn.invalid:${port}`, { proxy: 'none' }));
    assert.equal(proxy.asked.length, 1, "'none' ignores the environment");
  }
  setEnvironment(t, { HTTP_PROXY: proxy.url, no_proxy: 'vtn.invalid' });
  proxy.asked.length = 0;
  await errorOf(send(`http://vtn.invalid:${port}`));
  assert.equal(proxy.asked.length, 0);
});

/** The port of a server that takes connections and says nothing. */
async function silentServer(t: TestContext): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket.on('error', () => {})));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

test('a proxy that is not there, refuses, closes or is silent is told as such, without its password', async (t) => {
  const strict = await loopbackProxy(t, 'other');
  const silent = await silentServer(t);
  const withPassword = (port: number | string) => `http://fleet:hunter2@127.0.0.1:${port}`;
  for (const scheme of ['http', 'https']) {
    const gone = await errorOf(
      transportTo(t, `${scheme}://vtn.example`, { proxy: withPassword(1) }).send(get),
    );
    assert.equal(gone.code, 'VTN_UNREACHABLE');
    assert.match(gone.message, /vtn\.example: connection refused, by the proxy http:\/\/127\.0\.0\.1:1\./);
    const refused = await errorOf(
      transportTo(t, `${scheme}://vtn.example`, { proxy: withPassword(strict.port) }).send(get),
    );
    assert.equal(refused.code, 'VTN_UNREACHABLE');
    assert.match(refused.message, /the proxy http:\/\/127\.0\.0\.1:\d+ asks for credentials.* \(407\)/);
    const slow = await errorOf(
      transportTo(t, `${scheme}://vtn.example`, {
        proxy: withPassword(silent),
        timeoutMs: 300,
      }).send(get),
    );
    assert.match(slow.message, /no answer within 0.3 s, by the proxy/);
  }
  const nowhere = await errorOf(
    transportTo(t, 'https://vtn.example:1', { proxy: (await loopbackProxy(t)).url }).send(get),
  );
  assert.equal(nowhere.code, 'VTN_UNREACHABLE');
  assert.match(nowhere.message, /does not connect to it \(502\)/);
});

test('what cannot be a proxy is refused at once, and its password not repeated', () => {
  for (const [proxy, says] of [
    ['socks5://fleet:hunter2@proxy.example:1080', /must begin with http/],
    ['http://fleet:hunter2@:99999', /cannot be read/],
    ['http://fleet:hunter2%ZZ@proxy.example', /percent-encoded/],
    ['fleet:hunter2@proxy example', /cannot be read/],
  ] as const) {
    assert.throws(
      () => createTransport({ url: 'http://vtn.example', tokens: staticToken('x'), connections: 1, proxy }),
      (error: VenfleetError) => {
        assert.doesNotMatch(inspect(error), /hunter2/);
        assert.match(error.message, says);
        return error.code === 'PROXY_INVALID';
      },
    );
  }
});

test('NO_PROXY: names, domains, ports, addresses, networks', () => {
  const proxied = (url: string, no_proxy: string) =>
    proxyFor(new URL(url), undefined, { http_proxy: 'proxy.example', https_proxy: 'p', no_proxy }) !==
    undefined;
  const exempt: [url: string, noProxy: string][] = [
    ['http://vtn.example', 'vtn.example'],
    ['http://VTN.example.', 'other,vtn.example'],
    ['http://a.vtn.example', 'vtn.example'],
    ['http://a.vtn.example', '.vtn.example'],
    ['http://a.vtn.example', '*.vtn.example'],
    ['http://vtn.example:8080', 'vtn.example:8080'],
    ['https://vtn.example', 'vtn.example:443'],
    ['http://vtn.example', 'x *'],
    ['http://10.1.2.3', '10.0.0.0/8'],
    ['http://[fd00::7]:80', 'fd00::/8'],
    ['http://[fd00::7]:81', '[fd00::7]:81'],
    ['http://[fd00::7]', 'fd00::7'],
    ['http://localhost:3000', ''],
    ['http://127.0.0.1', ''],
    ['http://[::1]', ''],
  ];
  for (const [url, noProxy] of exempt) assert.equal(proxied(url, noProxy), false, `${url} ${noProxy}`);
  const others: [url: string, noProxy: string][] = [
    ['http://vtn.example', ''],
    ['http://myvtn.example', 'vtn.example'],
    ['http://vtn.example', '*.vtn.example'],
    ['http://vtn.example:8080', 'vtn.example:80'],
    ['http://11.1.2.3', '10.0.0.0/8'],
    ['http://vtn.example', '10.0.0.0/99,/,:,[]'],
    ['http://[fe80::7]', 'fd00::/8'],
    ['http://127.example', ''],
  ];
  for (const [url, noProxy] of others) assert.equal(proxied(url, noProxy), true, `${url} ${noProxy}`);
});
