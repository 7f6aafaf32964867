import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { VenfleetError } from '../../../src/core/errors.ts';
import { createTransport, staticToken, type TransportOptions } from '../../../src/openadr/http/http.ts';
import { exchangeError } from '../../../src/openadr/http/http-errors.ts';
import type { TlsOptions } from '../../../src/openadr/http/tls.ts';
import type { Transport } from '../../../src/openadr/http/transport.ts';
import { type Answer, hangUp, json, pem, scriptedServer, silence, text } from '../scripted-server.ts';

const get = { method: 'GET', path: '/vens' } as const;

function transportTo(t: TestContext, url: string, options: Partial<TransportOptions> = {}): Transport {
  const transport = createTransport({ url, tokens: staticToken('secret-token'), connections: 4, ...options });
  t.after(() => transport.close());
  return transport;
}

async function errorOf(promise: Promise<unknown>): Promise<VenfleetError> {
  const error = await promise.then(
    () => assert.fail('no error came'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof VenfleetError, String(error));
  assert.doesNotMatch(JSON.stringify(error.details) + error.message + error.hint, /secret-token/);
  return error;
}

test('a body in pieces is sent as one, with its length', async (t) => {
  const server = await scriptedServer(t, [json(201, {})]);
  const body = ['{"ven_name":', '"Åbybro"', '}'].map((piece) => new TextEncoder().encode(piece));
  await transportTo(t, server.url).send({ method: 'POST', path: '/vens', body });
  const [first] = server.requests;
  assert.deepEqual([first?.body, first?.headers['content-length']], ['{"ven_name":"Åbybro"}', '22']);
  assert.equal(first?.headers['transfer-encoding'], undefined);
});

test('sends method, path below the base, token and body, and reads status, type, Retry-After and body', async (t) => {
  const server = await scriptedServer(t, [
    json(201, { id: 'æøå' }, { 'content-type': 'Application/JSON; charset=utf-8', 'retry-after': '3' }),
    text(204, ''),
  ]);
  const transport = transportTo(t, `${server.url}/openadr3/`, { userAgent: 'venfleet/9', connections: 1 });
  assert.equal(transport.url, `${server.url}/openadr3`);
  const created = await transport.send({
    method: 'POST',
    path: '/vens?a=%20b',
    body: '{"ven_name":"Åbybro"}',
  });
  assert.deepEqual(created, {
    status: 201,
    contentType: 'application/json',
    retryAfterMs: 3_000,
    body: '{"id":"æøå"}',
  });
  const [first] = server.requests;
  assert.equal(first?.method, 'POST');
  assert.equal(first?.url, '/openadr3/vens?a=%20b');
  assert.equal(first?.body, '{"ven_name":"Åbybro"}');
  assert.equal(first?.headers.authorization, 'Bearer secret-token');
  assert.equal(first?.headers['content-type'], 'application/json');
  assert.equal(first?.headers['user-agent'], 'venfleet/9');

  const empty = await transport.send(get);
  assert.deepEqual(empty, { status: 204, contentType: '', retryAfterMs: undefined, body: '' });
  assert.equal(server.requests[1]?.headers['content-type'], undefined);
  assert.equal(server.connections, 1, 'the connection is kept');
});

test('a Retry-After date counts from the injected clock', async (t) => {
  const server = await scriptedServer(
    t,
    json(429, {}, { 'retry-after': new Date(1_700_000_060_000).toUTCString() }),
  );
  const clock = { now: () => 1_700_000_000_000, monotonic: () => 0, sleep: async () => {} };
  assert.equal((await transportTo(t, server.url, { clock }).send(get)).retryAfterMs, 60_000);
});

test('holds no more connections than allowed, and all requests get their own answers', async (t) => {
  const server = await scriptedServer(t, (response, request) =>
    setTimeout(() => response.end(request.url), 2),
  );
  const transport = transportTo(t, server.url, { connections: 3 });
  const paths = Array.from({ length: 40 }, (_, index) => `/${index}`);
  const bodies = await Promise.all(
    paths.map(async (path) => (await transport.send({ method: 'GET', path })).body),
  );
  assert.deepEqual(bodies, paths);
  assert.equal(server.connections, 3);
});

test('without a token no Authorization is sent', async (t) => {
  const server = await scriptedServer(t, json(200, {}));
  await transportTo(t, server.url, { tokens: staticToken(undefined) }).send(get);
  assert.equal('authorization' in server.requests[0]!.headers, false);
});

test('redirects are answers, not orders', async (t) => {
  const server = await scriptedServer(t, [text(307, '', { location: '/elsewhere' })]);
  assert.equal((await transportTo(t, server.url).send(get)).status, 307);
  assert.equal(server.requests.length, 1);
});

test('an answer in many pieces is put together', async (t) => {
  const letters = 'åß€😀'.repeat(50_000);
  const server = await scriptedServer(t, text(200, letters));
  assert.equal((await transportTo(t, server.url).send(get)).body, letters);
});

test('what cannot be a base URL is refused, and credentials in it are not repeated', () => {
  const problems: [string, RegExp][] = [
    ['ftp://vtn.example', /must begin with http/],
    ['vtn.example', /must begin with http/],
    ['http://', /cannot be read/],
    ['http://vtn.example:99999', /cannot be read/],
    ['https://user:hunter2@vtn.example/x', /must not carry credentials/],
    ['https://hunter2@vtn.example', /must not carry credentials/],
    ['ftp://user:hunter2@vtn.example', /must begin with http/],
    ['user:hunter2@vtn.example', /must begin with http/],
    ['http://user:hunter2@:99999/', /cannot be read/],
    ['https://vtn.example/?key=hunter2', /query/],
    ['https://vtn.example/#hunter2', /fragment/],
  ];
  for (const [url, expected] of problems) {
    assert.throws(
      () => createTransport({ url, tokens: staticToken('x'), connections: 1 }),
      (error: unknown) => {
        assert.ok(error instanceof VenfleetError && error.code === 'VTN_URL', String(error));
        assert.match(error.message, expected);
        assert.doesNotMatch(error.message + JSON.stringify(error.details), /hunter2/);
        return true;
      },
      url,
    );
  }
});

test('a token that no header can carry is refused at once', () => {
  for (const token of ['', 'two words', 'line\nbreak', 'ø']) {
    assert.throws(() => staticToken(token), { code: 'TOKEN_INVALID' });
  }
});

test('a request that surely never left is VTN_UNREACHABLE', async (t) => {
  const closed = await new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
  const refused = await errorOf(transportTo(t, `http://127.0.0.1:${closed}`).send(get));
  assert.equal(refused.code, 'VTN_UNREACHABLE');
  assert.match(refused.message, /connection refused/);
  assert.equal(refused.retryable, true);

  const unknown = await errorOf(transportTo(t, 'http://no-such-host.invalid').send(get));
  assert.equal(unknown.code, 'VTN_UNREACHABLE');

  const server = await scriptedServer(t, json(200, {}));
  const plain = await errorOf(transportTo(t, server.url.replace('http:', 'https:')).send(get));
  assert.equal(plain.code, 'VTN_UNREACHABLE');
  assert.match(plain.message, /does not speak TLS/);
});

/** A server of raw bytes: answers every request with `bytes`, and closes where `thenClose`. */
async function rawServer(t: TestContext, bytes: string, thenClose: boolean): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', () => (thenClose ? socket.end(bytes) : socket.write(bytes)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

test('anything after the request began to leave is VTN_NO_ANSWER', async (t) => {
  const cases: [name: string, url: string, problem: RegExp, options?: Partial<TransportOptions>][] = [
    ['hang-up', (await scriptedServer(t, hangUp)).url, /connection (closed|reset)/],
    ['silence', (await scriptedServer(t, silence)).url, /no answer within 0.2 s/, { timeoutMs: 200 }],
    ['short body', await rawServer(t, 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"id"', true), /./],
    ['short head', await rawServer(t, 'HTTP/1.1 200 O', true), /./],
    [
      'chunk cut',
      await rawServer(t, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab', true),
      /./,
    ],
    ['no HTTP', await rawServer(t, 'SSH-2.0-OpenSSH_9.2\r\n', false), /no whole HTTP answer/],
    [
      'body stops',
      await rawServer(t, 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{', false),
      /not whole within/,
      { timeoutMs: 200 },
    ],
    [
      'too large',
      (await scriptedServer(t, text(200, 'x'.repeat(2_000)))).url,
      /larger than 1000 bytes/,
      { maxAnswerBytes: 1_000 },
    ],
  ];
  for (const [name, url, problem, options] of cases) {
    const error = await errorOf(transportTo(t, url, options).send(get));
    assert.equal(error.code, 'VTN_NO_ANSWER', `${name}: ${error.message}`);
    assert.match(error.message, problem, name);
    assert.equal(error.suspicion, name === 'too large' ? 'answer-too-large' : undefined);
  }
});

test('a body that trickles ends with an error, each piece in time or not', async (t) => {
  const trickle: Answer = (response) => {
    const timer = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(timer));
  };
  const server = await scriptedServer(t, trickle);
  const error = await errorOf(transportTo(t, server.url, { timeoutMs: 150 }).send(get));
  assert.equal(error.code, 'VTN_NO_ANSWER');
});

test('a reused connection that the VTN closed under the request is VTN_NO_ANSWER, and the next one works', async (t) => {
  const server = await scriptedServer(t, [json(200, 1), hangUp, json(200, 3)]);
  const transport = transportTo(t, server.url, { connections: 1 });
  await transport.send(get);
  assert.equal((await errorOf(transport.send(get))).code, 'VTN_NO_ANSWER');
  assert.equal((await transport.send(get)).body, '3');
  assert.equal(server.requests.length, 3, 'nothing is sent again by itself');
});

test('TLS: our own authority is trusted, others and other names are not', async (t) => {
  const ours = await scriptedServer(t, json(200, {}), { cert: pem('server'), key: pem('server.key') });
  assert.equal((await transportTo(t, ours.url, { tls: { ca: pem('ca') } }).send(get)).status, 200);

  const unknown = await errorOf(transportTo(t, ours.url).send(get));
  assert.equal(unknown.code, 'VTN_TLS');
  assert.match(unknown.message, /authority is not known/);
  assert.match(unknown.hint, /^Name its certificate authority with --ca-file/);

  const other = await scriptedServer(t, json(200, {}), { cert: pem('elsewhere'), key: pem('elsewhere.key') });
  const wrongName = await errorOf(transportTo(t, other.url, { tls: { ca: pem('ca') } }).send(get));
  assert.equal(wrongName.code, 'VTN_TLS');
  assert.match(wrongName.message, /made for another host/);
  assert.match(wrongName.hint, /^Use a host name/);
  assert.equal(ours.requests.length, 1);
  assert.equal(other.requests.length, 0);
});

test('TLS: NODE_TLS_REJECT_UNAUTHORIZED does not switch verification off', async (t) => {
  const server = await scriptedServer(t, json(200, {}), { cert: pem('server'), key: pem('server.key') });
  t.mock.method(process, 'emitWarning', () => {});
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  t.after(() => delete process.env.NODE_TLS_REJECT_UNAUTHORIZED);
  assert.equal((await errorOf(transportTo(t, server.url).send(get))).code, 'VTN_TLS');
});

test('TLS: a chain that is incomplete is called that, on either side', async (t) => {
  const chain = ['chain-server', 'chain-intermediate', 'chain-root'];
  const serverWith = (cert: string) =>
    scriptedServer(t, json(200, {}), { cert, key: pem('chain-server.key') });
  const alone = await serverWith(pem('chain-server'));
  const missing = await errorOf(transportTo(t, alone.url, { tls: { ca: pem('chain-root') } }).send(get));
  assert.equal(missing.code, 'VTN_TLS');
  assert.match(missing.message, /chain is incomplete: the server does not send the certificates in between/);
  assert.match(missing.hint, /--ca-file, or have those who run the server send the whole chain/);

  const whole = await serverWith(chain.slice(0, 2).map(pem).join(''));
  const tls = { ca: pem('chain-root') };
  assert.equal((await transportTo(t, whole.url, { tls }).send(get)).status, 200);
  const withoutRoot = { ca: pem('chain-intermediate') };
  const cut = await errorOf(transportTo(t, whole.url, { tls: withoutRoot }).send(get));
  assert.match(cut.message, /chain is incomplete: the authority above its own authority is not known/);
  assert.match(cut.hint, /--ca-file, up to the root/);
});

test('TLS: a client certificate is sent where asked for, and its want is told', async (t) => {
  const asking = {
    cert: pem('server'),
    key: pem('server.key'),
    ca: pem('ca'),
    requestCert: true,
    rejectUnauthorized: true,
  };
  const tls = { ca: pem('ca'), cert: pem('client'), key: pem('client.key') };
  const server = await scriptedServer(t, json(200, {}), asking);
  assert.equal((await transportTo(t, server.url, { tls }).send(get)).status, 200);

  // TLS 1.3 tells the client after its handshake, and then it may see no more than the connection close.
  const without = await errorOf(transportTo(t, server.url, { tls: { ca: pem('ca') } }).send(get));
  assert.match(without.message, /asks for a client certificate/);
  assert.ok(without.code === 'VTN_TLS_CLIENT' || without.suspicion === 'client-certificate', without.code);
  const wrong = { ca: pem('ca'), cert: pem('elsewhere'), key: pem('elsewhere.key') };
  const strangers = await scriptedServer(t, json(200, {}), { ...asking, ca: pem('client') });
  const unknown = await errorOf(transportTo(t, strangers.url, { tls: wrong }).send(get));
  assert.match(unknown.message, /the client certificate/);
  const older = await scriptedServer(t, json(200, {}), { ...asking, maxVersion: 'TLSv1.2' });
  const refused = await errorOf(transportTo(t, older.url, { tls: { ca: pem('ca') } }).send(get));
  assert.equal(refused.code, 'VTN_TLS_CLIENT');
  assert.match(refused.message, /handshake failure; perhaps it asks for a client certificate/);
  assert.equal(server.requests.length + older.requests.length, 1);
});

test('TLS: a connection that closes when there were answers before says nothing of certificates', async (t) => {
  const own = { cert: pem('server'), key: pem('server.key') };
  const server = await scriptedServer(t, [json(200, {}), hangUp], own);
  const transport = transportTo(t, server.url, { tls: { ca: pem('ca') }, connections: 1 });
  await transport.send(get);
  assert.doesNotMatch((await errorOf(transport.send(get))).message, /certificate/);
});

test('TLS: certificates that cannot be used are told before anything is sent, in our words', () => {
  const [cert, key] = [pem('client'), pem('client.key')];
  const encrypted = createPrivateKey(key).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'x',
  });
  const junk = '-----BEGIN CERTIFICATE-----\nanVuaw==\n-----END CERTIFICATE-----\n';
  const bad: [tls: TlsOptions, says: RegExp][] = [
    [{ ca: 'no PEM' }, /certificate authority holds no PEM certificate/],
    [{ ca: '' }, /certificate authority holds no PEM certificate/],
    [{ ca: junk }, /certificate 1 of what was given as the certificate authority cannot be read/],
    [{ ca: pem('ca') + junk }, /certificate 2 of what was given as the certificate authority/],
    [{ ca: pem('ca').slice(0, 300) }, /certificate authority is cut off/],
    [{ cert }, /needs its key/],
    [{ key }, /needs its key/],
    [{ cert: '', key: '' }, /client certificate holds no PEM certificate/],
    [{ cert, key: '' }, /key of the client certificate holds no PEM private key/],
    [{ cert: key, key: cert }, /client certificate holds no PEM certificate/],
    [{ cert, key: encrypted }, /is encrypted; give it without a passphrase/],
    [{ cert, key: pem('server.key') }, /the key belongs to another certificate/],
    [{ cert, key: junk.replaceAll('CERTIFICATE', 'PRIVATE KEY') }, /cannot be read/],
    [{ cert: 'junk', key: 'junk' }, /client certificate holds no PEM certificate/],
  ];
  for (const [tls, says] of bad) {
    const connect = () =>
      createTransport({ url: 'https://localhost', tokens: staticToken('x'), connections: 1, tls });
    assert.throws(connect, (error: VenfleetError) => {
      assert.match(error.message, says);
      return error.code === 'TLS_INVALID' && !/PRIVATE/.test(error.message);
    });
  }
});

test('a token source that can renew is asked once for each refused request', async (t) => {
  const server = await scriptedServer(t, [
    json(401, {}),
    json(200, { ok: true }),
    json(403, {}),
    json(403, {}),
  ]);
  const calls: string[] = [];
  const tokens = {
    token: () => Promise.resolve('old'),
    refused: (token: string, status: number, operation: string) => {
      calls.push(`refused ${token} ${status} ${operation}`);
      return Promise.resolve('new');
    },
    refusedAgain: (token: string, status: number, operation: string) =>
      calls.push(`again ${token} ${status} ${operation}`),
  };
  const transport = transportTo(t, server.url, { tokens });
  assert.equal((await transport.send(get)).status, 200);
  assert.equal((await transport.send({ ...get, path: '/vens/1/resources?skip=0' })).status, 403);
  assert.deepEqual(
    server.requests.map((request) => request.headers.authorization),
    ['Bearer old', 'Bearer new', 'Bearer old', 'Bearer new'],
  );
  assert.deepEqual(calls, [
    'refused old 401 GET /vens',
    'refused old 403 GET /resources',
    'again new 403 GET /resources',
  ]);
});

test('TLS: what to do about a certificate depends on what is wrong with it', () => {
  const exchange = {
    url: 'https://vtn',
    started: false,
    tls: 'anonymous',
    answered: false,
    timeoutMs: 1,
    maxAnswerBytes: 1,
  } as const;
  const hintOf = (code: string) => {
    const error = exchangeError(Object.assign(new Error(code), { code }), exchange);
    assert.ok(error instanceof VenfleetError && error.code === 'VTN_TLS');
    return error.hint;
  };
  assert.match(hintOf('CERT_HAS_EXPIRED'), /must renew it/);
  assert.match(hintOf('CERT_NOT_YET_VALID'), /clock/);
  assert.match(hintOf('SELF_SIGNED_CERT_IN_CHAIN'), /--ca-file/);
});

test('close waits for what is under way', async (t) => {
  const server = await scriptedServer(t, (response) => setTimeout(() => response.end('done'), 30));
  const transport = createTransport({ url: server.url, tokens: staticToken('x'), connections: 1 });
  const answer = transport.send(get);
  await transport.close();
  assert.equal((await answer).body, 'done');
  assert.equal((await errorOf(transport.send(get))).code, 'VTN_UNREACHABLE');
});
