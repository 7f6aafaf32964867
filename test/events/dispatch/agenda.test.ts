import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAgenda } from '../../../src/events/dispatch/agenda.ts';
import type { Plan } from '../../../src/events/dispatch/plan.ts';
import { at, knownEvent, planOf, registeredStore } from '../known-events.ts';

/** All that an agenda has from a time on, to its end. */
function takeAll(plan: Plan, fromMs: number): { atMs: number; loads: number[] }[] {
  const agenda = createAgenda(plan, fromMs);
  const all = [];
  for (let nextMs = agenda.nextMs(); nextMs !== undefined; nextMs = agenda.nextMs()) {
    assert.equal(agenda.take(nextMs - 1), undefined, 'nothing is due before');
    const due = agenda.take(nextMs);
    assert.equal(due?.atMs, nextMs);
    all.push({ atMs: nextMs, loads: [...(due?.loads ?? [])] });
  }
  assert.equal(agenda.take(Number.MAX_SAFE_INTEGER), undefined);
  return all;
}

test('all loads of an event are due when an interval begins, and when the last one ends', async (t) => {
  const { store } = await registeredStore(t);
  const plan = await planOf(store, [knownEvent('e1', { targets: ['load_1'] })]);
  const meant = [...plan.events[0]!.resolution.loads];
  assert.equal(meant.length, 3);
  const hours = [10, 11, 12, 13];
  assert.deepEqual(
    takeAll(plan, at(9)),
    hours.map((hour) => ({ atMs: at(hour), loads: meant })),
  );
  assert.deepEqual(
    takeAll(plan, at(11)).map(({ atMs }) => atMs),
    [at(12), at(13)],
    'the time from which it begins is past',
  );
});

test('what two events change at one time is due once for each load', async (t) => {
  const { store } = await registeredStore(t);
  const events = [knownEvent('e1', { targets: ['load_1'] }), knownEvent('e2', { targets: ['Aalborg'] })];
  const plan = await planOf(store, events);
  const [first] = takeAll(plan, at(9));
  const both = new Set(plan.events.flatMap(({ resolution }) => [...resolution.loads]));
  assert.equal(both.size, 13);
  assert.deepEqual(first?.loads.toSorted(), [...both].toSorted());
});

test('with drawn starts each load is due at each change of its own, never before it, and again after a restart', async (t) => {
  const { store } = await registeredStore(t);
  const randomizeStart = 'PT10M';
  const intervalPeriod = { start: '2030-01-01T10:00:00Z', duration: 'PT1H', randomizeStart };
  const plan = await planOf(store, [knownEvent('e1', { intervalPeriod })]);
  const all = takeAll(plan, at(9));
  const byLoad = Map.groupBy(
    all.flatMap(({ atMs, loads }) => loads.map((load) => ({ load, atMs }))),
    ({ load }) => load,
  );
  assert.equal(byLoad.size, 18);
  const firsts = new Set<number>();
  for (const [load, times] of byLoad) {
    const own = plan.events[0]!.timelineOfLoad!(load);
    const [first] = times;
    firsts.add(first!.atMs);
    assert.ok(Math.abs(own.startMs! - at(10)) <= 600_000);
    assert.deepEqual(
      times.map(({ atMs }) => own.at(atMs).map(({ values }) => values[0])),
      [[3], [2], [1], []],
      'at each time the load has what begins then',
    );
    for (const [nth, { atMs }] of times.entries()) {
      const exactMs = own.startMs! + nth * 3_600_000;
      assert.ok(atMs >= exactMs && atMs - exactMs < 250, 'on the next quarter of a second');
    }
  }
  assert.ok(firsts.size > 9, 'most have a start of their own');
  assert.deepEqual(
    takeAll(await planOf(store, [knownEvent('e1', { intervalPeriod })]), at(9)),
    all,
    'the same seed draws the same',
  );
  assert.notDeepEqual(
    takeAll(await planOf(store, [knownEvent('e1', { intervalPeriod }, { seed: 'other' })]), at(9)),
    all,
  );
  const half = all[Math.floor(all.length / 2)]!.atMs;
  assert.deepEqual(
    takeAll(plan, half),
    all.filter(({ atMs }) => atMs > half),
    'begun in between, it has the rest',
  );
});
