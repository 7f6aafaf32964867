import { existsSync } from 'node:fs';
import { count } from '../core/count.ts';
import { VenfleetError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { generateSites } from '../fleet/generate/generate.ts';
import type { AccessHolder } from '../store/exclusive.ts';
import { openStore } from '../store/open-store.ts';
import {
  type Checks,
  checkOptions,
  flag,
  log as logCheck,
  signal as signalCheck,
  text,
  waitingChecks,
  whole,
} from './check-options.ts';
import { loggingWait } from './logging/log-waiting.ts';
import { defaultDbPath, fleetSizeBounds, referenceFleet } from './option-values.ts';

/** How large a fleet to make, and where. */
export interface GenerateFleetOptions {
  /** The fleet database (SQLite), made where there is none, with its folder. Default `./config/resources.db`. */
  readonly dbPath?: string | undefined;
  /** Sites; each has six loads. Default 19,402. */
  readonly resources?: number | undefined;
  /** VENs: towns. At most as many as sites. Default 287; of a small fleet, one for each ten sites begun. */
  readonly vens?: number | undefined;
  /** The same sizes and seed give the same fleet. A whole number from 0; default 1. */
  readonly seed?: number | undefined;
  /** Replace the fleet that is there, with all that is known of its registration. Default: throw DB_NOT_EMPTY. */
  readonly replace?: boolean | undefined;
  /** Wait where another process changes the database. Default: throw DB_IN_USE, which says who does. */
  readonly wait?: boolean | undefined;
  /** Called once when the waiting begins. */
  readonly onWaiting?: ((holder: AccessHolder) => void) | undefined;
  /** Stops it: nothing is stored, and its reason is thrown (DB_IN_USE while it waits). */
  readonly signal?: AbortSignal | undefined;
  readonly log?: Logger | undefined;
}

/** A fleet that was made. */
export interface GeneratedFleet {
  readonly vens: number;
  /** Sites. */
  readonly resources: number;
  readonly loads: number;
  readonly seed: number;
  readonly elapsedSeconds: number;
}

const checks = {
  dbPath: text,
  resources: whole(fleetSizeBounds.resources).optional(),
  vens: whole(fleetSizeBounds.vens).optional(),
  seed: whole(fleetSizeBounds.seed).optional(),
  replace: flag,
  signal: signalCheck,
  log: logCheck,
  ...waitingChecks,
} satisfies Checks<GenerateFleetOptions>;

/**
 * Makes a fleet of made-up sites in Danish towns and stores it, whole or not at all. Throws VenfleetErrors, such as
 * DB_NOT_EMPTY where the database holds a fleet already.
 */
export async function generateFleet(options: GenerateFleetOptions = {}): Promise<GeneratedFleet> {
  checkOptions('generateFleet', checks, options);
  const startedAt = performance.now();
  const { dbPath = defaultDbPath, seed = referenceFleet.seed, replace = false, signal, log } = options;
  const { resources = referenceFleet.resources, vens = usualVens(resources) } = options;
  // Before anything is opened: it refuses sizes that cannot be.
  const sites = generateSites({ resources, vens, seed });
  log?.info({ database: dbPath, vens, resources, seed }, 'generating a fleet');
  const store = await openStore(dbPath, { create: true });
  try {
    const stored = await store.exclusively({ command: 'generate', ...loggingWait(options) }, async () => {
      const there = await store.countSites();
      if (there > 0 && !replace)
        throw new VenfleetError('DB_NOT_EMPTY', { path: dbPath, sites: count(there) });
      return store.insertSites(sites, { replace, ...(signal && { signal }) });
    });
    const elapsedSeconds = Math.round(performance.now() - startedAt) / 1000;
    const made = { vens, resources: stored.sites, loads: stored.loads, seed, elapsedSeconds };
    log?.info({ database: dbPath, ...made }, 'fleet generated');
    return made;
  } finally {
    await store.close();
  }
}

/** A small fleet has fewer VENs than the reference fleet, with ten sites or so each. */
function usualVens(resources: number): number {
  return Math.min(referenceFleet.vens, Math.ceil(resources / 10));
}

/** Whether a fleet database holds any sites; one that is not there holds none. Throws VenfleetErrors. */
export async function holdsFleet(dbPath: string = defaultDbPath): Promise<boolean> {
  if (!existsSync(dbPath)) return false;
  const store = await openStore(dbPath, { readOnly: true }).catch(emptyWithoutTables);
  if (!store) return false;
  try {
    return (await store.countSites()) > 0;
  } finally {
    await store.close();
  }
}

/** An interrupted `generateFleet` may have left a file without tables; another database is refused when it makes its own. */
function emptyWithoutTables(error: unknown): undefined {
  if (!(error instanceof VenfleetError) || error.code !== 'DB_SCHEMA') throw error;
}
