import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../core/clock.ts';
import { type Readings, readingsWithin, type SeriesKey, type TimeSpan } from '../fleet/readings.ts';
import type { ReportingStore } from '../store/reporting-store.ts';
import type { ReadingSource } from './reading-source.ts';
import { openReadings } from './sources/open-readings.ts';

/** Readings of loads, from a file that may grow. */
export interface ReadingsOfLoads {
  /**
   * The sound readings of these loads of a VEN, by load id, of the time of these spans and a day before; loads of which there are none are left
   * out. Loads that share a series share one object. Throws METER_FILE.
   */
  readingsOf(
    venName: string,
    loadIds: readonly string[],
    spans: readonly TimeSpan[],
  ): Promise<ReadonlyMap<string, Readings>>;
  close(): Promise<void>;
}

/** What was read is taken to be what is in the file for so long, milliseconds: many VENs ask for it in a row. */
const freshMs = 10_000;
/** The longest interval of a reading: one that began before a span may reach into it. */
const longestStepMs = 86_400_000;

/** A file while it is fresh. */
interface Opened {
  readonly source: ReadingSource;
  readonly untilMs: number;
  readonly spans: string;
  readonly series: Map<string, Promise<Readings | undefined>>;
}

/** Opens the file anew whenever something is asked after a while, so that what has come meanwhile is there. */
export function createReadingsOfLoads(
  path: string,
  store: Pick<ReportingStore, 'meteredLoads'>,
  clock: Clock,
): ReadingsOfLoads {
  let opened: Opened | undefined;

  async function sourceFor(spans: readonly TimeSpan[]): Promise<Opened> {
    const text = JSON.stringify(spans);
    if (opened && opened.spans === text && clock.monotonic() < opened.untilMs) return opened;
    await close();
    const source = await openReadings(path, { clock });
    opened = { source, untilMs: clock.monotonic() + freshMs, spans: text, series: new Map() };
    return opened;
  }

  async function close(): Promise<void> {
    const before = opened;
    opened = undefined;
    await before?.source.close();
  }

  return {
    async readingsOf(venName, loadIds, spans) {
      const { source, series } = await sourceFor(spans);
      const wanted = new Set(loadIds);
      const loads = await store.meteredLoads({ vens: [venName] });
      const readings = new Map<string, Readings>();
      for (const { loadId, meterId, component } of loads) {
        if (!wanted.has(loadId)) continue;
        const key = JSON.stringify([meterId, component]);
        const one = series.get(key) ?? readSome(source, { meterId, component }, spans);
        series.set(key, one);
        const found = await one;
        if (found) readings.set(loadId, found);
      }
      return readings;
    },
    close,
  };
}

/** The part of a series that spans need; the rest is not held. */
async function readSome(
  source: ReadingSource,
  key: SeriesKey,
  spans: readonly TimeSpan[],
): Promise<Readings | undefined> {
  // A series is read at once; others have their turn between.
  await turn();
  const series = await source.read(key);
  if (!series.ok) return undefined;
  const fromMs = spans.reduce((least, one) => Math.min(least, one.fromMs), Number.POSITIVE_INFINITY);
  const untilMs = spans.reduce((most, one) => Math.max(most, one.untilMs), Number.NEGATIVE_INFINITY);
  const some = readingsWithin(series.readings, { fromMs: fromMs - longestStepMs, untilMs });
  return some.startsMs.length === 0
    ? undefined
    : { ...some, startsMs: some.startsMs.slice(), watts: some.watts.slice() };
}
