import assert from 'node:assert/strict';
import { test } from 'node:test';
import { report as report30 } from '../../../src/openadr/schemas/v30.ts';
import { report as report31 } from '../../../src/openadr/schemas/v31.ts';
import type { MeteringOptions, MeteringProfile, Report } from '../../../src/profiles/metering-profile.ts';
import { openAdr30 } from '../../../src/profiles/openadr-3.0/profile.ts';
import { openAdr31 } from '../../../src/profiles/openadr-3.1/profile.ts';
import { loadOf, siteRow } from '../../support/load.ts';
import { hour, readingsOf } from '../../support/readings.ts';
import { answerOf } from '../../support/wire-answer.ts';

const anchor = { programId: 'prog-1', eventId: 'event-1' };
const v30 = await openAdr30.jobs.metering({ anchor });
const v31 = await openAdr31.jobs.metering({ anchor });
const from = Date.UTC(2025, 0, 15, 8);
const load = loadOf(siteRow());
const other = loadOf(siteRow({}, { loadName: 'Køling', component: 'load_2' }));

function reportOf(profile: MeteringProfile, ...watts: number[][]): Report {
  const span = { fromMs: from, untilMs: from + 2 * hour };
  return {
    venName: 'Ålborg',
    reportName: profile.reportNameOf({ venName: 'Ålborg', span, loadIds: ['a', 'b'] }),
    span,
    parts: watts.map((these, n) => ({
      resourceRef: profile.resourceRefOf?.(n === 0 ? load : other, 'ignored', undefined) ?? '',
      encoded: profile.encode(readingsOf(these)),
    })),
  };
}
const bodyOf = (profile: MeteringProfile, report: Report) =>
  JSON.parse(Buffer.concat(profile.report(report).body as Uint8Array[]).toString());
/** What a VTN adds to a report: with it, the report must be what the schema says. */
const stored = {
  id: 'rep-1',
  createdDateTime: '2025-01-15T08:00:00Z',
  modificationDateTime: '2025-01-15T08:00:00Z',
};

test('the loads of a VEN are told in one report, as the documents of either version have it', () => {
  const report = reportOf(v31, [1_000, 2_000], [-500, 0]);
  const body = bodyOf(v31, report);
  assert.deepEqual(body, {
    objectType: 'REPORT',
    eventID: 'event-1',
    clientName: 'Ålborg',
    reportName: report.reportName,
    payloadDescriptors: [
      {
        objectType: 'REPORT_PAYLOAD_DESCRIPTOR',
        payloadType: 'USAGE',
        readingType: 'DIRECT_READ',
        units: 'KWH',
      },
      {
        objectType: 'REPORT_PAYLOAD_DESCRIPTOR',
        payloadType: 'READING',
        readingType: 'DIRECT_READ',
        units: 'KW',
      },
    ],
    resources: [
      {
        resourceName: 'Hotel ABC - Water Heater',
        intervalPeriod: { start: '2025-01-15T08:00:00Z', duration: 'PT1H' },
        intervals: [
          { id: 0, payloads: [{ type: 'USAGE', values: [1] }] },
          { id: 1, payloads: [{ type: 'USAGE', values: [2] }] },
        ],
      },
      {
        resourceName: 'Hotel ABC - Køling',
        intervalPeriod: { start: '2025-01-15T08:00:00Z', duration: 'PT1H' },
        intervals: [
          { id: 0, payloads: [{ type: 'READING', values: [-0.5] }] },
          { id: 1, payloads: [{ type: 'USAGE', values: [0] }] },
        ],
      },
    ],
  });
  report31.parse({ ...body, ...stored, clientID: 'aalborg' });
  const older = bodyOf(v30, reportOf(v30, [1_000], []));
  assert.deepEqual([older.programID, older.eventID], ['prog-1', 'event-1']);
  report30.parse({ ...older, ...stored });
  report31.parse({ ...bodyOf(v31, reportOf(v31)), ...stored, clientID: 'aalborg' });
});

test('it is sent in the name of the VEN, also where business logic registered it', () => {
  const { method, path, as } = v31.report(reportOf(v31, [1]));
  assert.deepEqual([method, path, as], ['POST', '/reports', 'Ålborg']);
});

test('how large a report will be is known beforehand, to the byte', () => {
  for (const profile of [v30, v31]) {
    for (const watts of [[], [[1, 2]], [[1], [2, 3]]]) {
      const report = reportOf(profile, ...watts);
      const refs = report.parts.map(({ resourceRef }) => resourceRef);
      const told = report.parts.reduce((sum, { encoded }) => sum + encoded.bytes.length, 0);
      const { body } = profile.report(report);
      assert.equal(profile.overheadOf(report, refs) + told, Buffer.concat(body as Uint8Array[]).length);
    }
  }
});

test('what was sent of other measures, or under another event, says nothing of this', async () => {
  const kindOf = async (options: MeteringOptions) => (await openAdr31.jobs.metering(options)).kind;
  assert.equal(v31.kind, 'USAGE@event-1');
  assert.equal(await kindOf({ anchor, measures: ['READING', 'USAGE', 'READING'] }), 'USAGE+READING@event-1');
  assert.equal(await kindOf({ anchor: { ...anchor, eventId: 'e2' }, measures: [] }), 'USAGE@e2');
});

test('without an event to file them under, no report is made', async () => {
  await assert.rejects(openAdr30.jobs.metering({}), { code: 'REPORT_ANCHOR' });
});

const report = reportOf(v31, [1, 2], [3, 4]);
const read = (status: number, body: unknown) => v31.readReport(report, answerOf(status, body));
const shown = () => ({ ...bodyOf(v31, report), ...stored, clientID: 'c' });

test('a success counts only where the answer shows all readings, if it shows any', () => {
  assert.deepEqual(read(201, shown()), { kind: 'created', id: 'rep-1' });
  assert.deepEqual(read(201, JSON.stringify(shown(), null, 2)), { kind: 'created', id: 'rep-1' });
  assert.deepEqual(read(201, { id: 'rep-1' }), { kind: 'created', id: 'rep-1' });
  const body = shown();
  body.resources[1].intervals.pop();
  assert.deepEqual(read(201, body), {
    kind: 'refused',
    status: 201,
    reason: 'HTTP 201: took 3 of 4 readings',
  });
  assert.equal(read(201, { ...shown(), resources: [] }).kind, 'refused');
  assert.equal(read(201, {}).kind, 'nonsense');
  assert.equal(read(201, { ...shown(), reportName: 'another' }).kind, 'exists');
});

test('a name that is taken is looked up; an unknown event is a refusal; too large is told as such', () => {
  assert.equal(read(409, { title: '409 Conflict' }).kind, 'exists');
  assert.deepEqual(read(409, { detail: 'A foreign key constraint is violated' }), {
    kind: 'refused',
    status: 409,
    reason: 'HTTP 409: the VTN does not know event event-1; "venfleet report prepare" finds or makes one',
  });
  const notFound = read(404, { title: '404 Not Found' });
  assert.ok(notFound.kind === 'refused');
  assert.match(notFound.reason, /^HTTP 404: the VTN does not know event event-1, or not for this VEN; /);
  assert.match(v31.likelyCause?.(notFound.reason) ?? '', /"venfleet report prepare" makes another/);
  assert.equal(v31.likelyCause?.('HTTP 400: missing field'), undefined);
  const tooLarge = [
    read(413, 'Payload Too Large'),
    read(400, { detail: 'Failed to buffer the request body: length limit exceeded' }),
  ];
  for (const outcome of tooLarge) assert.ok(outcome.kind === 'refused' && 'isTooLarge' in outcome);
  const plain = read(400, { detail: 'missing field' });
  assert.ok(plain.kind === 'refused' && !('isTooLarge' in plain));
  assert.equal(read(503, '').kind, 'ambiguous');
  assert.equal(read(429, '').kind, 'throttled');
});

test('a report whose answer was lost is found among those of its VEN and event', () => {
  const { page, readPage } = v31.lookUp ?? assert.fail();
  assert.deepEqual(page('Ålborg', 4), {
    method: 'GET',
    path: '/reports?eventID=event-1&clientName=%C3%85lborg&skip=4&limit=2',
    as: 'Ålborg',
  });
  assert.deepEqual(readPage(answerOf(200, [shown(), { id: 'r2', resources: [{}, null] }])), {
    kind: 'done',
    value: [
      { id: 'rep-1', reportName: report.reportName, points: 4 },
      { id: 'r2', reportName: undefined, points: 0 },
    ],
  });
  assert.equal(readPage(answerOf(200, [{}])).kind, 'failed');
  assert.equal(readPage(answerOf(200, {})).kind, 'failed');
  assert.equal(readPage(answerOf(403, '')).kind, 'refused');
});

test('a report is replaced as a whole, and that counts like a new one', () => {
  const { replace, readReplace } = v31.lookUp ?? assert.fail();
  const request = replace('a/b', report);
  assert.deepEqual([request.method, request.path, request.as], ['PUT', '/reports/a%2Fb', 'Ålborg']);
  assert.deepEqual(request.body, v31.report(report).body);
  assert.deepEqual(readReplace(report, answerOf(200, shown())), { kind: 'done', value: null });
  const body = { ...shown(), resources: [] };
  assert.equal(readReplace(report, answerOf(200, body)).kind, 'refused');
  assert.equal(readReplace(report, answerOf(404, '')).kind, 'refused');
  assert.equal(readReplace(report, answerOf(500, '')).kind, 'failed');
});
