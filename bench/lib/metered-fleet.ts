import { constants, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { runVenfleet } from './child.ts';
import { countAsRegistered } from './fleet.ts';

/** A fleet that counts as registered, and its meter file; gone at the end of a bench. */
export interface MeteredFleet {
  readonly meterData: string;
  /** The components whose loads are reported; empty: all. */
  readonly components: readonly string[];
  /** How many loads these are, and how many readings each has. */
  readonly loads: number;
  readonly hours: number;
  /** A database of which nothing was reported; those before it are gone. */
  fresh(): string;
  /** One of which so many loads are still to be registered, and nothing else is. */
  unregistered(loads: number): string;
  close(): void;
}

/** Hourly readings of a series, as many as the reference fleet has. */
const hours = 8_739;
const loadsPerSite = 6;

/** Makes a fleet of so many loads (about: whole sites), which counts as registered, with its meter file. */
export async function createMeteredFleet(
  loads: number,
  components: readonly string[],
): Promise<MeteredFleet> {
  const folder = mkdtempSync(join(tmpdir(), 'venfleet-bench-meters-'));
  const file = (name: string) => join(folder, name);
  const [master, meterData] = [file('fleet.db'), file('meters.h5')];
  const sites = String(Math.ceil(loads / loadsPerSite));
  await runVenfleet([
    ...['generate', '--db', master, '--resources', sites, '--json'],
    ...['--meter-data', meterData, '--meter-hours', String(hours)],
  ]);
  countAsRegistered(master);
  const fresh = () => {
    const path = file('resources.db');
    for (const one of [path, `${path}-wal`, `${path}-shm`]) rmSync(one, { force: true });
    copyFileSync(master, path, constants.COPYFILE_FICLONE);
    return path;
  };
  return {
    meterData,
    components,
    loads: count(master, components),
    hours,
    fresh,
    unregistered(some) {
      const path = fresh();
      change(path, "UPDATE loads SET vtn_resource_id = NULL, registration_status = 'PENDING'");
      change(path, "UPDATE loads SET registration_status = 'SUSPENDED' WHERE rowid > ?", some);
      return path;
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function change(path: string, sql: string, ...values: number[]): void {
  const db = new DatabaseSync(path);
  db.prepare(sql).run(...values);
  db.close();
}

function count(path: string, components: readonly string[]): number {
  const db = new DatabaseSync(path, { readOnly: true });
  const rows = db
    .prepare('SELECT load_component AS component, count(*) AS loads FROM loads GROUP BY load_component')
    .all() as { component: string; loads: number }[];
  db.close();
  const wanted = rows.filter(({ component }) => components.length === 0 || components.includes(component));
  return wanted.reduce((sum, { loads }) => sum + loads, 0);
}
