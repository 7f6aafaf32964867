import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createSinks } from '../../../src/events/dispatch/create-sinks.ts';
import type { Sink } from '../../../src/events/dispatch/sink.ts';
import { localBroker } from '../mqtt/local-broker.ts';
import { dispatches, dueMs } from './dispatches.ts';

const retry = { maxAttempts: 1, baseMs: 5, capMs: 20 };
const never = new AbortController().signal;

async function mqttSink(
  t: TestContext,
  url: string,
  options: { timeoutMs?: number; topic?: string } = {},
): Promise<Sink> {
  const [sink] = await createSinks([{ kind: 'mqtt', url, retry, ...options }]);
  assert.ok(sink);
  t.after(sink.close);
  return sink;
}

test('dispatches are retained under their topics, and found there afterwards', async (t) => {
  const local = await localBroker(t);
  const sink = await mqttSink(t, local.url);
  const { failed } = await sink.handOver(dispatches(1_500), dueMs + 7, never);
  assert.equal(failed.size, 0);
  const retained = await local.retained(1_500);
  assert.equal(retained.size, 1_500);
  const { dispatch, sent } = JSON.parse(retained.get('venfleet/Aalborg/res_1/load_2/setpoint') ?? '');
  assert.deepEqual({ dispatch, sent }, { dispatch: 'd-7', sent: '2026-01-15T16:00:00.007Z' });

  // Another process; of the dispatches that it is in doubt about some never left, and one load got another one since.
  await sink.handOver(dispatches(1, 0, { id: 'other' }), dueMs, never);
  const next = await mqttSink(t, local.url);
  const arrived = await next.whichArrived([...dispatches(400), ...dispatches(300, 9_000)], never);
  assert.deepEqual(
    [...arrived].toSorted(),
    dispatches(399, 1)
      .map(({ id }) => id)
      .toSorted(),
  );
  // Nothing of the asking is left at the broker.
  assert.deepEqual(
    [...(await local.retained()).keys()].filter((topic) => !topic.startsWith('venfleet/')),
    [],
  );
});

test('what cannot be handed over fails in time with the reason, and is not sent when the broker is back', async (t) => {
  const local = await localBroker(t);
  await local.stop();
  const sink = await mqttSink(t, local.url, { timeoutMs: 100 });
  const { failed } = await sink.handOver(dispatches(3), dueMs, never);
  assert.equal(failed.size, 3);
  assert.match(String(failed.get('d-2')), /ECONNREFUSED/);
  assert.equal((await sink.whichArrived(dispatches(3), never)).size, 0);
  await local.start();
  // The first that may go is a later one: had the broker anything of the others, it would have it before.
  while ((await sink.handOver(dispatches(1, 50), dueMs, never)).failed.size > 0);
  assert.deepEqual([...(await local.retained()).keys()], ['venfleet/Aalborg/res_8/load_3/setpoint']);
});

test('a batch that waits for a broker goes out when that is back', async (t) => {
  const local = await localBroker(t);
  await local.stop();
  const sink = await mqttSink(t, local.url);
  const handing = sink.handOver(dispatches(10), dueMs, never);
  await local.start();
  assert.equal((await handing).failed.size, 0);
});

test('of a batch whose connection is cut, exactly what is not called failed is there; again, all of it', async (t) => {
  const local = await localBroker(t);
  // A way to the broker that ends after 500 acknowledgements.
  let bytesLeft = 2_000;
  const proxy = createServer((client) => {
    const upstream = connect(local.port, '127.0.0.1');
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream] as Socket[]) socket.on('error', end).on('close', end);
    client.pipe(upstream);
    upstream.on('data', (data) => {
      bytesLeft -= data.length;
      if (bytesLeft < 0) end();
      else client.write(data);
    });
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  t.after(() => proxy.close());
  const sink = await mqttSink(t, `mqtt://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
  const batch = dispatches(3_000);
  const { failed } = await sink.handOver(batch, dueMs, never);
  assert.ok(failed.size > 0 && failed.size < 3_000, `${failed.size} failed`);
  const there = await local.retained(3_000 - failed.size);
  const ids = new Set([...there.values()].map((text) => JSON.parse(text).dispatch));
  for (const { id } of batch) if (!failed.has(id)) assert.ok(ids.has(id), `${id} was called acknowledged`);
  bytesLeft = Number.POSITIVE_INFINITY;
  const again = await sink.handOver(
    batch.filter(({ id }) => failed.has(id)),
    dueMs,
    never,
  );
  assert.equal(again.failed.size, 0);
  assert.equal((await local.retained(3_000)).size, 3_000);
});

test('a batch that is stopped says so, and ends', async (t) => {
  const local = await localBroker(t);
  await local.stop();
  const sink = await mqttSink(t, local.url);
  const stopping = new AbortController();
  const handing = sink.handOver(dispatches(2), dueMs, stopping.signal);
  stopping.abort();
  assert.equal((await handing).failed.size, 2);
});

test('a load whose topic is too long fails alone', async (t) => {
  const local = await localBroker(t);
  const sink = await mqttSink(t, local.url);
  const [one, other] = dispatches(2);
  assert.ok(one && other);
  const long = { ...other, load: { ...other.load, siteId: 'x'.repeat(70_000) } };
  const { failed } = await sink.handOver([one, long], dueMs, never);
  assert.deepEqual([...failed.keys()], ['d-1']);
});

const hasMosquitto = spawnSync('mosquitto', ['-h']).error === undefined;

test('Mosquitto takes and retains them too', {
  skip: !hasMosquitto && 'mosquitto is not installed',
}, async (t) => {
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as AddressInfo;
  free.close();
  await once(free, 'close');
  const mosquitto = spawn('mosquitto', ['-p', String(port)], { stdio: 'ignore' });
  t.after(() => mosquitto.kill());
  const sink = await mqttSink(t, `mqtt://127.0.0.1:${port}`);
  assert.equal((await sink.handOver(dispatches(2_000), dueMs, never)).failed.size, 0);
  const arrived = await sink.whichArrived([...dispatches(500, 1_800)], never);
  assert.deepEqual(arrived, new Set(dispatches(200, 1_800).map(({ id }) => id)));
});
