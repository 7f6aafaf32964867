/** Events posted to a real VTN, and what following them tells loads. */
import assert from 'node:assert/strict';
import type { ClientCredentials } from '../../src/api/connect-vtn.ts';
import { type Dispatch, type FollowEventsOptions, followEvents } from '../../src/api/follow-events.ts';
import { type EventAction, type EventWish, postEvent } from '../../src/api/post-event.ts';
import { register } from '../../src/api/register.ts';
import { execute, query } from '../support/fleet-database.ts';
import { takingAll } from '../support/taking-sink.ts';
import { registrationAt, twoTowns } from './fleet.ts';
import { dbPath, vtn } from './suite.ts';

/** A target, and its type in OpenADR 3.0. */
export type Target = readonly [type: string, value: string];

/** Targets as the VTN's generation has them. */
export function targetsOf(targets: readonly Target[]): NonNullable<EventWish['targets']> {
  const isTyped = vtn.generation === '3.0';
  return targets.map(([type, value]) => ({ type: isTyped ? type : null, value }));
}

/** An event for a level, for what these targets name. */
export function post(action: EventAction, value: number, targets: readonly Target[]) {
  const wish = { type: 'SIMPLE', values: [value], targets: targetsOf(targets) };
  return postEvent({ ...registrationAt(vtn), action, wish });
}

/** Follows the events once, as business logic unless the options say otherwise: what loads were told. */
export async function told(options: Partial<FollowEventsOptions> = {}): Promise<Dispatch[]> {
  const came: Dispatch[] = [];
  const as = { ...registrationAt(vtn), ...(options.venCredentials && { credentials: undefined }) };
  const summary = await followEvents({ dbPath, ...as, ...options, sinks: [takingAll(came)], once: true });
  assert.deepEqual([summary.missed, summary.open], [0, 0]);
  return came;
}

/** The ids of registered loads of which this is true. */
export const loadsWhere = (condition: string) =>
  query(
    dbPath,
    `SELECT load_id FROM loads JOIN resources USING (resource_id) WHERE vtn_resource_id IS NOT NULL AND ${condition}`,
  )
    .map(({ load_id }) => load_id)
    .sort();

export const loadsOf = (came: readonly Dispatch[]) => came.map(({ load }) => load.loadId).sort();

/** Registers the two towns as business logic, which gives loads the targets that events name. */
export async function registerTowns(): Promise<void> {
  const summary = await register({
    ...{ dbPath, ...registrationAt(vtn), scope: { vens: twoTowns } },
    ...(vtn.generation === '3.1' && { clientIdTemplate: clientIdOf('{ven}') }),
  });
  assert.equal(summary.loads.registered, 588);
}

/** Another for each test: clients outlive their VENs. */
export const clientIdOf = (town: string) => `${town}-${dbPath.match(/copy-(\d+)/)?.[1]}`;

/** Gives the registered towns credentials of their own. */
export async function credentialsOfTowns(): Promise<Record<string, ClientCredentials>> {
  const made: Record<string, ClientCredentials> = {};
  for (const town of twoTowns) {
    const venId = (await vtn.sql(`SELECT id FROM ven WHERE ven_name = '${town}'`)).trim();
    made[town] = await vtn.createVenClient(clientIdOf(town), ...(vtn.generation === '3.0' ? [venId] : []));
  }
  return made;
}

/** Leaves the two towns in the fleet's database: each other VEN without credentials would be reported as not listening. */
export function forgetOtherTowns(): void {
  const others = `ven NOT IN (${twoTowns.map((town) => `'${town}'`).join(', ')})`;
  execute(
    dbPath,
    `DELETE FROM loads WHERE resource_id IN (SELECT resource_id FROM resources WHERE ${others})`,
  );
  execute(dbPath, `DELETE FROM resources WHERE ${others}`);
}
