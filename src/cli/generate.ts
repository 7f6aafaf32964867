import { existsSync } from 'node:fs';
import { VenfleetError } from '../core/errors.ts';
import { type FleetSize, generateFleet } from '../fleet/generate/generate.ts';
import { referenceFleet } from '../fleet/generate/share.ts';
import { withLease } from '../store/sqlite/lease.ts';
import { openFleetDatabase } from '../store/sqlite/open-sqlite.ts';
import { countSites, insertSites } from '../store/sqlite/write-fleet.ts';
import type { CommandDefinition } from './command.ts';
import { leaseFor } from './lease.ts';
import { count, duration, some } from './render/text.ts';

const generateOptions = ['db', 'resources', 'vens', 'seed', 'force', 'wait', 'json'] as const;

export const generate: CommandDefinition<(typeof generateOptions)[number]> = {
  name: 'generate',
  description:
    'The reference fleet: 287 VENs, 19,402 sites, 116,412 loads. The same sizes and\n' +
    'seed give the same fleet. It is stored whole or not at all.',
  options: generateOptions,
  examples: [
    'venfleet generate',
    'venfleet generate --db small.db --resources 50 --vens 3',
    'venfleet generate --seed 7 --force',
  ],
  async run({ values, sourceOf, signal }) {
    const { db, resources, seed } = values;
    const vens = sourceOf('vens') === 'default' ? usualVens(resources) : values.vens;
    const made = await makeFleet(
      db,
      { resources, vens, seed },
      {
        replace: values.force,
        wait: values.wait,
        signal,
      },
    );
    if (!made) return 130;
    process.stdout.write(values.json ? `${JSON.stringify(made)}\n` : `${madeSentence(made)}\n`);
    return 0;
  },
};

/** VENs where none are asked for: a small fleet has fewer than the reference fleet, with ten sites or so each. */
function usualVens(resources: number): number {
  return Math.min(referenceFleet.vens, Math.ceil(resources / 10));
}

export interface MadeFleet {
  readonly db: string;
  readonly vens: number;
  readonly resources: number;
  readonly loads: number;
  readonly seed: number;
  readonly elapsedSeconds: number;
}

interface MakeOptions {
  readonly replace?: boolean;
  /** Wait where another process changes the database. */
  readonly wait?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Generates a fleet into the database at `path`, which is made where there is none, with its folder. Where it
 * is interrupted it says so, and returns undefined.
 * Throws DB_NOT_EMPTY where the database holds a fleet already, unless told to replace it.
 */
export async function makeFleet(
  path: string,
  size: FleetSize,
  options: MakeOptions = {},
): Promise<MadeFleet | undefined> {
  try {
    return await generateInto(path, size, options);
  } catch (error) {
    if (!options.signal?.aborted) throw error;
    process.stderr.write('venfleet: interrupted; nothing was stored\n');
    return undefined;
  }
}

/** Whether the database at `path` holds any sites; one that is not there holds none. */
export async function holdsFleet(path: string): Promise<boolean> {
  if (!existsSync(path)) return false;
  const database = await openFleetDatabase(path, { create: true });
  try {
    return (await countSites(database)) > 0;
  } finally {
    await database.close();
  }
}

async function generateInto(path: string, size: FleetSize, options: MakeOptions): Promise<MadeFleet> {
  const start = performance.now();
  const { resources, vens, seed } = size;
  // First of all, since it refuses sizes that cannot be.
  const fleet = generateFleet({ resources, vens, seed });
  const database = await openFleetDatabase(path, { create: true });
  try {
    const stored = await withLease(database, leaseFor('generate', options.wait, options.signal), async () => {
      const there = await countSites(database);
      if (there > 0 && !options.replace)
        throw new VenfleetError('DB_NOT_EMPTY', { path, sites: count(there) });
      return insertSites(database, fleet, options);
    });
    const elapsedSeconds = Math.round(performance.now() - start) / 1000;
    return { db: path, vens, resources: stored.sites, loads: stored.loads, seed, elapsedSeconds };
  } finally {
    await database.close();
  }
}

/** What was made, for a person. */
export function madeSentence(made: MadeFleet): string {
  const { vens, resources, loads, db, elapsedSeconds } = made;
  return `Generated ${some(vens, 'VEN')}, ${some(resources, 'site')} and ${some(loads, 'load')} in ${db} (${duration(elapsedSeconds)}).`;
}
