import assert from 'node:assert/strict';
import { test } from 'node:test';
import { report as report30 } from '../../src/openadr/schemas/v30.ts';
import { report as report31 } from '../../src/openadr/schemas/v31.ts';
import type { EventReport } from '../../src/profiles/events-profile.ts';
import { flexGateway } from '../../src/profiles/flex-gateway/profile.ts';
import { openAdr30 } from '../../src/profiles/openadr-3.0/profile.ts';
import { openAdr31 } from '../../src/profiles/openadr-3.1/profile.ts';
import { answerOf } from '../support/wire-answer.ts';

const v30 = await openAdr30.jobs.events({});
const v31 = await openAdr31.jobs.events({ role: 'VEN' });
const five = Date.UTC(2026, 0, 15, 17);
const report: EventReport = {
  eventId: 'e 1',
  programId: 'p1',
  venName: 'Ålborg',
  reportName: 'ack Ålborg e1 1',
  descriptors: [
    { payloadType: 'ACK', units: null, currency: null, readingType: null },
    { payloadType: 'USAGE', units: 'KWH', currency: null, readingType: 'DIRECT_READ' },
  ],
  resources: [
    {
      resourceName: 'AGGREGATED_REPORT',
      intervals: [
        { id: 0, payloads: [{ type: 'ACK', values: [true] }] },
        {
          id: 1,
          span: { fromMs: five, untilMs: five + 900_000 },
          payloads: [{ type: 'USAGE', values: [1.5] }],
        },
        { id: 2, span: { fromMs: five, untilMs: null }, payloads: [] },
      ],
    },
  ],
};
const stored = {
  id: 'r1',
  createdDateTime: '2026-01-15T17:00:00Z',
  modificationDateTime: '2026-01-15T17:00:00Z',
};

test('a report is said as the documents of either version have it', () => {
  const request = v31.reporting!.report(report).create();
  const body = JSON.parse(String(request.body));
  assert.deepEqual(
    { ...request, body },
    {
      method: 'POST',
      path: '/reports',
      as: 'Ålborg',
      body: {
        objectType: 'REPORT',
        eventID: 'e 1',
        clientName: 'Ålborg',
        reportName: 'ack Ålborg e1 1',
        payloadDescriptors: [
          { objectType: 'REPORT_PAYLOAD_DESCRIPTOR', payloadType: 'ACK' },
          {
            objectType: 'REPORT_PAYLOAD_DESCRIPTOR',
            payloadType: 'USAGE',
            readingType: 'DIRECT_READ',
            units: 'KWH',
          },
        ],
        resources: [
          {
            resourceName: 'AGGREGATED_REPORT',
            intervals: [
              { id: 0, payloads: [{ type: 'ACK', values: [true] }] },
              {
                id: 1,
                intervalPeriod: { start: '2026-01-15T17:00:00Z', duration: 'PT15M' },
                payloads: [{ type: 'USAGE', values: [1.5] }],
              },
              { id: 2, intervalPeriod: { start: '2026-01-15T17:00:00Z', duration: 'P9999Y' }, payloads: [] },
            ],
          },
        ],
      },
    },
  );
  report31.parse({ ...body, ...stored, eventID: 'e1', clientID: 'c1' });
  const body30 = JSON.parse(String(v30.reporting!.report(report).create().body));
  assert.equal(body30.programID, 'p1');
  report30.parse({ ...body30, ...stored, eventID: 'e1' });
});

test('it is sent at once where it surely never was, and found by its name where it may have been', () => {
  const { trace, find, readFind } = v31.reporting!.report(report);
  assert.equal(trace, 'none');
  assert.equal(v31.reporting!.report(report, 'maybe-sent').trace, 'maybe-sent');
  assert.deepEqual(find(0, 2), {
    method: 'GET',
    path: '/reports?eventID=e%201&clientName=%C3%85lborg&skip=2&limit=2',
    as: 'Ålborg',
  });
  const other = { id: 'r0', reportName: 'another', eventID: 'e 1' };
  const foreign = { id: 'r2', reportName: report.reportName, eventID: 'e2' };
  const own = { id: 'r1', reportName: report.reportName, eventID: 'e 1', objectType: 'REPORT' };
  assert.deepEqual(readFind(answerOf(200, [other, foreign]), undefined, 0), { kind: 'next-page', skip: 2 });
  assert.deepEqual(readFind(answerOf(200, [own]), undefined, 2), { kind: 'found', id: 'r1' });
  assert.deepEqual(readFind(answerOf(200, []), undefined, 2), { kind: 'absent' });
});

test('what the VTN answers', () => {
  const { readCreate } = v31.reporting!.report(report);
  const own = { id: 'r1', reportName: report.reportName, eventID: 'e 1' };
  assert.deepEqual(readCreate(answerOf(201, own)), { kind: 'created', id: 'r1' });
  assert.equal(readCreate(answerOf(201, { ...own, eventID: 'e2' })).kind, 'exists');
  assert.equal(readCreate(answerOf(201, {})).kind, 'nonsense');
  assert.equal(readCreate(answerOf(409, { title: 'Conflict' })).kind, 'exists');
  assert.deepEqual(readCreate(answerOf(409, { detail: 'violates foreign key constraint' })), {
    kind: 'refused',
    status: 409,
    reason: 'HTTP 409: the VTN does not know event e 1',
  });
  assert.deepEqual(readCreate(answerOf(404, {})), {
    kind: 'refused',
    status: 404,
    reason: 'HTTP 404: the VTN does not know event e 1, or does not show it to this VEN',
  });
  assert.deepEqual(readCreate(answerOf(403, { title: 'Forbidden', detail: 'requires write_reports' })), {
    kind: 'refused',
    status: 403,
    reason: 'HTTP 403: requires write_reports',
  });
  assert.equal(readCreate(answerOf(503, '')).kind, 'ambiguous');
});

test('each kind of VTN is answered in its own way alone', async () => {
  const flex = await flexGateway.jobs.events({});
  assert.equal(flex.reporting, undefined);
  for (const profile of [v30, v31]) {
    assert.equal(profile.answering, undefined);
    assert.equal(profile.enrolling, undefined);
  }
});
