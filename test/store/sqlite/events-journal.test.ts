/*
 * The journal of dispatches against a model of it, over a real file that is closed and opened between.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type {
  DispatchCounts,
  DispatchEnd,
  DispatchResult,
  JournalDispatch,
} from '../../../src/store/event-store.ts';
import { dispatchEnds } from '../../../src/store/event-store.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { sitesOf } from '../../support/fleet-database.ts';
import { casesOf } from '../../support/properties.ts';
import { testDatabase } from '../../support/test-database.ts';

const events: readonly JournalDispatch['events'][] = [
  [{ eventId: 'e1', version: 1 }],
  [
    { eventId: 'e2', version: 1 },
    { eventId: 'e1', version: 1 },
  ],
  [{ eventId: 'e1', version: 2 }],
];

/** One of a few dispatches, so that they come again; the sinks' names begin with `run`. */
const someDispatch = (run: string) =>
  fc
    .record({
      sink: fc.constantFrom('a', 'b'),
      load: fc.nat(2),
      due: fc.nat(2),
      what: fc.nat(2),
      text: fc.constantFrom('{"setpoints":[]}', '{"setpoints":["é"]}'),
    })
    .map(
      ({ sink, load, due, what, text }): JournalDispatch => ({
        dispatchId: `d${load}${due}${what}`,
        sink: `${run}-${sink}`,
        loadId: `load-${load}`,
        instruction: text,
        events: events[what] as JournalDispatch['events'],
        dueMs: 1_000 * due,
        untilMs: due === 0 ? null : 1_000 * due + 500,
      }),
    );

const someResult = (run: string) =>
  fc
    .tuple(
      someDispatch(run),
      fc.constantFrom(...dispatchEnds),
      fc.nat(3_000),
      fc.option(fc.constantFrom('silent', 'broken')),
    )
    .map(
      ([{ dispatchId, sink, loadId, dueMs }, end, atMs, reason]): DispatchResult => ({
        dispatchId,
        sink,
        loadId,
        dueMs,
        end,
        atMs,
        reason,
      }),
    );

const someSteps = (run: string) =>
  fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.record({ note: fc.array(someDispatch(run), { maxLength: 8 }) }) },
      { weight: 4, arbitrary: fc.record({ record: fc.array(someResult(run), { maxLength: 8 }) }) },
      { weight: 1, arbitrary: fc.constant({ restart: true as const }) },
    ),
    { maxLength: 12 },
  );

type Entry = JournalDispatch & { end: DispatchEnd | null; endMs: number | null; reason: string | null };

function createModel() {
  const entries = new Map<string, Entry>();
  const inForce = new Map<string, Entry>();
  const isHanded = (end: DispatchEnd | null) => end === 'handed' || end === 'late';
  return {
    note(dispatches: readonly JournalDispatch[]) {
      for (const one of dispatches) {
        const key = `${one.sink} ${one.dispatchId}`;
        if (!entries.has(key)) entries.set(key, { ...one, end: null, endMs: null, reason: null });
      }
    },
    record(results: readonly DispatchResult[]) {
      for (const { sink, dispatchId, end, atMs, reason } of results) {
        const entry = entries.get(`${sink} ${dispatchId}`);
        if (!entry || isHanded(entry.end) || (entry.end !== null && !isHanded(end))) continue;
        Object.assign(entry, { end, endMs: atMs, reason });
        if (isHanded(end)) inForce.set(`${sink} ${entry.loadId}`, entry);
      }
    },
    ofSink: (sink: string) => [...entries.values()].filter((one) => one.sink === sink),
    inForce: (sink: string) => [...inForce.values()].filter((one) => one.sink === sink),
    counts(sink: string): DispatchCounts[] {
      const asked = events
        .flat()
        .filter(
          (one, n, all) => all.findIndex((other) => JSON.stringify(other) === JSON.stringify(one)) === n,
        );
      return asked.flatMap(({ eventId, version }) => {
        const own = [...entries.values()].filter(
          (one) =>
            one.sink === sink &&
            one.events.some((event) => event.eventId === eventId && event.version === version),
        );
        const of = (end: DispatchEnd | null) => own.filter((one) => one.end === end).length;
        const lateness = own
          .filter(({ end }) => isHanded(end))
          .map(({ endMs, dueMs }) => Math.max(0, (endMs as number) - dueMs));
        const counts = { open: of(null), handed: of('handed'), late: of('late') };
        const mostLateMs = lateness.length > 0 ? Math.max(...lateness) : null;
        if (own.length === 0) return [];
        return {
          eventId,
          version,
          sink,
          ...counts,
          missed: of('missed'),
          replaced: of('replaced'),
          mostLateMs,
        };
      });
    },
  };
}

const sorted = <T>(all: readonly T[]): T[] =>
  all.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
const asNoted = ({ dispatchId, sink, loadId, instruction, events, dueMs, untilMs }: JournalDispatch) => ({
  dispatchId,
  sink,
  loadId,
  instruction,
  events,
  dueMs,
  untilMs,
});

async function assertSame(store: Store, model: ReturnType<typeof createModel>, sink: string) {
  const noted = model.ofSink(sink);
  const open = noted.filter(({ end }) => end === null);
  assert.deepEqual(sorted(await store.openDispatches(sink)), sorted(open.map(asNoted)), 'open');
  const inForce = sorted(model.inForce(sink).map(asNoted));
  assert.deepEqual(sorted(await store.dispatchesInForce(sink)), inForce, 'in force');
  const counts = (await store.dispatchCounts()).filter((one) => one.sink === sink);
  const expected = model
    .counts(sink)
    .toSorted((a, b) => a.eventId.localeCompare(b.eventId) || a.version - b.version);
  assert.deepEqual(counts, expected, 'counts');
  assert.deepEqual(
    (await store.dispatchCounts('e2')).filter((one) => one.sink === sink),
    expected.filter(({ eventId }) => eventId === 'e2'),
  );
  const history = (await store.dispatchHistory({ loadId: 'load-1', limit: 999 })).filter(
    (one) => one.sink === sink,
  );
  assert.deepEqual(
    history.map(({ dueMs }) => dueMs),
    history.map(({ dueMs }) => dueMs).sort((a, b) => b - a),
    'the latest first',
  );
  assert.deepEqual(sorted(history), sorted(noted.filter(({ loadId }) => loadId === 'load-1')), 'of a load');
  const ofEvent = (await store.dispatchHistory({ eventId: 'e2', limit: 999 })).filter(
    (one) => one.sink === sink,
  );
  assert.deepEqual(
    sorted(ofEvent),
    sorted(noted.filter((one) => one.events.some(({ eventId }) => eventId === 'e2'))),
    'of an event',
  );
}

test('whatever is noted and ended in whatever order, the journal adds up, also after a restart', async (t) => {
  const { path } = testDatabase(t, sitesOf({ Aalborg: 1 }));
  let store = await openStore(path);
  t.after(() => store.close());
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(
      fc
        .nat()
        .map((n) => `run${n}`)
        .chain((run) => fc.tuple(fc.constant(run), someSteps(run))),
      async ([name, steps]) => {
        const run = `${runs++}-${name}`;
        const own = <T extends { sink: string }>(all: readonly T[]) =>
          all.map((one) => ({ ...one, sink: one.sink.replace(name, run) }));
        const model = createModel();
        for (const step of steps) {
          if ('note' in step) {
            model.note(own(step.note));
            await store.noteDispatches(own(step.note));
          } else if ('record' in step) {
            // Two of one batch count as if they came one after the other.
            model.record(own(step.record));
            await store.recordDispatches(own(step.record));
          } else {
            await store.close();
            store = await openStore(path);
          }
        }
        await assertSame(store, model, `${run}-a`);
        await assertSame(store, model, `${run}-b`);
      },
    ),
    { numRuns: casesOf(60) },
  );
});
