import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createWebhookSink, type WebhookSinkOptions } from '../../../src/events/dispatch/webhook-sink.ts';
import { dispatches, dueMs } from './dispatches.ts';

const never = new AbortController().signal;

interface Received {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function webhook(
  t: TestContext,
  answer: (response: ServerResponse, received: Received) => void,
  options: Partial<WebhookSinkOptions> & { path?: string } = {},
) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const one = { path: request.url, headers: request.headers, body };
    received.push(one);
    answer(response, one);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${options.path ?? '/hook'}`;
  const sink = createWebhookSink({ name: 'webhook', url, secret: 'the secret', ...options });
  t.after(async () => {
    await sink.close();
    server.closeAllConnections();
    server.close();
  });
  return { sink, received };
}

const ok = (response: ServerResponse) => void response.end();

test('dispatches go out in batches, signed, with a key that is the same the next time', async (t) => {
  const { sink, received } = await webhook(t, ok, { batchSize: 40 });
  assert.equal((await sink.handOver(dispatches(100), dueMs, never)).failed.size, 0);
  const bodies = received.map(({ body }) => JSON.parse(body).dispatches as { dispatch: string }[]);
  assert.deepEqual(bodies.map(({ length }) => length).toSorted(), [20, 40, 40]);
  assert.equal(new Set(bodies.flat().map(({ dispatch }) => dispatch)).size, 100);
  for (const { path, headers, body } of received) {
    const t = dueMs / 1_000;
    const v1 = createHmac('sha256', 'the secret').update(`${t}.${body}`).digest('hex');
    assert.equal(headers['venfleet-signature'], `t=${t},v1=${v1}`);
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(path, '/hook');
  }
  const keys = received.map(({ headers }) => headers['idempotency-key']).toSorted();
  assert.equal(new Set(keys).size, 3);
  received.length = 0;
  await sink.handOver(dispatches(100), dueMs + 60_000, never);
  assert.deepEqual(received.map(({ headers }) => headers['idempotency-key']).toSorted(), keys);
});

test('a request that is not answered with success fails for its dispatches alone, and is not sent again', async (t) => {
  const { sink, received } = await webhook(
    t,
    (response, { body }) => {
      response.statusCode = body.includes('"d-15"') ? 503 : 204;
      response.end();
    },
    { batchSize: 10 },
  );
  const { failed } = await sink.handOver(dispatches(30), dueMs, never);
  assert.deepEqual(
    [...failed.keys()].toSorted(),
    dispatches(10, 10).map(({ id }) => id),
  );
  assert.equal(failed.get('d-15'), 'the answer was 503');
  assert.equal(received.length, 3);
});

test('a redirect is not followed', async (t) => {
  const { sink } = await webhook(t, (response) => void response.writeHead(307, { location: '/other' }).end());
  assert.equal((await sink.handOver(dispatches(1), dueMs, never)).failed.get('d-0'), 'the answer was 307');
});

test('an answer that does not come fails in time', async (t) => {
  const { sink } = await webhook(t, () => undefined, { timeoutMs: 100 });
  assert.match(
    String((await sink.handOver(dispatches(1), dueMs, never)).failed.get('d-0')),
    /no answer|time/i,
  );
});

test('a connection that is lost fails, and so does what is stopped', async (t) => {
  const { sink } = await webhook(t, (response, { body }) => {
    if (body.includes('"d-0"')) response.destroy();
  });
  assert.ok((await sink.handOver(dispatches(1), dueMs, never)).failed.get('d-0'));
  const stopping = new AbortController();
  const handing = sink.handOver(dispatches(1, 1), dueMs, stopping.signal);
  stopping.abort();
  assert.equal((await handing).failed.get('d-1'), 'it was stopped');
});

test('so many requests are under way, and no more', async (t) => {
  let held: ServerResponse[] = [];
  let most = 0;
  const { sink } = await webhook(
    t,
    (response) => {
      held.push(response);
      if (held.length < 3) return;
      // A fourth would come before the answers to the first three.
      setTimeout(() => {
        most = Math.max(most, held.length);
        for (const each of held) each.end();
        held = [];
      }, 20);
    },
    { batchSize: 1, inFlight: 3 },
  );
  assert.equal((await sink.handOver(dispatches(12), dueMs, never)).failed.size, 0);
  assert.equal(most, 3);
});

for (const path of ['', '/', '/a/b/']) {
  test(`the address is called as it is: "${path}"`, async (t) => {
    const { sink, received } = await webhook(t, ok, { path });
    await sink.handOver(dispatches(1), dueMs, never);
    assert.equal(received[0]?.path, path === '' ? '/' : path);
  });
}
