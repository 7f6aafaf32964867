import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { createRequestMeter, operationOf } from '../../../src/monitoring/metrics/request-metrics.ts';

test('the operation of a request has no ids in it, nor what is asked for', () => {
  const operations: [string, string, string][] = [
    ['POST', '/resources', 'POST /resources'],
    ['GET', '/vens/0190c1a2-7f/resources?skip=50&limit=50', 'GET /vens/{id}/resources'],
    ['GET', '/events/events', 'GET /events/events'],
    ['PUT', '/resources/Aalborg', 'PUT /resources/{id}'],
    ['GET', '/notifiers/mqtt/topics/vens/x', 'GET /notifiers/mqtt/topics/vens'],
  ];
  for (const [method, path, operation] of operations) assert.equal(operationOf(method, path), operation);
});

test('requests are counted by operation and outcome, with their time in seconds', async () => {
  const registry = new Registry();
  const ended = createRequestMeter(registry);
  for (const status of [201, 200, 409, 429, 404, 503, null])
    ended({ method: 'POST', path: '/resources', status, ms: 30 });
  const text = await registry.metrics();
  const counted = text
    .split('\n')
    .filter((line) => line.startsWith('venfleet_vtn_requests_total'))
    .map((line) => line.replace(/^.*outcome="(\w+)"} /, '$1 '))
    .sort();
  assert.deepEqual(counted, ['error 1', 'exists 1', 'no_answer 1', 'ok 2', 'refused 1', 'throttled 1']);
  assert.match(text, /duration_seconds_bucket\{le="0.025",operation="POST \/resources"\} 0\n/);
  assert.match(text, /duration_seconds_bucket\{le="0.05",operation="POST \/resources"\} 7\n/);
});
