import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { running, type Send } from '../helpers.ts';
import { checksumOf, pointsPage } from '../points.ts';
import { stored } from './loads.ts';

const hour = 3_600_000;
const begin = Date.UTC(2025, 0, 15, 8);
const utc = (ms: number) => new Date(ms).toISOString().replace('.000', '');
const watts = (n: number) => Math.sin(n) * 1000;

interface Item {
  interval_start: unknown;
  interval_end: unknown;
  value: unknown;
  quality_code: unknown;
}

/** The hours from number `from` on, before number `until`. */
function hours(from: number, until: number, value = watts): Item[] {
  return Array.from({ length: until - from }, (_, n) => ({
    interval_start: utc(begin + (from + n) * hour),
    interval_end: utc(begin + (from + n + 1) * hour),
    value: value(from + n),
    quality_code: 'GOOD',
  }));
}

const sumOfHours = (from: number, until: number, value = watts) =>
  checksumOf(hours(from, until).map((_, n) => [begin + (from + n) * hour, value(from + n)] as const));

const bulk = (send: Send, id: string | undefined, body: unknown, query = '&batch_size=5000') =>
  send('POST', `/report_data/bulk?resource_id=${id}${query}`, body);

test('a history is counted, and its checksum is that of its points, in whatever order they come', async (t) => {
  const [simulator, send] = await running(t);
  const [first, second] = await stored(send, 2);
  const answer = await bulk(send, first, hours(0, 24), '&batch_size=5000&report_id=r-1');
  assert.equal(answer.status, 201);
  const { message, duration_seconds, throughput_points_per_second, ...rest } = answer.body;
  assert.deepEqual(rest, {
    resource_id: first,
    meter_id: '707057500504404881',
    report_id: 'r-1',
    entries_created: 24,
    storage: 'influxdb',
    mode: 'bulk',
    batch_size: 5000,
  });
  assert.ok(message.includes('24') && duration_seconds > 0 && throughput_points_per_second > 0);
  await bulk(send, second, hours(12, 24).reverse());
  await bulk(send, second, hours(0, 12));
  const lines = await pointsPage(simulator);
  assert.deepEqual(
    lines.map((line) => line.resource),
    [first, second],
  );
  for (const { resource: _, externalId, ...line } of lines) {
    assert.match(String(externalId), /^site-[01]_load_1$/);
    assert.deepEqual(line, {
      ven: 'Aalborg',
      kind: 'bulk',
      points: 24,
      first: '2025-01-15T08:00:00.000Z',
      last: '2025-01-16T08:00:00.000Z',
      checksum: sumOfHours(0, 24),
      again: 0,
      againChecksum: '0'.repeat(16),
    });
  }
  assert.equal(simulator.stats().points, 48);
});

test('points that come again are told apart from new ones, and whether they are the same', async (t) => {
  const [simulator, send] = await running(t);
  const [same, part, other, twice] = await stored(send, 4);
  for (const body of [hours(0, 8), hours(0, 8)]) await bulk(send, same, body);
  for (const body of [hours(0, 8), hours(6, 12)]) await bulk(send, part, body);
  for (const body of [hours(0, 4), hours(8, 12), hours(3, 5, () => 7)]) await bulk(send, other, body);
  await bulk(send, twice, [...hours(0, 2), ...hours(1, 3)]);
  const lines = (await pointsPage(simulator)).map(({ points, checksum, again, againChecksum, last }) => ({
    ...{ points, checksum, again, againChecksum, last },
  }));
  const last = (n: number) => new Date(begin + n * hour).toISOString();
  assert.deepEqual(lines, [
    { points: 8, checksum: sumOfHours(0, 8), again: 8, againChecksum: sumOfHours(0, 8), last: last(8) },
    { points: 12, checksum: sumOfHours(0, 12), again: 2, againChecksum: sumOfHours(6, 8), last: last(12) },
    {
      points: 9,
      checksum: checksumOf([
        ...[0, 1, 2, 3, 8, 9, 10, 11].map((n) => [begin + n * hour, watts(n)] as const),
        [begin + 4 * hour, 7],
      ]),
      again: 1,
      againChecksum: checksumOf([[begin + 3 * hour, 7]]),
      last: last(12),
    },
    { points: 3, checksum: sumOfHours(0, 3), again: 1, againChecksum: sumOfHours(1, 2), last: last(3) },
  ]);
});

test('what is wrong with a history is told, and none of it is counted', async (t) => {
  const [simulator, send] = await running(t);
  const [id] = await stored(send, 1);
  const [good] = hours(0, 1) as [Item];
  const wrong: [body: unknown, loc: (string | number)[]][] = [
    [{}, ['body']],
    [[], ['body']],
    [
      [good, null],
      ['body', 1],
    ],
    [[{ ...good, unit: 'W' }], ['body', 0, 'unit']],
    [[{ ...good, interval_start: '2025-01-15T08:00:00' }], ['body', 0, 'interval_start']],
    [[{ ...good, interval_start: '2025-01-15' }], ['body', 0, 'interval_start']],
    [[{ ...good, interval_start: '2025-02-30T08:00:00Z' }], ['body', 0, 'interval_start']],
    [[{ ...good, interval_start: 1736928000 }], ['body', 0, 'interval_start']],
    [[{ ...good, interval_end: undefined }], ['body', 0, 'interval_end']],
    [[{ ...good, interval_end: '2025-01-15T24:00:00Z' }], ['body', 0, 'interval_end']],
    [[{ ...good, interval_end: good.interval_start }], ['body', 0, 'interval_end']],
    [[{ ...good, value: '1' }], ['body', 0, 'value']],
    [[{ ...good, value: null }], ['body', 0, 'value']],
    [JSON.stringify([good]).replace(/"value":[^,]+/, '"value":1e999'), ['body', 0, 'value']],
    [[{ ...good, quality_code: 'good' }], ['body', 0, 'quality_code']],
  ];
  for (const [body, loc] of wrong) {
    const { status, body: answer } = await bulk(send, id, body);
    assert.equal(status, 422, JSON.stringify(body));
    assert.deepEqual(answer.detail[0].loc, loc, JSON.stringify(body));
    assert.ok(answer.detail[0].msg);
  }
  for (const query of ['&batch_size=0', '&batch_size=10001', '&batch_size=x', '&size=5']) {
    assert.equal((await bulk(send, id, hours(0, 1), query)).status, 422, query);
  }
  assert.equal((await bulk(send, 'nothing', hours(0, 1))).status, 404);
  assert.equal((await send('POST', '/report_data/bulk', hours(0, 1))).status, 422);
  assert.equal((await bulk(send, id, '[')).status, 422);
  assert.equal(
    (await send('POST', `/report_data/bulk?resource_id=${id}`, '[]', { 'content-type': 'text/plain' }))
      .status,
    415,
  );
  const naked = await send('POST', `/report_data/bulk?resource_id=${id}`, hours(0, 1), { authorization: '' });
  assert.equal(naked.status, 401);
  assert.deepEqual(await pointsPage(simulator), []);
});

test('points go with their resource, and with all that is forgotten', async (t) => {
  const [simulator, send] = await running(t);
  const ids = await stored(send, 2);
  for (const id of ids) await bulk(send, id, hours(0, 3));
  await send('DELETE', `/resources/${ids[0]}`);
  assert.deepEqual(
    (await pointsPage(simulator)).map(({ resource }) => resource),
    [ids[1]],
  );
  assert.equal(simulator.stats().points, 3);
  simulator.wipe();
  assert.deepEqual(await pointsPage(simulator), []);
  assert.equal(simulator.stats().points, 0);
});

test('compressed bodies are taken, unless they are not to be', async (t) => {
  const [simulator, send] = await running(t);
  const [id] = await stored(send, 1);
  const zipped = async (body: Uint8Array, encoding = 'gzip') => {
    const response = await fetch(`${simulator.url}/report_data/bulk?resource_id=${id}`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer x',
        'content-type': 'application/json',
        'content-encoding': encoding,
      },
      body,
    });
    return {
      status: response.status,
      created: ((await response.json()) as { entries_created?: number }).entries_created,
    };
  };
  const body = gzipSync(JSON.stringify(hours(0, 24)));
  assert.equal((await zipped(body)).created, 24);
  assert.equal((await zipped(body)).created, 24);
  assert.deepEqual(
    (await pointsPage(simulator)).map(({ points, again, checksum }) => [points, again, checksum]),
    [[24, 24, sumOfHours(0, 24)]],
  );
  assert.equal((await zipped(Buffer.from('[]'))).status, 400);
  // The same bytes, and no JSON.
  assert.equal((await zipped(body, 'identity')).status, 422);
  assert.equal((await zipped(body, 'br')).status, 415);
  simulator.set({ acceptGzip: false });
  assert.equal((await zipped(body)).status, 415);
});

test('a part may be taken only, and a whole be forgotten', async (t) => {
  const [simulator, send] = await running(t, { shortCount: 1 });
  const [id] = await stored(send, 1);
  assert.equal((await bulk(send, id, hours(0, 9))).body.entries_created, 4);
  assert.equal((await pointsPage(simulator))[0]?.checksum, sumOfHours(0, 4));
  simulator.set({ shortCount: 0, forgetRate: 1 });
  assert.equal((await bulk(send, id, hours(4, 9))).body.entries_created, 5);
  assert.equal((await pointsPage(simulator))[0]?.points, 4);
  simulator.set({ forgetRate: 0, dropRate: 1 });
  await assert.rejects(bulk(send, id, hours(0, 9)));
  assert.deepEqual(
    (await pointsPage(simulator)).map(({ points, again }) => [points, again]),
    [[9, 4]],
  );
  assert.deepEqual(simulator.stats().faults, { short: 1, forget: 1, drop: 1 });
});
