import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missedWhileAway } from '../../../src/events/dispatch/missed-while-away.ts';
import type { Store } from '../../../src/store/store.ts';
import { testLoadId } from '../../support/fleet-database.ts';
import { at, knownEvent, planOf, registeredStore } from '../known-events.ts';

/** A word to a load about `e1`, due then. */
async function tellOnce(store: Store, dueMs: number) {
  const one = { dispatchId: `d${dueMs}`, sink: 'mqtt', loadId: testLoadId(0, 'load_1'), dueMs };
  const events = [{ eventId: 'e1', version: 1 }];
  await store.noteDispatches([{ ...one, events, untilMs: null, instruction: '{"setpoints":[]}' }]);
  await store.recordDispatches([{ ...one, end: 'handed', atMs: dueMs, reason: null }]);
}

test('spans that began and ended while nobody was there are noted once, with the loads that they were for', async (t) => {
  const { store } = await registeredStore(t);
  const known = knownEvent('e1', { targets: ['load_1'] });
  await store.recordEvents([known.stored], []);
  const { events } = await planOf(store, [known]);
  assert.deepEqual(await missedWhileAway(events, store, at(9, 59)), [], 'nothing was due yet');
  assert.deepEqual(await missedWhileAway(events, store, at(10, 59)), [], 'what goes on is told now');

  const notes = await missedWhileAway(events, store, at(12, 30));
  const because = 'venfleet was not running';
  assert.deepEqual(notes, [
    {
      ...{ eventId: 'e1', version: 1, atMs: at(12, 30), what: 'missed' },
      detail: { spans: 2, loads: 3, sinceMs: at(9), untilMs: at(12, 30), because },
    },
  ]);
  await store.noteOnEvents(notes);
  assert.deepEqual(await missedWhileAway(events, store, at(12, 45)), []);
  assert.deepEqual(
    await missedWhileAway(events, store, at(13, 30)),
    [],
    'the third had begun before, and was told then',
  );
});

test('what a load was told since, or what was heard of later, was not missed', async (t) => {
  const { store } = await registeredStore(t);
  const known = knownEvent('e1');
  await store.recordEvents([known.stored], []);
  const { events } = await planOf(store, [known]);
  await tellOnce(store, at(10));
  const [note] = await missedWhileAway(events, store, at(14));
  assert.deepEqual([note?.detail.spans, note?.detail.sinceMs], [2, at(10)]);
  await tellOnce(store, at(12));
  assert.deepEqual(await missedWhileAway(events, store, at(14)), []);

  const late = knownEvent('e2', {}, { receivedMs: at(11, 30) });
  await store.recordEvents([late.stored], []);
  const missed = await missedWhileAway((await planOf(store, [late])).events, store, at(14));
  assert.deepEqual(
    missed.map(({ detail }) => detail.spans),
    [1],
  );
});

test('of an event that means no load nothing was missed; of one that goes round for ever it is counted so far', async (t) => {
  const { store } = await registeredStore(t);
  const nobodys = knownEvent('e1', { targets: ['nobody'] });
  const second = { start: '2030-01-01T10:00:00Z', duration: 'PT1S' };
  const round = knownEvent('e2', { intervalPeriod: second, duration: 'P9999Y' });
  await store.recordEvents([nobodys.stored, round.stored], []);
  const { events } = await planOf(store, [nobodys, round]);
  const notes = await missedWhileAway(events, store, at(10) + 365 * 86_400_000);
  assert.deepEqual(
    notes.map(({ eventId, detail }) => [eventId, detail.spans]),
    [['e2', 100_000]],
  );
});
