import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stored } from '../flex/loads.ts';
import { running, type Send } from '../helpers.ts';

/** Sends `count` requests at once; milliseconds until the last was answered. */
async function together(send: Send, count: number): Promise<number> {
  const start = performance.now();
  await Promise.all(Array.from({ length: count }, () => send('GET', '/vens')));
  return performance.now() - start;
}

test('every answer is held back by the latency, however many there are', async (t) => {
  const [simulator, send] = await running(t, { latencyMs: 100 });
  const took = await together(send, 20);
  assert.ok(took >= 99, `${took} ms`);
  assert.equal(simulator.stats().maxInFlight, 20);
  assert.equal(simulator.stats().inFlight, 0);
});

test('workers bound what is carried out in a time, and may be changed while it runs', async (t) => {
  const [simulator, send] = await running(t, { workers: 2, serviceTimeMs: 50 });
  const two = await together(send, 8);
  assert.ok(two >= 199, `8 requests of 50 ms by 2 workers took ${two} ms`);
  simulator.set({ workers: 1 });
  const one = await together(send, 8);
  assert.ok(one >= 399, `8 requests of 50 ms by 1 worker took ${one} ms`);
});

test('readings take time of their own', async (t) => {
  const [simulator, send] = await running(t, { workers: 1, pointsPerSecond: 100 });
  const [id] = await stored(send, 1);
  const at = (minute: number) => `2025-01-15T08:${String(minute).padStart(2, '0')}:00Z`;
  const points = Array.from({ length: 10 }, (_, n) => ({
    interval_start: at(n),
    interval_end: at(n + 1),
    value: n,
    quality_code: 'GOOD',
  }));
  const start = performance.now();
  const bulk = () => send('POST', `/report_data/bulk?resource_id=${id}`, points);
  const answers = await Promise.all([bulk(), bulk(), bulk()]);
  const took = performance.now() - start;
  assert.ok(took >= 299, `3 times 10 readings of 10 ms took ${took} ms`);
  assert.equal(answers[0].body.throughput_points_per_second, 100);
  simulator.set({ pointsPerSecond: 0, maxBodyBytes: 100 });
  assert.equal((await bulk()).status, 413);
});

test('a worker more takes part at once in what waits', async (t) => {
  const [simulator, send] = await running(t, { workers: 1, serviceTimeMs: 1000 });
  const taken = together(send, 8);
  while (simulator.stats().inFlight < 8) await new Promise((resolve) => setImmediate(resolve));
  simulator.set({ workers: 100 });
  const took = await taken;
  assert.ok(took < 4000, `8 requests of 1 s took ${took} ms`);
});

test('a stall holds everything up, what is in work too', async (t) => {
  const [simulator, send] = await running(t, { workers: 4, serviceTimeMs: 400 });
  await stored(send, 0);
  const before = together(send, 2);
  while (simulator.stats().inFlight < 2) await new Promise((resolve) => setImmediate(resolve));
  simulator.stall(300);
  const after = together(send, 4);
  const [first, second] = await Promise.all([before, after]);
  assert.ok(first >= 300, `${first} ms`);
  assert.ok(second >= 699, `${second} ms`);
});

test('a stall holds up a VTN without workers', async (t) => {
  const [simulator, send] = await running(t);
  simulator.stall(100);
  const took = await together(send, 3);
  assert.ok(took >= 99, `${took} ms`);
});
