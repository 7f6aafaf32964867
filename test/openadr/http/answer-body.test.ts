import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createRawServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import zlib from 'node:zlib';
import { VenfleetError } from '../../../src/core/errors.ts';
import { createTransport, staticToken, type TransportOptions } from '../../../src/openadr/http/http.ts';
import { refusalOf, tokensAt } from '../oauth-clients.ts';
import { type ScriptedServer, scriptedServer } from '../scripted-server.ts';

const json = '{"access_token":"t1","name":"Ærøskøbing €"}';

/** A server that answers all with these bytes. */
function bytesServer(
  t: TestContext,
  body: Buffer,
  headers: Record<string, string>,
  status = 200,
): Promise<ScriptedServer> {
  return scriptedServer(t, (response) => response.writeHead(status, headers).end(body));
}

async function answerOf(t: TestContext, url: string, options: Partial<TransportOptions> = {}) {
  const transport = createTransport({ url, tokens: staticToken('x'), connections: 1, ...options });
  t.after(() => transport.close());
  return transport.send({ method: 'GET', path: '/vens' });
}

const gzip = zlib.gzipSync(json);

const legal: [name: string, body: Buffer, headers: Record<string, string>][] = [
  ['a byte order mark', Buffer.from(`\ufeff${json}`), { 'content-type': 'application/json' }],
  ['gzip', gzip, { 'content-encoding': 'gzip' }],
  ['x-gzip, capital letters', gzip, { 'content-encoding': 'X-GZIP' }],
  ['deflate', zlib.deflateSync(json), { 'content-encoding': 'deflate' }],
  ['deflate without its wrapper', zlib.deflateRawSync(json), { 'content-encoding': 'deflate' }],
  ['br', zlib.brotliCompressSync(json), { 'content-encoding': 'br' }],
  ['identity', Buffer.from(json), { 'content-encoding': 'identity' }],
  ['two encodings', zlib.brotliCompressSync(gzip), { 'content-encoding': 'gzip, br' }],
  [
    'gzip with a byte order mark within',
    zlib.gzipSync(`\ufeff${json}`),
    { 'content-encoding': 'gzip', 'content-type': 'application/json; charset=utf-8' },
  ],
  [
    'UTF-16, little endian',
    Buffer.from(json, 'utf16le'),
    { 'content-type': 'application/json; charset=utf-16le' },
  ],
  [
    'UTF-16 by its mark',
    Buffer.from(`\ufeff${json}`, 'utf16le').swap16(),
    { 'content-type': 'application/json;charset="UTF-16"' },
  ],
  [
    'UTF-16, big endian, without a mark',
    Buffer.from(json, 'utf16le').swap16(),
    { 'content-type': 'application/json; charset=utf-16' },
  ],
  ['an unknown charset is UTF-8', Buffer.from(json), { 'content-type': 'application/json; charset=klingon' }],
];

for (const [name, body, headers] of legal) {
  test(`legal, so read: ${name}`, async (t) => {
    const server = await bytesServer(t, body, headers);
    assert.equal((await answerOf(t, server.url)).body, json);
    assert.equal(await tokensAt(server.url).token(), 't1');
    for (const { headers: sent } of server.requests)
      assert.equal(sent['accept-encoding'], 'identity, gzip;q=0.5, deflate;q=0.5, br;q=0.5');
  });
}

test('ISO-8859-1 is read as such', async (t) => {
  const latin = '{"access_token":"t1","name":"Ærøskøbing"}';
  const server = await bytesServer(t, Buffer.from(latin, 'latin1'), {
    'content-type': 'application/json; charset=ISO-8859-1',
  });
  const answer = await answerOf(t, server.url);
  assert.deepEqual([answer.body, answer.contentType], [latin, 'application/json']);
  assert.equal(await tokensAt(server.url).token(), 't1');
});

test('a compressed answer in many pieces, and an empty one that names an encoding', async (t) => {
  const long = Array.from({ length: 200_000 }, (_, index) => index * 7919).join();
  const server = await bytesServer(t, zlib.gzipSync(long), { 'content-encoding': 'gzip' });
  assert.equal((await answerOf(t, server.url)).body, long);
  const empty = await bytesServer(t, Buffer.alloc(0), { 'content-encoding': 'gzip' }, 204);
  assert.equal((await answerOf(t, empty.url)).body, '');
});

async function errorOf(promise: Promise<unknown>): Promise<VenfleetError> {
  const error = await promise.then(
    () => assert.fail('no error came'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof VenfleetError, String(error));
  return error;
}

test('what is small compressed and large decompressed is bounded as any answer', async (t) => {
  const bomb = zlib.gzipSync(Buffer.alloc(5_000_000));
  const layers: [Buffer, string][] = [
    [bomb, 'gzip'],
    [zlib.gzipSync(bomb), 'gzip, gzip'],
    [zlib.brotliCompressSync(Buffer.alloc(5_000_000)), 'br'],
  ];
  for (const [body, encoding] of layers) {
    const server = await bytesServer(t, body, { 'content-encoding': encoding });
    const error = await errorOf(answerOf(t, server.url, { maxAnswerBytes: 1_000_000 }));
    assert.equal(error.code, 'VTN_NO_ANSWER');
    assert.equal(error.suspicion, 'answer-too-large');
    assert.match(error.message, /larger than 1000000 bytes/);
  }
});

test('what cannot be decompressed is no whole answer; an encoding that nobody asked for is named', async (t) => {
  const cut = await bytesServer(t, gzip.subarray(0, -9), { 'content-encoding': 'gzip' });
  const junk = await bytesServer(t, Buffer.from(json), { 'content-encoding': 'br' });
  for (const { url } of [cut, junk]) {
    const error = await errorOf(answerOf(t, url));
    assert.equal(error.code, 'VTN_NO_ANSWER');
    assert.match(error.message, /the answer cannot be decompressed \(/);
  }
  const zstd = await bytesServer(t, Buffer.from(json), { 'content-encoding': 'gzip, zstd' });
  const error = await errorOf(answerOf(t, zstd.url));
  assert.equal(error.code, 'VTN_ENCODING');
  assert.match(error.message, /in the content encoding "zstd", which cannot be read/);
  const refused = await refusalOf(tokensAt(zstd.url).token());
  assert.equal(refused.code, 'OAUTH_ENDPOINT');
  assert.match(refused.message, /content encoding "zstd"/);

  const busy = await bytesServer(
    t,
    Buffer.from(json),
    { 'content-encoding': 'zstd', 'retry-after': '7' },
    503,
  );
  const answer = await answerOf(t, busy.url);
  assert.deepEqual([answer.status, answer.retryAfterMs, answer.body], [503, 7_000, '']);
});

/** A server of raw bytes. */
async function rawServer(t: TestContext, bytes: string): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createRawServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    socket.on('data', () => socket.write(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('102 and 103 before an answer are passed over', async (t) => {
  const server = createServer((_, response) => {
    response.writeProcessing();
    response.writeEarlyHints({ link: '</style.css>; rel=preload', 'retry-after': '9' });
    response.writeHead(200, { 'content-type': 'application/json' }).end(json);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const answer = await answerOf(t, url);
  assert.deepEqual(answer, {
    status: 200,
    contentType: 'application/json',
    retryAfterMs: undefined,
    body: json,
  });
});

test('100 and 101 that nobody asked for are told as what they are', async (t) => {
  // undici knows them by a text alone: should another version of it have another, this is where it is seen.
  const unasked = await rawServer(
    t,
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}',
  );
  const error = await errorOf(answerOf(t, unasked));
  assert.equal(error.code, 'VTN_NO_ANSWER');
  assert.match(error.message, /"100 Continue", which nobody asked for/);
  assert.equal(error.suspicion, undefined);
  const upgrade = await rawServer(t, 'HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n');
  assert.match((await errorOf(answerOf(t, upgrade))).message, /another protocol \(101\)/);
  const tokens = tokensAt(unasked);
  assert.match((await refusalOf(tokens.token())).message, /"100 Continue"/);
});
