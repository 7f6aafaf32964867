import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { EventNote, StoredAnswer, StoredEvent } from '../../../src/store/event-store.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { sitesOf } from '../../support/fleet-database.ts';
import { testDatabase } from '../../support/test-database.ts';

async function setUp(t: TestContext) {
  const { path } = testDatabase(t, sitesOf({ Aalborg: 1 }));
  const store = await openStore(path);
  t.after(() => store.close());
  return { path, store };
}

const event = (eventId: string, more: Partial<StoredEvent> = {}): StoredEvent => ({
  eventId,
  programId: 'p',
  name: 'Spidslast',
  state: 'current',
  version: 1,
  body: '{"id":"\\u0000"}',
  instructionHash: 'h',
  problem: null,
  anchorMs: 1_000,
  seed: 's',
  seenBy: null,
  firstReceivedMs: 1_000,
  receivedMs: 1_000,
  receivedBy: 'poll',
  ...more,
});

const note = (eventId: string, atMs: number, more: Partial<EventNote> = {}): EventNote => ({
  eventId,
  version: 1,
  atMs,
  what: 'received',
  detail: { by: 'poll', loads: 3, nested: ['æ', null] },
  ...more,
});

test('events are kept by version, and read as they were last received', async (t) => {
  const { path, store } = await setUp(t);
  const late = event('a', { firstReceivedMs: 5_000, seenBy: ['Aalborg', 'Skagen'], problem: 'no intervals' });
  const [one, two] = [
    event('b'),
    event('b', { version: 2, instructionHash: 'h2', programId: null, name: null }),
  ];
  await store.exclusively({ command: 'events', subject: 'events' }, async () => {
    await store.recordEvents([late, one], [note('a', 5_000)]);
    // Not waited for: it is stored all the same.
    void store.recordEvents([two], [note('b', 6_000, { version: 2 })]);
  });
  const other = await openStore(path, { readOnly: true });
  t.after(() => other.close());
  assert.deepEqual(await other.events(), [two, late]);
  assert.deepEqual(await other.eventVersions('b'), [one, two]);
  assert.deepEqual(await other.eventVersions('x'), []);
  await store.recordEvents(
    [
      { ...one, state: 'over' },
      { ...two, state: 'cancelled', receivedMs: 9_000 },
    ],
    [],
  );
  assert.deepEqual(await other.events(['current', 'vanished']), [late]);
  assert.deepEqual(await other.events(['over']), [], 'a former version does not count');
  assert.deepEqual(await other.events(['cancelled']), [{ ...two, state: 'cancelled', receivedMs: 9_000 }]);
  assert.deepEqual(await other.events([]), []);
  await store.recordEvents([late, { ...late, state: 'vanished' }], []);
  assert.equal((await other.events())[1]?.state, 'vanished', 'of one batch the last');
  await store.recordEvents([], []);
});

test('events and their notes are stored together or not at all', async (t) => {
  const { store } = await setUp(t);
  const unfit = { ...note('a', 1), what: null as unknown as string };
  await assert.rejects(store.recordEvents([event('a')], [unfit]), { code: 'DB_FAILED' });
  assert.deepEqual(await store.events(), []);
  assert.deepEqual(await store.eventNotes(undefined), []);
});

test('notes are read in order of time, the latest of them where there is a limit', async (t) => {
  const { store } = await setUp(t);
  const [a1, b2, a3] = [
    note('a', 1),
    note('b', 2, { version: null, what: 'refused', detail: {} }),
    note('a', 3),
  ];
  const sameTime = note('a', 3, { what: 'resolved' });
  await store.noteOnEvents([a3, sameTime, a1]);
  await store.noteOnEvents([b2]);
  await store.noteOnEvents([]);
  assert.deepEqual(await store.eventNotes('a'), [a1, a3, sameTime]);
  assert.deepEqual(await store.eventNotes(undefined), [a1, b2, a3, sameTime]);
  assert.deepEqual(await store.eventNotes(undefined, 2), [a3, sameTime]);
  assert.deepEqual(await store.eventNotes('a', 1), [sameTime]);
});

test('programs take the place of those that were there', async (t) => {
  const { store } = await setUp(t);
  const program = (programId: string) => ({ programId, name: null, body: '{}' });
  await store.recordPrograms([program('p'), program('q')]);
  await store.recordPrograms([program('r'), { ...program('q'), name: 'Q' }]);
  assert.deepEqual(await store.programs(), [{ ...program('q'), name: 'Q' }, program('r')]);
  await store.recordPrograms([]);
  assert.deepEqual(await store.programs(), []);
});

test('of what was said to an event, the last counts', async (t) => {
  const { store } = await setUp(t);
  const answer = (more: Partial<StoredAnswer> = {}): StoredAnswer => ({
    eventId: 'a',
    version: 1,
    venName: 'Aalborg',
    kind: 'response',
    answer: 'optIn',
    state: 'sending',
    reason: null,
    atMs: 1,
    ...more,
  });
  const others = [answer({ version: 2 }), answer({ venName: 'Skagen' }), answer({ kind: 'report' })];
  await store.recordAnswers([answer(), ...others, answer({ eventId: 'b' })]);
  const failed = answer({ state: 'failed', reason: 'HTTP 500', atMs: 3, answer: 'optOut' });
  await store.recordAnswers([answer({ state: 'sent', atMs: 2 }), failed]);
  await store.recordAnswers([]);
  assert.deepEqual(await store.answers('a'), [others[2], failed, others[1], others[0]]);
  assert.equal((await store.answers()).length, 5);
});

test('enrolled loads are known by program, under the last id', async (t) => {
  const { store } = await setUp(t);
  await store.recordEnrolled('p', [
    { loadId: 'l2', vtnResourceId: 'r2' },
    { loadId: 'l1', vtnResourceId: 'r1' },
  ]);
  await store.recordEnrolled('q', [{ loadId: 'l1', vtnResourceId: 'r1' }]);
  await store.recordEnrolled('p', [{ loadId: 'l1', vtnResourceId: 'r9' }]);
  await store.recordEnrolled('p', []);
  const ofP = [
    { programId: 'p', loadId: 'l1', vtnResourceId: 'r9' },
    { programId: 'p', loadId: 'l2', vtnResourceId: 'r2' },
  ];
  assert.deepEqual(await store.enrolledLoads('p'), ofP);
  assert.deepEqual(await store.enrolledOf('p', ['l1', 'l3']), [{ loadId: 'l1', vtnResourceId: 'r9' }]);
  assert.deepEqual(await store.enrolledOf('q', ['l2']), []);
  assert.deepEqual(await store.enrolledLoads(), [
    ...ofP,
    { programId: 'q', loadId: 'l1', vtnResourceId: 'r1' },
  ]);
});

test('a store that was opened to be read stores nothing of events', async (t) => {
  const { path } = await setUp(t);
  const store = await openStore(path, { readOnly: true });
  t.after(() => store.close());
  const unwritable = { code: 'NOT_WRITABLE' };
  await assert.rejects(store.recordEvents([event('a')], []), unwritable);
  await assert.rejects(store.recordPrograms([]), unwritable);
  await assert.rejects(store.noteOnEvents([note('a', 1)]), unwritable);
  await assert.rejects(store.noteDispatches([]), unwritable);
  await assert.rejects(store.recordDispatches([]), unwritable);
  await assert.rejects(store.forgetEventsBefore(0, []), unwritable);
  await assert.rejects(store.recordAnswers([]), unwritable);
  await assert.rejects(store.recordEnrolled('p', []), unwritable);
  await assert.rejects(
    store.exclusively({ command: 'events', subject: 'events' }, async () => 1),
    unwritable,
  );
});
