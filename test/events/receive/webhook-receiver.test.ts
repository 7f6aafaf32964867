import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:https';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../src/core/clock.ts';
import type { Hint } from '../../../src/events/receive/hint.ts';
import {
  listenForWebhooks,
  type WebhookReceiverOptions,
} from '../../../src/events/receive/webhook-receiver.ts';
import { pem } from '../../openadr/scripted-server.ts';
import { createTestClock } from '../../support/test-clock.ts';

const token = 'this-is-the-token-of-the-test';
const authorization = `Bearer ${token}`;

async function receiverFor(t: TestContext, more: Partial<WebhookReceiverOptions> = {}) {
  const hints: Hint[] = [];
  const receiver = await listenForWebhooks({
    publicUrl: 'https://fleet.example/hooks/openadr',
    token,
    listener: { onHint: (hint) => hints.push(hint) },
    clock: systemClock,
    ...more,
  });
  t.after(() => receiver.close());
  const { port } = receiver.listensOn;
  const url = `http://127.0.0.1:${port}/hooks/openadr`;
  const post = (body: string, headers: Record<string, string> = { authorization }) =>
    fetch(url, { method: 'POST', headers, body });
  return { receiver, hints, url, port, post };
}

/** What comes back on a connection until the other end closes it. */
async function exchanged(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

const raw = (lines: readonly string[]) => `${lines.join('\r\n')}\r\n\r\n`;

test('a call with the token is a hint that says what it is about', async (t) => {
  const { receiver, hints, post } = await receiverFor(t);
  const event = { id: 'e1', programID: 'p1', eventName: 'x' };
  const bodies = [
    { objectType: 'EVENT', operation: 'UPDATE', object: event },
    { objectType: 'EVENT', operation: 'POST', object: { ...event, id: 7 }, targets: null },
    { object_type: 'program', operation: 'PUT', object: { id: 'p1' } },
    JSON.stringify({ object_type: 'EVENT', operation: 'CREATE', object: JSON.stringify(event) }),
    { ...event, objectType: 'EVENT' },
    { ID: 'e1', notificationID: 'n1', objectType: 'EVENT', operation: 'DELETE' },
    { id: 'n1', objectType: 'EVENT', operation: 'DELETE', object: { programID: 'p1' } },
  ];
  for (const body of bodies) assert.equal((await post(JSON.stringify(body))).status, 200);
  assert.deepEqual(
    hints.map(({ via, objectType, objectId }) => [via, objectType, objectId]),
    [
      ['webhook', 'EVENT', 'e1'],
      ['webhook', 'EVENT', '7'],
      ['webhook', 'PROGRAM', 'p1'],
      ['webhook', 'EVENT', 'e1'],
      ['webhook', 'EVENT', 'e1'],
      ['webhook', 'EVENT', 'e1'],
      ['webhook', 'EVENT', undefined],
    ],
  );
  assert.deepEqual(receiver.counts(), { hints: 7, unread: 0, refused: 0, crowdedOut: 0 });
});

test('what cannot be read is a hint all the same, where it brings the token', async (t) => {
  const { hints, post } = await receiverFor(t);
  for (const body of [
    '',
    'nonsense',
    '[]',
    'null',
    '[[[',
    '{"object":null}',
    '\u0000',
    '"\\"\\\\\\"1\\\\\\"\\""',
  ])
    assert.equal((await post(body)).status, 200, body);
  assert.equal(hints.length, 8);
  for (const hint of hints)
    assert.deepEqual(hint, { via: 'webhook', objectType: undefined, objectId: undefined });
  await post(JSON.stringify({ objectType: '<b>', object: { id: 'x'.repeat(300) } }));
  assert.deepEqual(hints[8], { via: 'webhook', objectType: undefined, objectId: undefined });
});

test('without the very token there is no hint, and it is told once a minute', async (t) => {
  const clock = createTestClock();
  const told: number[] = [];
  const { receiver, hints, post } = await receiverFor(t, {
    clock,
    onRefused: ({ calls, from }) => {
      assert.match(from, /127\.0\.0\.1/);
      told.push(calls);
    },
  });
  const wrong = [
    {},
    { authorization: 'Bearer' },
    { authorization: 'Bearer ' },
    { authorization: token },
    { authorization: `Basic ${token}` },
    { authorization: `Bearer ${token.slice(0, -1)}` },
    { authorization: `Bearer ${token}x` },
    { authorization: `Bearer ${token} x` },
    { authorization: `Bearer ${token.toUpperCase()}` },
    { authorization: `Bearer ${'x'.repeat(8_000)}` },
    { 'x-token': token },
  ] as Record<string, string>[];
  for (const headers of wrong) {
    const answer = await post('{"objectType":"EVENT"}', headers);
    assert.equal(answer.status, 401);
    assert.ok(!(await answer.text()).includes(token));
  }
  assert.deepEqual(hints, []);
  assert.deepEqual(told, [1]);
  await clock.advance(60_000);
  await post('', {});
  assert.deepEqual(told, [1, 11]);
  await post('', {});
  await receiver.close();
  assert.deepEqual(told, [1, 11, 1]);
  assert.equal(receiver.counts().refused, 13);
});

test('the scheme may be written in any way', async (t) => {
  const { post } = await receiverFor(t);
  assert.equal((await post('', { authorization: `bearer  ${token}` })).status, 200);
});

test('a token is made where none is given, another one each time', async (t) => {
  const { receiver: one } = await receiverFor(t, { token: undefined });
  const { receiver: other } = await receiverFor(t, { token: undefined });
  assert.ok(one.token.length >= 43);
  assert.notEqual(one.token, other.token);
  assert.equal(one.callbackUrl, 'https://fleet.example/hooks/openadr');
});

test('echo comes back as text that is no page, and not without end', async (t) => {
  const { hints, url } = await receiverFor(t);
  const markup = '<script>alert("ø")</script>\r\nSet-Cookie: a=b';
  const answer = await fetch(`${url}?other=1&echo=${encodeURIComponent(markup)}`);
  assert.equal(answer.status, 200);
  assert.equal(await answer.text(), markup);
  assert.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(answer.headers.get('set-cookie'), null);
  assert.equal((await fetch(`${url}/?echo=x`)).status, 200);
  assert.equal((await fetch(`${url}?echo=${'x'.repeat(1_025)}`)).status, 400);
  assert.equal((await fetch(`${url}?echo=${'x'.repeat(100_000)}`)).status, 431);
  assert.deepEqual(hints, []);
});

test('other paths and methods are refused', async (t) => {
  const { url, port, hints } = await receiverFor(t);
  const headers = { authorization };
  for (const other of [`http://127.0.0.1:${port}/?echo=x`, `${url}x?echo=x`, url.replace('hooks', '%68ooks')])
    assert.equal((await fetch(other, { headers })).status, 404, other);
  for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS'])
    assert.equal((await fetch(url, { method, headers })).status, 405, method);
  assert.match(await exchanged(port, raw(['POST //// HTTP/1.1', 'Host: x'])), / 404 /);
  assert.match(await exchanged(port, raw(['GARBAGE'])), / 400 /);
  assert.equal(await exchanged(port, raw(['CONNECT x:1 HTTP/1.1', 'Host: x'])), '');
  assert.deepEqual(hints, []);
});

test('a body of ten megabytes is a hint, and is not read', async (t) => {
  const { receiver, hints, post, port } = await receiverFor(t);
  const huge = `{"objectType":"EVENT","object":{"id":"e1","x":"${'x'.repeat(10 * 1024 * 1024)}"}}`;
  // It may have been closed before all of it was sent.
  const status = await post(huge).then(
    (answer) => answer.status,
    () => undefined,
  );
  assert.ok(status === 413 || status === undefined);
  // One that does not say how long it is, from a client that reads while it sends.
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  const head = raw([
    'POST /hooks/openadr HTTP/1.1',
    'Host: x',
    `Authorization: ${authorization}`,
    'Transfer-Encoding: chunked',
  ]);
  assert.match(await exchanged(port, `${head}${chunk.repeat(8)}0\r\n\r\n`), /^HTTP\/1\.1 413 /);
  const notAuthorised = await exchanged(port, `${head.replace(token, 'wrong')}${chunk.repeat(8)}0\r\n\r\n`);
  assert.match(notAuthorised, /^HTTP\/1\.1 401 /);
  assert.equal(hints.length, 2);
  assert.deepEqual(receiver.counts(), { hints: 2, unread: 2, refused: 1, crowdedOut: 0 });
  const events = `{"objectType":"EVENT","object":{"id":"e1","x":"${'x'.repeat(200_000)}"}}`;
  assert.equal((await post(events)).status, 200);
  assert.equal(hints[2]?.objectId, 'e1');
});

test('slow calls are ended, and one with the token was a hint', async (t) => {
  const { hints, port, receiver } = await receiverFor(t, { patienceMs: 200 });
  const slowHead = exchanged(port, 'POST /hooks/openadr HTTP/1.1\r\nHost: x\r\n');
  const lines = ['POST /hooks/openadr HTTP/1.1', 'Host: x', 'Content-Length: 100'];
  const slowBody = exchanged(port, `${raw([...lines, `Authorization: ${authorization}`])}{"obj`);
  const slowStranger = exchanged(port, `${raw(lines)}{"obj`);
  await Promise.all([slowHead, slowBody, slowStranger]);
  assert.deepEqual(hints, [{ via: 'webhook', objectType: undefined, objectId: undefined }]);
  assert.deepEqual(receiver.counts(), { hints: 1, unread: 1, refused: 1, crowdedOut: 0 });
});

test('thousands of connections do not keep the VTN out', async (t) => {
  const { receiver, hints, post, port } = await receiverFor(t);
  const sockets: Socket[] = [];
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  for (let round = 0; round < 8; round++) {
    const some = Array.from({ length: 100 }, () => connect(port, '127.0.0.1'));
    for (const socket of some) socket.on('error', () => undefined).write('POST ');
    sockets.push(...some);
    await Promise.all(some.map((socket) => once(socket, 'connect')));
  }
  assert.equal((await post('{"objectType":"EVENT"}')).status, 200);
  assert.equal(hints.length, 1);
  assert.ok(receiver.counts().crowdedOut >= 800 - 512 + 1);
});

test('what it cannot be set up with is said, without secrets', async (t) => {
  const invalid = [
    { publicUrl: 'ftp://x/' },
    { publicUrl: 'nonsense' },
    { publicUrl: 'https://user:secret@x/' },
    { publicUrl: 'https://x/?key=secret' },
    { listen: '8080' },
    { listen: 'x:99999' },
    { token: 'secret' },
    { token: 'secret with spaces in it' },
    { tls: { cert: 'secret', key: 'secret' } },
  ];
  for (const options of invalid) {
    await assert.rejects(receiverFor(t, options), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'WEBHOOK_INVALID');
      return !/secret/.test(error.message);
    });
  }
  const { port } = await receiverFor(t);
  await assert.rejects(receiverFor(t, { listen: `127.0.0.1:${port}` }), { code: 'WEBHOOK_LISTEN' });
});

test('with a certificate it speaks HTTPS', async (t) => {
  const tls = { cert: pem('server'), key: pem('server.key') };
  const { hints, port } = await receiverFor(t, { tls });
  const status = await new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      port,
      path: '/hooks/openadr',
      headers: { authorization },
      ca: pem('ca'),
    };
    request('https://localhost', options, (answer) => resolve(answer.statusCode))
      .on('error', reject)
      .end();
  });
  assert.equal(status, 200);
  assert.equal(hints.length, 1);
  assert.equal(await exchanged(port, raw(['POST /hooks/openadr HTTP/1.1', 'Host: x'])), '');
});
