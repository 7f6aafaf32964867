/** The generated reference fleet on a real VTN, and the proof, without venfleet, of what became of it there. */
import assert from 'node:assert/strict';
import { constants, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RegisterOptions } from '../../src/api/register.ts';
import { generateSites } from '../../src/fleet/generate/generate.ts';
import { openFleetDatabase } from '../../src/store/sqlite/open-sqlite.ts';
import { insertSites } from '../../src/store/sqlite/write-fleet.ts';
import { query } from '../support/fleet-database.ts';
import type { OpenLeadr } from './openleadr.ts';

/** The two towns that the seed's own tests registered: 588 loads. */
export const twoTowns: readonly string[] = ['Aalborg', 'Aarhus'];
/** Whether the whole fleet is to be registered where two towns would do. */
export const whole = process.env.TEST_VENFLEET_FLEET === 'whole';

export interface Fleet {
  /** A copy of the fleet's database, with nothing registered. */
  fresh(): string;
  close(): void;
}

/** Generates the reference fleet: 116,412 loads in 287 towns, in about three seconds. */
export async function createFleet(): Promise<Fleet> {
  const folder = mkdtempSync(join(tmpdir(), 'venfleet-interop-'));
  const master = join(folder, 'master.db');
  const database = await openFleetDatabase(master, { create: true });
  await insertSites(database, generateSites());
  await database.close();
  let copies = 0;
  return {
    fresh() {
      const path = join(folder, `copy-${++copies}.db`);
      copyFileSync(master, path, constants.COPYFILE_FICLONE);
      return path;
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** How to register at this VTN as BL. */
export function registrationAt(vtn: OpenLeadr): Pick<RegisterOptions, 'vtnUrl' | 'profile' | 'credentials'> {
  return { vtnUrl: vtn.url, profile: `openadr-${vtn.generation}`, credentials: vtn.bl };
}

/** One load of the fleet, with the resource that the database says it is. */
export interface FleetLoad {
  readonly externalId: string;
  readonly ven: string;
  readonly resourceId: string | null;
  readonly status: string;
}

/** The loads of these VENs, or all, as they stand in the database. */
export function loadsOf(dbPath: string, vens?: readonly string[]): FleetLoad[] {
  const rows = query(
    dbPath,
    `SELECT r.resource_id || '_' || l.load_component AS externalId, r.ven AS ven,
       l.vtn_resource_id AS resourceId, l.registration_status AS status
     FROM loads l JOIN resources r ON r.resource_id = l.resource_id`,
  ) as unknown as FleetLoad[];
  return vens === undefined ? rows : rows.filter(({ ven }) => vens.includes(ven));
}

/** One resource as the VTN's own database has it. */
interface HeldResource {
  readonly id: string;
  readonly ven: string;
  readonly externalIds: readonly string[] | null;
}

async function resourcesIn(vtn: OpenLeadr): Promise<HeldResource[]> {
  const text = await vtn.sql(`
    SELECT json_build_object('id', r.id, 'ven', v.ven_name, 'externalIds',
      (SELECT json_agg(a -> 'values' ->> 0) FROM jsonb_array_elements(r.attributes::jsonb) a
       WHERE a ->> 'type' = 'EXTERNAL_RESOURCE_ID'))
    FROM resource r JOIN ven v ON v.id = r.ven_id`);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/**
 * Asserts the promise of the whole project against the VTN's own database: it holds exactly one resource for each
 * of these loads, in the VEN of its town, under the id that the fleet's database has, and nothing else.
 */
export async function assertOneToOne(
  dbPath: string,
  vtn: OpenLeadr,
  vens?: readonly string[],
): Promise<number> {
  const loads = loadsOf(dbPath, vens);
  const held = new Map((await resourcesIn(vtn)).map((resource) => [resource.id, resource]));
  assert.equal(held.size, loads.length, 'resources on the VTN');
  for (const { externalId, ven, resourceId, status } of loads) {
    assert.equal(status, 'APPROVED', externalId);
    assert.deepEqual(held.get(resourceId ?? ''), { id: resourceId, ven, externalIds: [externalId] });
    // Each resource may be one load's only.
    held.delete(resourceId ?? '');
  }
  return loads.length;
}

export async function resourcesOn(vtn: OpenLeadr): Promise<number> {
  return Number(await vtn.sql('SELECT count(*) FROM resource'));
}
