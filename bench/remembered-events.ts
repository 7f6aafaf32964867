/**
 * How much memory an event takes that is remembered and over (docs/performance.md), by its number of intervals:
 * `node --expose-gc bench/remembered-events.ts [--events N]`.
 */
import { parseArgs } from 'node:util';
import { createReceiver } from '../src/events/receive/receiver.ts';
import { profileNamed } from '../src/profiles/choose-profile.ts';
import type { StoredEvent } from '../src/store/event-store.ts';

const { values } = parseArgs({ options: { events: { type: 'string', default: '5000' } } });
const count = Number(values.events);
const profile = await profileNamed('openadr-3.1').jobs.events({ role: 'BL' });

/** Texts of its own each, as they come from the database. */
function over(n: number, intervals: number): StoredEvent {
  const id = `${String(n).padStart(8, '0')}-3bf3-4283-a9cb-e52328a31630`;
  const body = JSON.stringify({
    ...{ createdDateTime: '2030-01-01T00:00:00Z', eventName: `Prices ${n}`, id, objectType: 'EVENT' },
    intervalPeriod: { duration: 'PT1H', start: '2030-01-01T10:00:00Z' },
    intervals: Array.from({ length: intervals }, (_, at) => ({
      id: at,
      payloads: [{ type: 'PRICE', values: [0.1 + at + n] }],
    })),
    payloadDescriptors: [{ payloadType: 'PRICE', units: 'KWH', currency: 'EUR' }],
    ...{ programID: 'p1', targets: ['load_1'] },
  });
  return {
    ...{ eventId: id, programId: 'p1', name: `Prices ${n}`, state: 'over', version: 1, body },
    ...{ instructionHash: id, problem: null, anchorMs: n, seed: id, seenBy: null, firstReceivedMs: n },
    ...{ receivedMs: n, receivedBy: 'poll' },
  };
}

function heapUsed(): number {
  if (!global.gc) throw new Error('run it with --expose-gc');
  global.gc();
  global.gc();
  return process.memoryUsage().heapUsed;
}

for (const intervals of [1, 24]) {
  const before = heapUsed();
  const stored = async () => Array.from({ length: count }, (_, n) => over(n, intervals));
  const none = async () => [];
  const receiver = await createReceiver({
    ...{ profile, vens: [], now: () => 0, newSeed: () => 's' },
    store: { events: stored, recordEvents: none, recordPrograms: none, forgetEventsBefore: none } as never,
  });
  const each = (heapUsed() - before) / receiver.events.size;
  process.stdout.write(`${intervals} intervals: ${(each / 1_000).toFixed(1)} kB for each event\n`);
}
