import { constants, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { runVenfleet } from './child.ts';

/** Loads of one generated site. */
const loadsPerSite = 6;

/** Fleet databases for one bench: made once for each size, copied for each run, gone at its end. */
export interface Fleets {
  /** The untouched fleet of so many loads (about: whole sites). */
  master(loads: number): Promise<string>;
  /** A copy of it that the caller may change; the copies before it are gone. */
  fresh(loads: number): Promise<string>;
  close(): void;
}

export function createFleets(): Fleets {
  const folder = mkdtempSync(join(tmpdir(), 'venfleet-bench-fleet-'));
  const scratch = join(folder, 'scratch');

  async function master(loads: number): Promise<string> {
    const path = join(folder, `${loads}.db`);
    if (!existsSync(path)) {
      const sites = Math.ceil(loads / loadsPerSite);
      await runVenfleet(['generate', '--db', path, '--resources', String(sites), '--json']);
    }
    return path;
  }
  return {
    master,
    async fresh(loads) {
      const from = await master(loads);
      rmSync(scratch, { recursive: true, force: true });
      mkdirSync(scratch);
      const path = join(scratch, 'resources.db');
      copyFileSync(from, path, constants.COPYFILE_FICLONE);
      return path;
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** How many loads each VEN of a fleet has, by the VENs' names in order. */
export function loadsByVen(path: string): number[] {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const rows = db
      .prepare(
        `SELECT count(*) AS loads FROM loads l JOIN resources r ON r.resource_id = l.resource_id
         WHERE r.enabled = 1 GROUP BY r.ven ORDER BY r.ven`,
      )
      .all() as { loads: number }[];
    return rows.map((row) => row.loads);
  } finally {
    db.close();
  }
}

/** Loads that a database has as registered. */
export function registeredLoads(path: string): number {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const row = db.prepare("SELECT count(*) AS n FROM loads WHERE registration_status = 'APPROVED'").get();
    return (row as { n: number }).n;
  } finally {
    db.close();
  }
}

/** As if each load had been registered, as a resource with its own id. */
export function countAsRegistered(path: string): void {
  const db = new DatabaseSync(path);
  db.exec("UPDATE loads SET vtn_resource_id = load_id, registration_status = 'APPROVED'");
  db.close();
}
