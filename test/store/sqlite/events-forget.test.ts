import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { EventState, JournalDispatch, StoredEvent } from '../../../src/store/event-store.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { query, sitesOf, testLoadId } from '../../support/fleet-database.ts';
import { testDatabase } from '../../support/test-database.ts';

const vtn = { url: 'http://vtn-b', profile: 'flex-gateway' };
const sink = 'mqtt';

async function setUp(t: TestContext) {
  const database = testDatabase(t, sitesOf({ Aalborg: 1 }));
  const store = await openStore(database.path);
  t.after(() => store.close());
  return { database, store };
}

const event = (eventId: string, state: EventState, receivedMs = 0): StoredEvent => ({
  eventId,
  programId: null,
  name: null,
  state,
  version: 1,
  body: '{}',
  instructionHash: 'h',
  problem: null,
  anchorMs: 0,
  seed: 's',
  seenBy: null,
  firstReceivedMs: 0,
  receivedMs,
  receivedBy: 'poll',
});

const dispatch = (loadId: string, dueMs: number, ...eventIds: string[]): JournalDispatch => ({
  dispatchId: `${loadId}-${dueMs}`,
  sink,
  loadId,
  instruction: `{"setpoints":["${eventIds}"]}`,
  events: eventIds.map((eventId) => ({ eventId, version: 1 })),
  dueMs,
  untilMs: null,
});

const handOver = (store: Store, ...dispatches: JournalDispatch[]) =>
  store.recordDispatches(
    dispatches.map(({ dispatchId, loadId, dueMs }) => ({
      dispatchId,
      sink,
      loadId,
      dueMs,
      end: 'handed',
      atMs: dueMs,
      reason: null,
    })),
  );

/** As who follows events does it. */
async function forget(store: Store, ms: number, listed: readonly string[] = []) {
  const dispatches = await store.forgetDispatchesBefore(ms);
  const events: string[] = [];
  for (;;) {
    const some = await store.forgetEventsBefore(ms, listed);
    if (some.length === 0) return { events: events.sort(), dispatches };
    events.push(...some.map(({ eventId }) => eventId));
  }
}

const eventsLeft = async (store: Store) => (await store.events()).map(({ eventId }) => eventId);
const dispatchesLeft = (path: string) =>
  query(path, 'SELECT dispatch_id AS id FROM venfleet_dispatches ORDER BY 1').map(({ id }) => id);
const note = (eventId: string, atMs: number) => ({ eventId, version: 1, atMs, what: 'over', detail: {} });

test('what is over for long is forgotten, but not what is in force or open; of what stays the counts do', async (t) => {
  const { database, store } = await setUp(t);
  await store.recordEvents(
    [
      event('current', 'current'),
      event('vanished', 'vanished'),
      event('gone', 'over'),
      event('cancelled', 'cancelled'),
      event('received-since', 'over', 500),
      event('noted-since', 'over'),
      event('due-since', 'over'),
      event('open', 'over'),
      event('shared', 'over'),
      event('in-force', 'over'),
    ],
    [note('gone', 99), note('noted-since', 100), note('in-force', 5)],
  );
  const all = [
    dispatch('l1', 1, 'gone'),
    dispatch('l2', 1, 'gone', 'cancelled'),
    dispatch('l1', 2, 'shared', 'current'),
    dispatch('l1', 3, 'in-force'),
    dispatch('l1', 4, 'in-force'),
    dispatch('l2', 100, 'due-since'),
    dispatch('l2', 101, 'current'),
  ];
  await store.noteDispatches([...all, dispatch('l3', 1, 'open')]);
  for (const one of all) await handOver(store, one);
  await store.recordAnswers([
    {
      eventId: 'gone',
      version: 1,
      venName: 'A',
      kind: 'response',
      answer: 'optIn',
      state: 'sent',
      reason: null,
      atMs: 1,
    },
  ]);
  const gone = ['cancelled', 'gone', 'shared'];
  const counts = (await store.dispatchCounts()).filter(({ eventId }) => !gone.includes(eventId));

  assert.deepEqual(await forget(store, 100), { events: gone, dispatches: 4 });
  const left = ['current', 'due-since', 'in-force', 'noted-since', 'open', 'received-since', 'vanished'];
  assert.deepEqual(await eventsLeft(store), left);
  assert.deepEqual(dispatchesLeft(database.path), ['l1-4', 'l2-100', 'l2-101', 'l3-1']);
  assert.deepEqual(await store.dispatchCounts(), counts, 'what stays is counted as before');
  assert.deepEqual(await store.answers(), []);
  const notes = (await store.eventNotes(undefined)).map(({ eventId, atMs }) => [eventId, atMs]);
  assert.deepEqual(notes, [
    ['in-force', 5],
    ['noted-since', 100],
  ]);
  assert.deepEqual((await store.dispatchesInForce(sink)).map(({ dispatchId }) => dispatchId).sort(), [
    'l1-4',
    'l2-101',
  ]);

  const instead = dispatch('l1', 200, 'current');
  await store.noteDispatches([instead]);
  await handOver(store, instead);
  assert.deepEqual(await forget(store, 100), { events: ['in-force'], dispatches: 1 });
  assert.equal((await eventsLeft(store)).includes('in-force'), false, 'it is in force no more');
  assert.deepEqual(await forget(store, 100), { events: [], dispatches: 0 });
});

test('lines of a word are forgotten where they are old, those of others not', async (t) => {
  const { store } = await setUp(t);
  const line = (what: string, atMs: number) => ({ ...note('runs', atMs), what });
  await store.recordEvents(
    [event('runs', 'current')],
    Array.from({ length: 6_000 }, (_, n) => line('annotated', n)),
  );
  await store.noteOnEvents([line('received', 1), line('reported', 2)]);
  assert.equal(await store.forgetNotesBefore(5_999, 'annotated'), 5_999);
  assert.deepEqual(
    (await store.eventNotes('runs')).map(({ what, atMs }) => [what, atMs]),
    [
      ['received', 1],
      ['reported', 2],
      ['annotated', 5_999],
    ],
  );
});

test('former versions are forgotten once their successor is old, with their answers and notes', async (t) => {
  const { database, store } = await setUp(t);
  const version = (eventId: string, number: number, receivedMs: number, state: EventState) => ({
    ...event(eventId, state, receivedMs),
    ...{ version: number, instructionHash: `h${number}` },
  });
  const noteOn = (eventId: string, number: number, atMs: number) => ({
    ...note(eventId, atMs),
    version: number,
  });
  await store.recordEvents(
    [
      ...[version('runs', 1, 10, 'current'), version('runs', 2, 20, 'current')],
      ...[version('runs', 3, 110, 'current'), version('runs', 4, 120, 'current')],
      ...[version('gone', 1, 10, 'current'), version('gone', 2, 20, 'over')],
    ],
    [...[1, 2, 3, 4].map((n) => noteOn('runs', n, n * 10)), noteOn('gone', 1, 10), noteOn('gone', 2, 20)],
  );
  // A load does still what the first version of the one that is gone asked.
  const still = dispatch('l1', 10, 'gone');
  await store.noteDispatches([still]);
  await handOver(store, still);
  const answer = { venName: 'A', kind: 'response', answer: 'optIn', state: 'sent' as const, reason: null };
  await store.recordAnswers(
    [1, 2, 3, 4].map((n) => ({ ...answer, eventId: 'runs', version: n, atMs: n * 10 })),
  );
  const versionsOf = async (id: string) => (await store.eventVersions(id)).map((one) => one.version);

  assert.deepEqual(await forget(store, 100), { events: ['runs'], dispatches: 0 });
  assert.deepEqual(await versionsOf('runs'), [2, 3, 4], 'the second was in force at that time');
  assert.deepEqual(await versionsOf('gone'), [1, 2], 'the last is not forgotten before the former ones');
  assert.deepEqual(
    (await store.events()).map(({ eventId, state }) => [eventId, state]),
    [
      ['gone', 'over'],
      ['runs', 'current'],
    ],
  );
  const left = async () => [
    (await store.answers('runs')).map((one) => one.version),
    (await store.eventNotes('runs')).map((one) => one.version),
  ];
  assert.deepEqual(await left(), [
    [2, 3, 4],
    [2, 3, 4],
  ]);
  assert.deepEqual(await forget(store, 115), { events: ['runs'], dispatches: 0 });
  assert.deepEqual(await left(), [
    [3, 4],
    [3, 4],
  ]);

  const back = { ...dispatch('l1', 90, 'gone'), instruction: '{"setpoints":[]}' };
  await store.noteDispatches([back]);
  await handOver(store, back);
  assert.deepEqual(await forget(store, 115), { events: ['gone', 'gone'], dispatches: 2 });
  assert.deepEqual(await versionsOf('gone'), []);
  assert.equal(query(database.path, 'SELECT * FROM venfleet_dispatch_asked').length, 0);
});

const emptied = (path: string) =>
  Object.fromEntries(
    ['events', 'event_notes', 'event_answers', 'dispatches', 'in_force', 'instructions'].map((table) => [
      table,
      query(path, `SELECT * FROM venfleet_${table}`).length,
    ]),
  );

test('of an event that the VTN still lists the event and its log stay; of what it came to, the counts', async (t) => {
  const { database, store } = await setUp(t);
  const ids = Array.from({ length: 45 }, (_, n) => `e${n}`);
  await store.recordEvents(
    ids.map((id) => event(id, 'over')),
    ids.map((id) => note(id, 1)),
  );
  const all = ids.map((id, n) => dispatch(`l${n}`, 1 + n, id));
  await store.noteDispatches(all);
  await handOver(store, ...all);
  const taken = ids.map((id, n) => ({
    ...dispatch(`l${n}`, 50 + n, id),
    instruction: '{"setpoints":[]}',
  }));
  await store.noteDispatches(taken);
  await handOver(store, ...taken);
  const counts = await store.dispatchCounts('e7');
  assert.equal(await store.lastDueMs('e7'), 57);

  const { events, dispatches } = await forget(store, 100, ['e7', 'unknown']);
  assert.deepEqual([events.length, dispatches], [44, 90], 'more than one page of events');
  assert.deepEqual(await eventsLeft(store), ['e7']);
  assert.deepEqual(await store.dispatchCounts('e7'), counts);
  assert.equal(await store.lastDueMs('e7'), 57, 'what it asked last is known');
  const rest = { events: 1, event_notes: 1, event_answers: 0, dispatches: 0, in_force: 0, instructions: 0 };
  assert.deepEqual(emptied(database.path), rest, 'what was taken back long ago is in force no more');

  assert.deepEqual(await forget(store, 100), { events: ['e7'], dispatches: 0 });
  assert.deepEqual(emptied(database.path), { ...rest, events: 0, event_notes: 0 });
  for (const table of ['asked', 'events', 'counts'])
    assert.deepEqual(query(database.path, `SELECT * FROM venfleet_dispatch_${table}`), []);
});

test('an event that runs on is not forgotten, what was due of it long ago is; its counts go on', async (t) => {
  const { database, store } = await setUp(t);
  await store.recordEvents([event('runs', 'current')], [note('runs', 1)]);
  // Three at each time for the load: pages begin in the midst of them.
  const days = Array.from({ length: 12_000 }, (_, n) => ({
    ...dispatch('l1', Math.floor(n / 3), 'runs'),
    dispatchId: `d${n}`,
  }));
  await store.noteDispatches(days);
  await handOver(store, ...days);
  assert.deepEqual(await forget(store, 3_990), { events: [], dispatches: 11_970 });
  assert.equal(dispatchesLeft(database.path).length, 30);
  const again = dispatch('l1', 12_000, 'runs');
  await store.noteDispatches([again]);
  await handOver(store, again);
  assert.equal((await store.dispatchCounts('runs'))[0]?.handed, 12_001);
  const stopped = new AbortController();
  stopped.abort();
  assert.equal(await store.forgetDispatchesBefore(20_000, stopped.signal), 0);
});

async function fill(store: Store): Promise<void> {
  const load = testLoadId(0, 'load_0');
  await store.recordEvents([event('a', 'current')], [note('a', 1)]);
  await store.recordPrograms([{ programId: 'p', name: null, body: '{}' }]);
  await store.recordEnrolled('p', [{ loadId: load, vtnResourceId: 'r' }]);
  await store.recordAnswers([
    {
      eventId: 'a',
      version: 1,
      venName: 'A',
      kind: 'response',
      answer: 'optIn',
      state: 'sent',
      reason: null,
      atMs: 1,
    },
  ]);
  const [former, last, open] = [dispatch(load, 1, 'a'), dispatch(load, 2, 'a'), dispatch(load, 3, 'a')];
  await store.noteDispatches([former, last, open]);
  await handOver(store, former, last);
}

async function everything(store: Store) {
  return {
    events: await store.events(),
    programs: await store.programs(),
    notes: await store.eventNotes(undefined),
    answers: await store.answers(),
    enrolled: await store.enrolledLoads(),
    counts: await store.dispatchCounts(),
    open: await store.openDispatches(sink),
    history: await store.dispatchHistory({ eventId: 'a', limit: 9 }),
  };
}

const nothing = {
  events: [],
  programs: [],
  notes: [],
  answers: [],
  enrolled: [],
  counts: [],
  open: [],
  history: [],
};

test('events belong to their VTN; what loads were told last stays, to be taken back', async (t) => {
  const { database, store } = await setUp(t);
  await fill(store);
  await store.moveTo(vtn, { vens: [], maybeThere: true });
  assert.deepEqual(await everything(store), nothing);
  const load = testLoadId(0, 'load_0');
  const last = dispatch(load, 2, 'a');
  assert.deepEqual(await store.dispatchesInForce(sink), [last]);
  const takenBack = { ...dispatch(load, 9, 'a'), instruction: '{"setpoints":[]}' };
  await store.noteDispatches([takenBack]);
  await handOver(store, takenBack);
  assert.deepEqual(await store.dispatchesInForce(sink), [takenBack]);
  assert.equal((await store.dispatchCounts('a'))[0]?.handed, 1);
  assert.deepEqual(await forget(store, 9), { events: [], dispatches: 1 });
  assert.deepEqual(dispatchesLeft(database.path), [`${load}-9`]);
  assert.deepEqual(await forget(store, 100), { events: [], dispatches: 1 });
  assert.deepEqual(emptied(database.path), {
    ...{ events: 0, event_notes: 0, event_answers: 0, dispatches: 0, in_force: 0, instructions: 0 },
  });
});

test('with the fleet goes all that was known of events', async (t) => {
  const { database, store } = await setUp(t);
  await fill(store);
  await store.insertSites([], { replace: true });
  assert.deepEqual(await everything(store), nothing);
  const tables = query(
    database.path,
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND (name LIKE 'venfleet_%dispatch%' OR name IN ('venfleet_in_force', 'venfleet_instructions'))",
  );
  assert.ok(tables.length >= 8);
  for (const { name } of tables)
    assert.deepEqual(query(database.path, `SELECT * FROM ${name}`), [], String(name));
});

test('a fleet that begins anew on another VTN has no events there', async (t) => {
  const { database, store } = await setUp(t);
  const vens = [{ venName: 'Aalborg', vtnVenId: 'v-1' }];
  const first = { url: 'http://vtn-a', profile: 'flex-gateway' };
  await store.recordVens(vens, first);
  await store.recordVtn(first, ['Aalborg']);
  await fill(store);
  await store.recordVens(vens, first);
  assert.deepEqual(await eventsLeft(store), ['a'], 'the same VTN');
  await database.changeLoads({ vtn_resource_id: 'r', registration_status: 'APPROVED' });
  await store.recordVens(vens, vtn);
  assert.deepEqual(await eventsLeft(store), ['a'], 'loads are registered on the former one');
  await database.changeLoads({ vtn_resource_id: null, registration_status: 'PENDING' });
  await store.exclusively({ command: 'events', subject: 'events' }, async () => {
    await assert.rejects(store.recordVens(vens, vtn), { code: 'DB_IN_USE' });
  });
  await store.recordVens(vens, vtn);
  assert.deepEqual(await everything(store), nothing);
  assert.equal((await store.dispatchesInForce(sink)).length, 1);
});

test('who carries out events keeps nobody from registering or reporting, but others from what he would not notice', async (t) => {
  const { store } = await setUp(t);
  const inUse = { code: 'DB_IN_USE' };
  await store.exclusively({ command: 'events', subject: 'events' }, async () => {
    await assert.rejects(
      store.exclusively({ command: 'events', subject: 'events', wait: 'never' }, async () => 1),
      inUse,
    );
    await store.exclusively({ command: 'report live', subject: 'reports' }, async () => 1);
    await store.exclusively({ command: 'register' }, async () => {
      await assert.rejects(store.moveTo(vtn, { vens: undefined, maybeThere: false }), inUse);
      await assert.rejects(store.insertSites([], { replace: true }), inUse);
      await store.insertSites([]);
    });
  });
  assert.equal(await store.countSites(), 1, 'nothing was forgotten');
  await store.moveTo(vtn, { vens: undefined, maybeThere: false });
});
