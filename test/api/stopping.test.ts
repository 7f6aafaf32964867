import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { register } from '../../src/index.ts';
import { pythonDatabase, sitesOf } from '../support/fleet-database.ts';

test('what waits for a token endpoint that wants to be left alone stops when it is told to', async (t) => {
  const controller = new AbortController();
  const server = createServer((_, response) => {
    response.writeHead(503, { 'retry-after': '120' }).end();
    setTimeout(() => controller.abort(), 100);
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const startedAt = performance.now();
  const summary = await register({
    dbPath: pythonDatabase(t, sitesOf({ Aalborg: 1 })),
    vtnUrl: url,
    tokenUrl: `${url}/auth/token`,
    credentials: { clientId: 'fleet', clientSecret: 'secret' },
    signal: controller.signal,
  });
  assert.ok(performance.now() - startedAt < 10_000);
  assert.deepEqual([summary.interrupted, summary.loads.registered, summary.loads.failed], [true, 0, 0]);
});
