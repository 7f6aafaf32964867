import type { TestContext } from 'node:test';
import type { DispatchEnd, StoredEvent } from '../../src/store/event-store.ts';
import { openStore } from '../../src/store/open-store.ts';
import { execute, pythonDatabase, sitesOf, testLoadId } from './fleet-database.ts';

export const t0 = Date.UTC(2030, 0, 1, 10);

const body = (more: object) =>
  JSON.stringify({
    id: 'e1',
    objectType: 'EVENT',
    programID: 'p1',
    intervals: [
      { id: 0, payloads: [{ type: 'SIMPLE', values: [2] }] },
      { id: 1, payloads: [{ type: 'SIMPLE', values: [1] }] },
    ],
    intervalPeriod: { start: '2030-01-01T10:00:00Z', duration: 'PT1H' },
    ...more,
  });

const stored: StoredEvent = {
  eventId: 'e1',
  programId: 'p1',
  name: 'Peak',
  state: 'current',
  version: 1,
  body: body({ targets: ['load_2', 'load_3', 'nobody'] }),
  instructionHash: 'h1',
  problem: null,
  anchorMs: t0 - 3_600_000,
  seed: 's',
  seenBy: null,
  firstReceivedMs: t0 - 3_600_000,
  receivedMs: t0 - 3_600_000,
  receivedBy: 'poll',
};

/**
 * A database of two sites in Aalborg and one in Skagen, whose last load_3 is not registered, after events were followed on an
 * OpenADR 3.1 VTN: `e1` for load_2 and load_3, in its second version, one that goes round for ever, one of an interval without end, and one that cannot be read.
 */
export async function followedEvents(t: TestContext): Promise<string> {
  const path = pythonDatabase(t, sitesOf({ Aalborg: 2, Skagen: 1 }));
  execute(path, "UPDATE loads SET vtn_resource_id = 'r' || id, registration_status = 'APPROVED'");
  execute(
    path,
    `UPDATE loads SET vtn_resource_id = NULL, registration_status = 'PENDING' WHERE load_id = '${testLoadId(2, 'load_3')}'`,
  );
  const store = await openStore(path);
  await store.recordVtn({ url: 'http://localhost:1', profile: 'openadr-3.1' });
  const resolved = (version: number) => ({
    ...{ eventId: 'e1', version, atMs: t0 - 1_000, what: 'resolved' },
    detail: { meant: 6, reached: 5, unmatched: [{ label: 'target', value: 'nobody' }] },
  });
  await store.recordEvents([stored], [resolved(1)]);
  await store.recordEvents(
    [
      { ...stored, version: 2, instructionHash: 'h2' },
      {
        ...{ ...stored, eventId: 'e2', name: null, programId: null, state: 'over' },
        body: JSON.stringify({
          ...{ id: 'e2', objectType: 'EVENT', targets: [{ type: 'WHAT', values: ['x'] }] },
          intervals: [{ id: 0, payloads: [{ type: 'ALERT_OTHER', values: ['now'] }] }],
          ...{ duration: 'P9999Y', intervalPeriod: { start: '2030-01-01T10:00:00Z', duration: 'PT1H' } },
        }),
      },
      {
        ...{ ...stored, eventId: 'e4', name: 'For good' },
        body: body({
          id: 'e4',
          targets: ['load_9'],
          payloadDescriptors: [{ payloadType: 'SIMPLE', units: 'LEVEL' }],
          intervalPeriod: { start: '2030-01-01T10:00:00Z', duration: 'P9999Y' },
        }),
      },
      { ...stored, eventId: 'e3', body: '{"id":"e3","intervals":5}', problem: 'it has no intervals' },
    ],
    [resolved(2), { ...{ eventId: 'e3', version: null, atMs: t0, what: 'remark' }, detail: {} }],
  );
  const ends: (DispatchEnd | null)[] = ['handed', 'handed', 'late', 'missed', 'replaced', null];
  for (const [at, end] of ends.entries()) {
    const one = {
      dispatchId: `d${at}`,
      sink: end ? 'mqtt' : 'file',
      loadId: testLoadId(at % 3, `load_${at < 3 ? 2 : 3}`),
    };
    const setpoint = { type: 'SIMPLE', values: [2], units: null, eventId: 'e1', version: 2, intervalId: 0 };
    await store.noteDispatches([
      {
        ...{ ...one, events: [{ eventId: 'e1', version: at === 0 ? 1 : 2 }], dueMs: t0 },
        untilMs: at === 1 ? null : t0 + 3_600_000,
        instruction: JSON.stringify({ setpoints: [{ ...setpoint, fromMs: t0, untilMs: null }] }),
      },
    ]);
    const reason = end === 'missed' ? 'its time passed before the sink took it' : null;
    if (end)
      await store.recordDispatches([
        { ...one, dueMs: t0, end, atMs: t0 + (end === 'late' ? 5_000 : 100), reason },
      ]);
  }
  const answer = { eventId: 'e1', version: 2, kind: 'response', answer: 'optIn', atMs: t0 - 500 };
  await store.recordAnswers([
    { ...answer, venName: 'Aalborg', state: 'sent', reason: null },
    { ...answer, venName: 'Skagen', state: 'failed', reason: 'HTTP 500' },
  ]);
  await store.close();
  return path;
}
