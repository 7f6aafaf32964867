import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flexGatewayMetering } from '../../../src/profiles/flex-gateway/metering.ts';
import { flexGateway } from '../../../src/profiles/flex-gateway/profile.ts';
import type { Report } from '../../../src/profiles/metering-profile.ts';
import { loadOf, siteRow } from '../../support/load.ts';
import { hour, readingsOf, yearOfReadings } from '../../support/readings.ts';
import { answerOf } from '../../support/wire-answer.ts';

const bulk = flexGatewayMetering();
const live = flexGatewayMetering({ live: true });
const load = loadOf(siteRow());
const from = Date.UTC(2025, 0, 15, 8);

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const reportOf = (profile = bulk, readings = yearOfReadings()): Report => ({
  venName: 'Aalborg',
  reportName: undefined,
  span: { fromMs: from, untilMs: from + readings.startsMs.length * hour },
  parts: [
    {
      resourceRef: profile.resourceRefOf?.(load, 'res/1', 'ven-1') ?? 'res/1',
      encoded: profile.encode(readings),
    },
  ],
});

test('readings go to the gateway in bulk as the contract has them', () => {
  const { bytes, points } = bulk.encode(readingsOf([1_234.5, -20, 0]));
  assert.equal(points, 3);
  assert.equal(
    textOf(bytes),
    '[{"interval_start":"2025-01-15T08:00:00Z","interval_end":"2025-01-15T09:00:00Z","value":1234.5,"quality_code":"GOOD"},' +
      '{"interval_start":"2025-01-15T09:00:00Z","interval_end":"2025-01-15T10:00:00Z","value":-20,"quality_code":"GOOD"},' +
      '{"interval_start":"2025-01-15T10:00:00Z","interval_end":"2025-01-15T11:00:00Z","value":0,"quality_code":"GOOD"}]',
  );
  assert.equal(textOf(bulk.encode(readingsOf([])).bytes), '[]');
});

test('an interval does not reach into the next reading, nor across a gap', () => {
  const times = [from, from + 600_500, from + 5 * hour];
  const body = JSON.parse(textOf(bulk.encode(readingsOf([1, 2, 3], from, times)).bytes));
  assert.deepEqual(
    body.map((one: Record<string, unknown>) => [one.interval_start, one.interval_end]),
    [
      ['2025-01-15T08:00:00Z', '2025-01-15T08:10:00.500Z'],
      ['2025-01-15T08:10:00.500Z', '2025-01-15T09:10:00.500Z'],
      ['2025-01-15T13:00:00Z', '2025-01-15T14:00:00Z'],
    ],
  );
});

test('every number arrives as the number that it is', () => {
  const watts = [
    Number.MAX_VALUE,
    -Number.MIN_VALUE,
    -2.2250738585072014e-308,
    0.1 + 0.2,
    1e21,
    123_456_789.987,
  ];
  const body = JSON.parse(textOf(bulk.encode(readingsOf(watts)).bytes));
  assert.deepEqual(
    body.map(({ value }: { value: number }) => value),
    watts,
  );
});

test('what is encoded is of its own: it stays as it is when more is encoded', () => {
  const first = bulk.encode(readingsOf([1]));
  const before = textOf(first.bytes);
  bulk.encode(yearOfReadings());
  assert.equal(textOf(first.bytes), before);
  assert.equal(first.bytes.byteLength, first.bytes.buffer.byteLength);
});

test("a load's history is one request, in the name of its VEN", () => {
  const report = reportOf();
  const request = bulk.report(report);
  assert.equal(request.path, '/report_data/bulk?resource_id=res%2F1&batch_size=5000');
  assert.deepEqual([request.method, request.as], ['POST', 'Aalborg']);
  assert.equal(request.body, report.parts[0]?.encoded.bytes);
  assert.equal(bulk.overheadOf(report, ['res/1']), 0);
});

test('a success counts only where the gateway took as many readings as it was sent', () => {
  const report = reportOf();
  const read = (status: number, body: unknown, more = {}) =>
    bulk.readReport(report, answerOf(status, body, more));
  assert.deepEqual(read(201, { entries_created: 8_739, report_id: 'r1' }), { kind: 'created', id: 'r1' });
  assert.deepEqual(read(200, { entries_created: '8739' }), { kind: 'created', id: 'res/1' });
  assert.deepEqual(read(201, { entries_created: 5_000 }), {
    kind: 'refused',
    status: 201,
    reason: 'HTTP 201: took 5,000 of 8,739 readings',
  });
  assert.equal(read(201, { message: 'ok' }).kind, 'nonsense');
  assert.equal(read(200, '<html>', { contentType: 'text/html' }).kind, 'nonsense');
});

test('a refusal is read as those of registration are; 413 is for the size', () => {
  const read = (status: number, body: unknown = {}) => bulk.readReport(reportOf(), answerOf(status, body));
  assert.deepEqual(read(413, { detail: 'too large' }), {
    kind: 'refused',
    status: 413,
    reason: 'HTTP 413: too large',
    isTooLarge: true,
  });
  assert.deepEqual(read(422, { detail: [{ loc: ['body', 0, 'value'], msg: 'not a number' }] }), {
    kind: 'refused',
    status: 422,
    reason: 'HTTP 422: body.0.value: not a number',
  });
  assert.equal(read(404).kind, 'refused');
  assert.equal(read(409).kind, 'exists');
  assert.equal(read(500).kind, 'ambiguous');
  assert.equal(read(429).kind, 'throttled');
});

test('a reading as it comes is a report of its own, in kW', () => {
  const report = reportOf(live, readingsOf([1_234.1]));
  const request = live.report(report);
  assert.deepEqual([request.method, request.path, request.as], ['POST', '/reports', 'Aalborg']);
  assert.deepEqual(JSON.parse(String(request.body)), {
    report_name: 'res/1_1736928000000',
    ven_id: 'ven-1',
    resource_id: 'res/1',
    client_name: 'Client_Aalborg',
    report_type: 'usage',
    reading_type: 'power',
    start: '2025-01-15T08:00:00Z',
    duration: 'PT0S',
    intervals: [{ id: 0, payloads: [{ type: 'USAGE', values: [1.2341] }] }],
    resources: [{ resource_name: 'Hotel ABC - Water Heater' }],
    load_component: 'load_1',
  });
  const [part] = report.parts;
  const told =
    live.overheadOf(report, [part?.resourceRef as string]) + (part?.encoded.bytes.length as number);
  assert.equal(told, String(request.body).length);
});

test('of several readings, the one that counts live is the last', () => {
  const { bytes, points } = live.encode(readingsOf([1_000, 2_000]));
  assert.equal(points, 1);
  assert.match(textOf(bytes), /"start":"2025-01-15T09:00:00Z".*"values":\[2\]/);
  assert.equal(live.encode(readingsOf([])).points, 0);
});

test('the answer to a reading is its status', () => {
  const report = reportOf(live, readingsOf([1]));
  const read = (status: number, body: unknown = '') => live.readReport(report, answerOf(status, body));
  assert.deepEqual(read(201, { id: 'rep-1' }), { kind: 'created', id: 'rep-1' });
  assert.deepEqual(read(200), { kind: 'created', id: 'res/1' });
  assert.equal(read(200, '<!doctype html>').kind, 'nonsense');
  assert.equal(read(422).kind, 'refused');
});

test('the profile offers it, and what was sent in one form says nothing of the other', async () => {
  const [one, other] = [await flexGateway.jobs.metering({}), await flexGateway.jobs.metering({ live: true })];
  assert.deepEqual([one.kind, one.mostPoints], ['bulk', 50_000]);
  assert.deepEqual([other.kind, other.mostPoints], ['live', 1]);
  assert.equal(one.reportNameOf({ venName: 'Aalborg', span: reportOf().span, loadIds: [] }), undefined);
});
