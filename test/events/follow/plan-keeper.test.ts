import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { keepPlan } from '../../../src/events/follow/plan-keeper.ts';
import type { KnownEvent } from '../../../src/events/receive/receiver.ts';
import type { GridProgram } from '../../../src/fleet/grid-event.ts';
import { execute, testLoadId } from '../../support/fleet-database.ts';
import { at, knownEvent, profile, registeredStore } from '../known-events.ts';

/** A keeper of what is known of events, which the test changes; its notes are stored, as `followEvents` does. */
async function keeperOf(t: TestContext, known: readonly KnownEvent[]) {
  const { store, dbPath } = await registeredStore(t);
  const events = new Map<string, KnownEvent>();
  const know = async (...some: readonly KnownEvent[]) => {
    for (const one of some) events.set(one.stored.eventId, one);
    await store.recordEvents(
      some.map(({ stored }) => stored),
      [],
    );
  };
  await know(...known);
  const programs = new Map<string, GridProgram>();
  const create = () =>
    keepPlan({ profile, store, receiver: { events, programs }, venIds: async () => new Map() });
  let keeper = await create();
  const remake = async (nowMs = at(9)) => {
    const { notes, over } = await keeper.remake(nowMs);
    await store.noteOnEvents(notes);
    const said = notes.map(({ eventId, version, what, detail }) => ({ eventId, version, what, ...detail }));
    return { said, over, acting: keeper.plan().events };
  };
  const restart = async () => {
    keeper = await create();
  };
  return { remake, know, restart, dbPath };
}

const resolved = (version: number, meant: number, reached = meant) => ({
  ...{ eventId: 'e1', version, what: 'resolved', meant, reached },
});

test('whom a version means is noted once, and worked out once, until event or fleet change', async (t) => {
  const { remake, know, restart, dbPath } = await keeperOf(t, [knownEvent('e1', { targets: ['load_1'] })]);
  const first = await remake();
  assert.deepEqual(first.said, [resolved(1, 3)]);
  const again = await remake();
  assert.deepEqual(again.said, []);
  assert.equal(again.acting[0], first.acting[0], 'it is kept as it was');
  await restart();
  assert.deepEqual((await remake()).said, [], 'a restart has nothing new to say');

  execute(
    dbPath,
    `UPDATE loads SET registration_status = 'SUSPENDED', updated_at = '2030-01-01' WHERE load_id = '${testLoadId(0, 'load_1')}'`,
  );
  const changed = await remake();
  assert.deepEqual(changed.said, [
    { ...resolved(1, 3, 2), unreachable: { 'not-registered': 0, suspended: 1, disabled: 0 } },
  ]);
  assert.equal(changed.acting[0]?.resolution.loads.length, 2);

  await know(knownEvent('e1', { targets: ['Aalborg', 'nobody'] }, { version: 2, instructionHash: 'h2' }));
  assert.deepEqual((await remake()).said, [
    {
      ...resolved(2, 12, 11),
      unreachable: { 'not-registered': 0, suspended: 1, disabled: 0 },
      unmatched: [{ label: 'target', value: 'nobody' }],
      unmatchedCount: 1,
    },
  ]);
});

test('an event acts while it is on the VTN, or held, and not when it is taken back', async (t) => {
  const { remake, know } = await keeperOf(t, [knownEvent('e1'), knownEvent('e2')]);
  assert.equal((await remake()).acting.length, 2);
  await know(knownEvent('e1', {}, { state: 'vanished' }), knownEvent('e2', {}, { state: 'cancelled' }));
  assert.deepEqual(
    (await remake()).acting.map(({ stored }) => stored.eventId),
    ['e1'],
  );
});

test('an event is over when its last interval has ended for every load, whatever that drew', async (t) => {
  const randomizeStart = 'PT30M';
  const { remake } = await keeperOf(t, [
    knownEvent('e1'),
    knownEvent('e2', {
      intervalPeriod: { start: '2030-01-01T10:00:00Z', duration: 'PT1H', randomizeStart },
    }),
    knownEvent('e3', { intervalPeriod: { start: '2030-01-01T10:00:00Z', duration: 'P9999Y' } }),
  ]);
  assert.deepEqual((await remake(at(13) - 1)).over, []);
  const { over, acting } = await remake(at(13));
  assert.deepEqual(over, ['e1']);
  assert.deepEqual(
    acting.map(({ stored }) => stored.eventId),
    ['e2', 'e3'],
  );
  const ends = [...acting[0]!.resolution.loads].map((load) => acting[0]!.timelineOfLoad!(load).endMs!);
  const lastMs = Math.max(...ends);
  assert.ok(lastMs > at(13) && lastMs <= at(13, 30));
  assert.deepEqual((await remake(lastMs - 1)).over, ['e1']);
  assert.deepEqual((await remake(lastMs)).over, ['e1', 'e2']);
});

test('why an event is not acted on is noted, and takes nothing with it', async (t) => {
  const { remake } = await keeperOf(t, [
    knownEvent('e1', { intervals: 5 }, { problem: 'intervals is no list' }),
    knownEvent('e2'),
  ]);
  const { said, acting } = await remake();
  assert.deepEqual(said, [
    { eventId: 'e1', version: 1, what: 'not-acted-on', problem: 'intervals is no list' },
    { ...resolved(1, 18), eventId: 'e2' },
  ]);
  assert.equal(acting.length, 1);
});
