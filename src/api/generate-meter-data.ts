import type { Logger } from '../core/log.ts';
import { loadNameOf } from '../fleet/components.ts';
import { meterSeries } from '../fleet/generate/meter-series.ts';
import { isGroupName } from '../metering/sources/group-name.ts';
import { checkNewFile, type NewMeter, writeMeterFile } from '../metering/sources/write-meter-file.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import {
  type Checks,
  call,
  checkOptions,
  flag,
  log as logCheck,
  signal as signalCheck,
  text,
  whole,
} from './check-options.ts';
import { defaultDbPath, fleetSizeBounds, meterHoursBounds, referenceMeterData } from './option-values.ts';

export { checkNewFile } from '../metering/sources/write-meter-file.ts';

/** Which meter file to make, and for which fleet. */
export interface GenerateMeterDataOptions {
  /** The meter file (HDF5), made with its folder. */
  readonly path: string;
  /** The fleet database (SQLite): its loads' meters and components are made. Default `./config/resources.db`. */
  readonly dbPath?: string | undefined;
  /** Hourly readings of each series, from 2025-01-15 08:00 UTC on. Default 8,739. */
  readonly hours?: number | undefined;
  /** The same seed gives a series the same readings. A whole number from 0; default 1. */
  readonly seed?: number | undefined;
  /** Replace a file that is there. Default: throw FILE_EXISTS. */
  readonly replace?: boolean | undefined;
  /** Called after each series. */
  readonly onProgress?: ((progress: MeterDataProgress) => void) | undefined;
  /** Stops it: no file is made, and its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  readonly log?: Logger | undefined;
}

export interface MeterDataProgress {
  /** Series to write: one for each component of each meter. */
  readonly total: number;
  readonly done: number;
}

/** A meter file that was made. */
export interface GeneratedMeterData {
  readonly meters: number;
  readonly series: number;
  readonly readings: number;
  /** Loads of the fleet that have none of them, since no meter is named for them that a file can have. */
  readonly loadsWithout: number;
  readonly seed: number;
  readonly elapsedSeconds: number;
}

const checks = {
  path: text.unwrap(),
  dbPath: text,
  hours: whole(meterHoursBounds).optional(),
  seed: whole(fleetSizeBounds.seed).optional(),
  replace: flag,
  onProgress: call,
  signal: signalCheck,
  log: logCheck,
} satisfies Checks<GenerateMeterDataOptions>;

/**
 * Makes up the readings of a fleet's loads and writes them to a meter file, whole or not at all. Loads of one meter and
 * component share a series. Throws VenfleetErrors, such as FILE_EXISTS.
 */
export async function generateMeterData(options: GenerateMeterDataOptions): Promise<GeneratedMeterData> {
  checkOptions('generateMeterData', checks, options);
  const startedAt = performance.now();
  const { path, dbPath = defaultDbPath, hours = referenceMeterData.hours } = options;
  const { seed = referenceMeterData.seed, replace, signal, onProgress, log } = options;
  checkNewFile(path, replace);
  const { meters, loadsWithout } = await metersOfDatabase(dbPath);
  const total = meters.reduce((sum, { loads }) => sum + loads.length, 0);
  log?.info(
    { path, database: dbPath, meters: meters.length, series: total, hours, seed },
    'generating meter data',
  );
  let done = 0;
  await writeMeterFile(path, {
    meters,
    readingsOf: meterSeries({ hours, seed }),
    replace,
    signal,
    onSeries() {
      done++;
      onProgress?.({ total, done });
    },
  });
  const elapsedSeconds = Math.round(performance.now() - startedAt) / 1000;
  const made = {
    meters: meters.length,
    series: done,
    readings: done * hours,
    loadsWithout,
    seed,
    elapsedSeconds,
  };
  log?.info({ path, ...made }, 'meter data generated');
  return made;
}

async function metersOfDatabase(dbPath: string) {
  const store = await openStore(dbPath);
  try {
    return await metersOfFleet(store);
  } finally {
    await store.close();
  }
}

const sitesAtOnce = 1_000;

/** The meters that a fleet's loads name, with their components, in order. */
async function metersOfFleet(store: Store): Promise<{ meters: NewMeter[]; loadsWithout: number }> {
  const componentsOf = new Map<string, Set<string>>();
  let loadsWithout = 0;
  for (const { venName } of await store.countByVen({})) {
    for (let after: string | undefined, isLast = false; !isLast; ) {
      const page = await store.sitesOfVen(venName, after, sitesAtOnce);
      for (const { h5MeterId, component } of page.sites.flatMap(({ loads }) => loads)) {
        if (h5MeterId === null || !isGroupName(h5MeterId) || !isGroupName(component)) loadsWithout++;
        else componentsOf.set(h5MeterId, (componentsOf.get(h5MeterId) ?? new Set()).add(component));
      }
      after = page.next;
      isLast = after === undefined;
    }
  }
  const meters = [...componentsOf].sort(([a], [b]) => (a < b ? -1 : 1)).map(meterOf);
  return { meters, loadsWithout };
}

function meterOf([meterId, components]: [string, Set<string>]): NewMeter {
  const loads = [...components]
    .sort()
    .map((component) => ({ component, name: loadNameOf(component, undefined) }));
  return { meterId, company: 'Made up', loads };
}
