import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { faultsOf, readExposition } from '../support/exposition.ts';
import { pythonDatabase, sitesOf } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';
import { terminalInTurn as terminal } from './in-turn.ts';

test('a registration shows its numbers while it runs, and no longer', async (t) => {
  const { start } = terminal(t);
  const simulator = await simulatorFor(t, { latencyMs: 50 });
  const db = pythonDatabase(t, sitesOf({ Aalborg: 40 }));
  const args = ['register', '--db', db, '--vtn-url', simulator.url, '--token', 'x', '--concurrency', '2'];
  const running = start({}, ...args, '--metrics-port', '0', '--log-level', 'debug');
  const [, url = ''] = await running.until('stderr', /^Metrics: (\S+)$/m);
  await running.until('stderr', /"type":"progress"/);
  const response = await fetch(url);
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain/);
  const metrics = readExposition(await response.text());
  assert.deepEqual(faultsOf(metrics), []);
  const samples = metrics.flatMap((metric) => metric.samples);
  const numbers = (name: string) => samples.filter((sample) => sample.name === name);
  const created = numbers('venfleet_vtn_requests_total').find(
    ({ labels }) => labels.operation === 'POST /resources',
  );
  assert.equal(created?.labels.outcome, 'ok');
  const by = Object.fromEntries(
    numbers('venfleet_run_loads').map(({ labels, value }) => [labels.outcome, value]),
  );
  assert.ok(by.registered !== undefined && by.registered > 0 && by.registered <= created.value);
  assert.equal(by.registered + (by.failed ?? 0) + (by.left ?? 0), 240);
  assert.deepEqual(
    numbers('venfleet_run_loads_planned').map(({ value }) => value),
    [240],
  );

  assert.equal((await fetch(new URL('/', url))).status, 404);
  assert.equal((await fetch(url, { method: 'POST' })).status, 405);
  const elsewhere = request(url, { headers: { host: 'evil.example' }, agent: false }).end();
  const [refused] = await once(elsewhere, 'response');
  refused.resume();
  assert.equal(refused.statusCode, 403);

  running.child.kill('SIGINT');
  assert.equal((await running.ended).code, 130);
  await assert.rejects(fetch(url));
});

test('tokens that a command asks for are told of, and whose they are is not', async (t) => {
  const { start } = terminal(t);
  const credentials = { clientId: 'the-client', clientSecret: 'the-secret' };
  const simulator = await simulatorFor(t, {
    dialect: 'openadr-3.1',
    clients: [credentials],
    tokenLifetimeS: 600,
    latencyMs: 50,
  });
  const db = pythonDatabase(t, sitesOf({ Aalborg: 40 }));
  const running = start(
    { env: { VENFLEET_CLIENT_ID: credentials.clientId, VENFLEET_CLIENT_SECRET: credentials.clientSecret } },
    ...['register', '--db', db, '--vtn-url', simulator.url, '--profile', 'openadr-3.1', '--concurrency', '2'],
    ...['--metrics-port', '0', '--log-level', 'debug'],
  );
  const [, url = ''] = await running.until('stderr', /^Metrics: (\S+)$/m);
  await running.until('stderr', /"type":"progress"/);
  const text = await (await fetch(url)).text();
  assert.deepEqual(faultsOf(readExposition(text)), []);
  assert.match(text, /^venfleet_token_requests_total\{outcome="got"\} 1$/m);
  assert.match(text, /^venfleet_tokens\{state="valid"\} 1$/m);
  const [, expiry = ''] = /^venfleet_token_expiry_timestamp_seconds (\S+)$/m.exec(text) ?? [];
  assert.ok(Math.abs(Number(expiry) - (Date.now() / 1_000 + 600)) < 120, expiry);
  assert.doesNotMatch(text, /the-client|the-secret|Bearer/);
  running.child.kill('SIGINT');
  await running.ended;
});

test('a port that is taken is said, and nothing is sent', async (t) => {
  const { run } = terminal(t);
  const simulator = await simulatorFor(t);
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.after(() => taken.close());
  const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
  const { port } = taken.address() as AddressInfo;
  const args = [
    'register',
    '--db',
    db,
    '--vtn-url',
    simulator.url,
    '--token',
    'x',
    '--metrics-port',
    String(port),
  ];
  const { code, stderr } = await run(...args);
  assert.equal(code, 2);
  assert.match(stderr, /cannot be shown on 127\.0\.0\.1:\d+.*\[METRICS_LISTEN\]/);
  assert.equal(simulator.stats().resources, 0);
});
