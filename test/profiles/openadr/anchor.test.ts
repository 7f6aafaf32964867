import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WireRequest } from '../../../src/openadr/http/transport.ts';
import { event as event30, program as program30 } from '../../../src/openadr/schemas/v30.ts';
import { event as event31, program as program31 } from '../../../src/openadr/schemas/v31.ts';
import { defaultAnchorNames } from '../../../src/profiles/anchor-profile.ts';
import { openAdr30 } from '../../../src/profiles/openadr-3.0/profile.ts';
import { openAdr31 } from '../../../src/profiles/openadr-3.1/profile.ts';
import { answerOf } from '../../support/wire-answer.ts';

const v30 = await openAdr30.jobs.anchor({});
const v31 = await openAdr31.jobs.anchor({ measures: ['DEMAND'] });
const names = { programName: 'Meters', eventName: 'History' };
const now = '2025-01-15T08:00:00Z';
const stored = { id: 'x1', createdDateTime: now, modificationDateTime: now };
const bodyOf = ({ body }: WireRequest) => JSON.parse(String(body));

test('an event asks for reports whenever the VEN sees fit, as the documents of 3.1 have it', () => {
  const program = bodyOf(v31.program(names).create());
  assert.equal(program31.parse({ ...program, ...stored }).programName, 'Meters');
  const event = bodyOf(v31.event(names, 'p1').create());
  event31.parse({ ...event, ...stored });
  assert.deepEqual(event, {
    objectType: 'EVENT',
    programID: 'p1',
    eventName: 'History',
    reportDescriptors: [
      { payloadType: 'READING', readingType: 'DIRECT_READ', units: 'KW' },
      { payloadType: 'DEMAND', readingType: 'MEAN', units: 'KW' },
    ].map((one) => ({ ...one, frequency: 0, repeat: -1, reportIntervals: 'OPEN_INTERVALS' })),
  });
});

test('in 3.0 it has the interval that it must have, and no end', () => {
  program30.parse({ ...bodyOf(v30.program(defaultAnchorNames).create()), ...stored });
  const event = bodyOf(v30.event(names, 'p1').create());
  event30.parse({ ...event, ...stored });
  assert.deepEqual(event.intervals, [{ id: 0, payloads: [{ type: 'REQUIRED_BUT_NOT_USED', values: [0] }] }]);
  assert.equal(event.intervalPeriod.duration, 'P9999Y');
  assert.ok(!('reportIntervals' in event.reportDescriptors[0]));
});

test('it is looked for before it is made, page by page until one brings nothing new', () => {
  const { trace, find, readFind } = v31.program(names);
  assert.equal(trace, 'was-there');
  assert.equal(find(0, 50).path, '/programs?skip=50&limit=50');
  assert.equal(v31.event(names, 'p 1').find(0, 0).path, '/events?programID=p%201&skip=0&limit=50');
  const page = answerOf(200, [{ id: 'p1', programName: 'Others' }]);
  assert.deepEqual(readFind(page, undefined, 0), { kind: 'next-page', skip: 1 });
  // A VTN that takes no notice of `skip`.
  assert.deepEqual(readFind(page, undefined, 1), { kind: 'absent' });
  assert.deepEqual(readFind(answerOf(200, []), undefined, 1), { kind: 'absent' });
  const with2 = answerOf(200, [
    { id: 'p2', programName: 'Meters' },
    { id: 'p3', programName: 'Meters', objectType: 'PROGRAM' },
    { id: 'p0', programName: 'Meters', objectType: 'EVENT' },
  ]);
  assert.deepEqual(readFind(with2, undefined, 0), { kind: 'found', id: 'p2' });
  assert.equal(readFind(answerOf(503, ''), undefined, 0).kind, 'failed');
});

test("another program's event of that name is not ours", () => {
  const { readFind, readCreate } = v31.event(names, 'p1');
  const other = { id: 'e1', eventName: 'History', programID: 'p2' };
  assert.deepEqual(readFind(answerOf(200, [other]), undefined, 0), { kind: 'next-page', skip: 1 });
  assert.equal(readCreate(answerOf(201, other)).kind, 'exists');
  assert.deepEqual(readCreate(answerOf(201, { ...other, programID: 'p1' })), { kind: 'created', id: 'e1' });
  assert.equal(readCreate(answerOf(409, '')).kind, 'exists');
});

test('a program or event of an id is there where the VTN shows that very one', () => {
  const { request, read } = v31.eventOfId('e/1');
  assert.deepEqual(request, { method: 'GET', path: '/events/e%2F1' });
  const event = { ...stored, id: 'e/1', eventName: 'History', programID: 'p1' };
  assert.deepEqual(read(answerOf(200, event)), {
    kind: 'done',
    value: { name: 'History', programId: 'p1' },
  });
  for (const status of [404, 410])
    assert.deepEqual(read(answerOf(status, { status })), { kind: 'done', value: undefined });
  assert.equal(read(answerOf(200, { ...event, id: 'e2' })).kind, 'refused');
  assert.equal(read(answerOf(403, { status: 403 })).kind, 'refused');
  assert.equal(read(answerOf(503, '')).kind, 'failed');
  const program = answerOf(200, { ...stored, programName: 'Meters' });
  assert.deepEqual(v30.programOfId('x1').read(program), {
    kind: 'done',
    value: { name: 'Meters', programId: undefined },
  });
});
