import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dateTime, duration } from '../../src/openadr/schemas/common.ts';
import * as v30 from '../../src/openadr/schemas/v30.ts';
import * as v31 from '../../src/openadr/schemas/v31.ts';
import { samples30, samples31 } from './samples.ts';

test('durations have units, each once and in order', () => {
  for (const good of ['PT1H', '-PT5M', 'P1W', 'P9999Y', 'P0Y0M0DT1H0M0.5S', 'P1DT12H', 'PT0S', 'P0.5D']) {
    assert.ok(duration.safeParse(good).success, good);
  }
  for (const bad of [
    '',
    'P',
    'PT',
    'P1',
    'PT5',
    'P1DT',
    'PT1S1H',
    'P1H',
    'PT1D',
    'P1.D',
    'P1Y2',
    '1H',
    'PT1H ',
  ]) {
    assert.ok(!duration.safeParse(bad).success, bad);
  }
});

test('dates and times can be', () => {
  for (const good of [
    ...['2023-06-15T09:30:00Z', '2023-06-15t09:30:00.123+02:00', '2023-06-15 09:30', '2016-12-31T23:59:60Z'],
    ...['0001-01-01', '0001-01-01T00:00:00', '0000-00-00', '0000-00-00T00:00:00Z', '2023-06-15T24:00:00Z'],
  ]) {
    assert.ok(dateTime.safeParse(good).success, good);
  }
  for (const bad of [
    ...['2023-13-45T99:99:99Z', '2023-00-10', '2023-01-32', '2023-01-01T25:00:00Z', '2023-01-01T10:60:00Z'],
    ...['2023-01-01T10:00:61Z', '2023-01-01T10:00:00+99:00', '2023-01-01T', 'yesterday'],
  ]) {
    assert.ok(!dateTime.safeParse(bad).success, bad);
  }
});

test("a program's descriptor without a kind is a report's where it says what only reports do", () => {
  const payloadDescriptors = [
    { payloadType: 'USAGE', readingType: 'DIRECT_READ', units: 'KWH', accuracy: 0.5, confidence: 90 },
    { payloadType: 'PRICE', currency: 'DKK' },
    { payloadType: 'SIMPLE' },
  ];
  for (const { payloadDescriptors: read } of [
    v30.program.parse({ ...samples30.programs, payloadDescriptors }),
    v31.program.parse({ ...samples31.programs, payloadDescriptors }),
  ]) {
    assert.deepEqual(read, [
      { ...payloadDescriptors[0], objectType: 'REPORT_PAYLOAD_DESCRIPTOR' },
      { objectType: 'EVENT_PAYLOAD_DESCRIPTOR', payloadType: 'PRICE', units: null, currency: 'DKK' },
      { objectType: 'EVENT_PAYLOAD_DESCRIPTOR', payloadType: 'SIMPLE', units: null, currency: null },
    ]);
  }
});
