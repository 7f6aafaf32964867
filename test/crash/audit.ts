import { notedLoads, readLoads } from '../support/fleet-database.ts';

/** What is wrong between a database and the VTN; all 0 and `examples` empty where they agree. */
export interface Audit {
  readonly loads: number;
  /** Loads that the VTN does not hold, or whose id the database does not have. */
  readonly lost: number;
  /** Loads that the VTN holds more than once. */
  readonly duplicated: number;
  /** Loads whose id in the database is another resource's, or nobody's. */
  readonly wrong: number;
  /** Resources on the VTN that are no load's, and loads still noted as perhaps sent. */
  readonly left: number;
  /** The first few of all these, in words. */
  readonly examples: readonly string[];
}

/** Compares every load of the database with what the simulator at `vtnUrl` holds. */
export async function audit(dbPath: string, vtnUrl: string): Promise<Audit> {
  const held = await heldResources(vtnUrl);
  const found = { lost: 0, duplicated: 0, wrong: 0 };
  const examples: string[] = [];
  const loads = readLoads(dbPath);
  for (const load of loads) {
    const key = `${load.resource_id}_${load.load_component}`;
    const ids = held.get(key) ?? [];
    held.delete(key);
    const kind = verdict(load.registration_status === 'APPROVED' ? load.vtn_resource_id : null, ids);
    if (!kind) continue;
    found[kind]++;
    examples.push(
      `${kind}: ${key} is ${load.registration_status} with ${load.vtn_resource_id}; VTN: ${ids.join(', ')}`,
    );
  }
  const noted = notedLoads(dbPath).length;
  const left = noted + held.size;
  if (left > 0) examples.push(`${noted} loads still noted as sent, ${held.size} resources of no load`);
  return { loads: loads.length, ...found, left, examples: examples.slice(0, 5) };
}

function verdict(stored: string | null, ids: readonly string[]): 'lost' | 'duplicated' | 'wrong' | undefined {
  if (ids.length > 1) return 'duplicated';
  if (ids.length === 0 || stored === null) return 'lost';
  return ids[0] === stored ? undefined : 'wrong';
}

/** The VTN's ids by the external id of the load. */
async function heldResources(vtnUrl: string): Promise<Map<string, string[]>> {
  const response = await fetch(`${vtnUrl}/__simulator/resources`);
  const byLoad = new Map<string, string[]>();
  for (const line of (await response.text()).split('\n').filter(Boolean)) {
    const { id, externalId } = JSON.parse(line) as { id: string; externalId?: string };
    const key = externalId ?? `(none) ${id}`;
    byLoad.set(key, [...(byLoad.get(key) ?? []), id]);
  }
  return byLoad;
}
