/**
 * What it takes to forget events for a whole fleet (docs/performance.md), and how long others wait meanwhile: who writes a line of an
 * event's log every few milliseconds, and the event loop. `node bench/forget.ts [--loads N] [--events N] [--kept N] [--drawn]`.
 */
import { statSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { JournalDispatch, StoredEvent } from '../src/store/event-store.ts';
import { openStore } from '../src/store/open-store.ts';
import type { Store } from '../src/store/store.ts';
import { createFleets } from './lib/fleet.ts';

const { values } = parseArgs({
  options: {
    loads: { type: 'string', default: '116412' },
    events: { type: 'string', default: '1' },
    kept: { type: 'string', default: '0' },
    drawn: { type: 'boolean', default: false },
  },
});
const [events, kept] = [Number(values.events), Number(values.kept)];
const sink = 'mqtt';
const spanMs = 10_000;

const over = (eventId: string): StoredEvent => ({
  ...{ eventId, programId: null, name: null, state: 'over', version: 1, body: '{}', instructionHash: 'h' },
  ...{ problem: null, anchorMs: 0, seed: 's', seenBy: null, firstReceivedMs: 0, receivedMs: 0 },
  receivedBy: 'poll',
});

/** The n-th event tells all loads something, and takes it back; `--drawn`: each something of its own. */
async function tellAll(store: Store, loadIds: readonly string[], n: number): Promise<void> {
  const eventId = `e${n}`;
  await store.recordEvents([over(eventId)], []);
  for (const isOff of [false, true]) {
    const asks = (of: number) => [
      { type: 'SIMPLE', values: [2], units: null, eventId, version: 1, fromMs: of },
    ];
    const all = loadIds.map(
      (loadId, of): JournalDispatch => ({
        ...{ dispatchId: `${loadId.slice(0, 14)}${n}${isOff}`, sink, loadId, untilMs: null },
        instruction: JSON.stringify({ setpoints: isOff ? [] : asks(values.drawn ? of : 0) }),
        events: [{ eventId, version: 1 }],
        dueMs: (n + (isOff ? 0.5 : 0)) * spanMs,
      }),
    );
    for (let from = 0; from < all.length; from += 5_000) {
      const part = all.slice(from, from + 5_000);
      await store.noteDispatches(part);
      await store.recordDispatches(
        part.map((one) => ({ ...one, end: 'handed', atMs: one.dueMs, reason: null })),
      );
    }
  }
}

/** How long each line took to be written, milliseconds, until the signal aborts. */
async function writeNow(store: Store, signal: AbortSignal): Promise<number[]> {
  const waits: number[] = [];
  while (!signal.aborted) {
    const startedAt = performance.now();
    await store.noteOnEvents([{ eventId: 'x', version: 1, atMs: 0, what: 'remark', detail: {} }]);
    waits.push(performance.now() - startedAt);
    await sleep(5);
  }
  return waits;
}

/** As who follows events does it. */
async function forget(store: Store, ms: number) {
  const startedAt = performance.now();
  const dispatches = await store.forgetDispatchesBefore(ms);
  let gone = 0;
  for (;;) {
    const { length } = await store.forgetEventsBefore(ms, []);
    gone += length;
    if (length === 0) return { dispatches, events: gone, ms: performance.now() - startedAt };
  }
}

const fleets = createFleets();
const path = await fleets.fresh(Number(values.loads));
const store = await openStore(path);
try {
  await store.exclusively({ command: 'bench', subject: 'events' }, async () => {
    const loadIds: string[] = [];
    for await (const page of store.eventLoads()) loadIds.push(...page.map(({ loadId }) => loadId));
    for (let n = 0; n < events; n++) await tellAll(store, loadIds, n);
    const before = statSync(path).size;
    const delay = monitorEventLoopDelay({ resolution: 1 });
    const done = new AbortController();
    const writing = writeNow(store, done.signal);
    delay.enable();
    const { ms, ...forgotten } = await forget(store, (events - kept) * spanMs);
    delay.disable();
    done.abort();
    const waits = await writing;
    const again = await forget(store, (events - kept) * spanMs);
    const fixed = (value: number) => Number(value.toFixed(1));
    process.stdout.write(
      `${JSON.stringify({
        ...forgotten,
        seconds: Number((ms / 1_000).toFixed(2)),
        longestWaitMs: fixed(Math.max(...waits)),
        loopDelayMs: fixed(delay.max / 1e6),
        toLookMs: fixed(again.ms),
        fileMb: [before, statSync(path).size].map((bytes) => fixed(bytes / 1e6)),
      })}\n`,
    );
  });
} finally {
  await store.close();
  fleets.close();
}
