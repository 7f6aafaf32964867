/**
 * How much memory a fleet's loads take while they are kept (docs/performance.md): the index that events need, and the hourly readings
 * of a day and of two that reporting live holds: `node --expose-gc bench/held-of-loads.ts [--loads N]`.
 */
import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { readLoadIndex } from '../src/events/resolve/load-index.ts';
import { createLiveReadings } from '../src/metering/sources/live-readings.ts';
import { profileNamed } from '../src/profiles/choose-profile.ts';
import { openStore } from '../src/store/open-store.ts';
import { createFleets, type Fleets } from './lib/fleet.ts';

const { values } = parseArgs({ options: { loads: { type: 'string', default: '116412' } } });
const loads = Number(values.loads);
const hourMs = 3_600_000;

function heapMb(): number {
  if (!global.gc) throw new Error('run it with --expose-gc');
  global.gc();
  global.gc();
  return process.memoryUsage().heapUsed / 1024 ** 2;
}

/** A fleet that is registered, as far as the database goes. */
async function registeredFleet(fleets: Fleets): Promise<string> {
  const path = await fleets.fresh(loads);
  const db = new DatabaseSync(path);
  db.function('uuid', () => randomUUID());
  db.exec("UPDATE loads SET vtn_resource_id = uuid(), registration_status = 'APPROVED'");
  db.close();
  return path;
}

async function indexMb(): Promise<number> {
  const profile = await profileNamed('openadr-3.1').jobs.events({ role: 'BL', targetRule: undefined });
  const fleets = createFleets();
  const store = await openStore(await registeredFleet(fleets), { readOnly: true });
  const before = heapMb();
  const index = await readLoadIndex(store, profile, new Map());
  const after = heapMb();
  await store.close();
  fleets.close();
  if (index.loads.length !== loads) throw new Error(`it has ${index.loads.length} loads`);
  return after - before;
}

/** After two days of hourly readings, and once the first of them is forgotten. */
async function readingsMb(): Promise<{ twoDays: number; oneDay: number }> {
  const mended = { rows: 0, notNumbers: 0, duplicates: 0, inFuture: 0, outOfOrder: 0, gaps: 0 };
  const readingsOf = (from: number, hours: number) => ({
    startsMs: Float64Array.from({ length: hours }, (_, at) => (from + at) * hourMs),
    watts: Float64Array.from({ length: hours }, () => Math.random() * 1_000),
    stepMs: hourMs,
  });
  const isRead = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  async function* feed() {
    // A day at once, and then hour by hour.
    for (let hour = 0; hour < 48; hour += hour === 0 ? 24 : 1) {
      for (let n = 0; n < loads; n++) {
        const key = { meterId: `meter_${Math.floor(n / 6)}`, component: `load_${n % 6}` };
        yield { key, readings: readingsOf(hour, hour === 0 ? 24 : 1), mended, late: 0 };
      }
    }
    isRead.resolve();
    await end.promise;
  }
  const before = heapMb();
  const held = createLiveReadings('a feed', feed(), () => 0);
  await isRead.promise;
  const twoDays = heapMb() - before;
  held.forgetBefore(24 * hourMs);
  const oneDay = heapMb() - before;
  end.resolve();
  await held.close();
  return { twoDays, oneDay };
}

const index = await indexMb();
const { twoDays, oneDay } = await readingsMb();
console.table({
  'index of loads, MB': index,
  'readings of a day, MB': oneDay,
  'readings of two days, MB': twoDays,
});
