import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { actingEvent } from '../../src/events/dispatch/acting-event.ts';
import { makePlan } from '../../src/events/dispatch/plan.ts';
import type { KnownEvent } from '../../src/events/receive/receiver.ts';
import { readLoadIndex } from '../../src/events/resolve/load-index.ts';
import { profileNamed } from '../../src/profiles/choose-profile.ts';
import type { StoredEvent } from '../../src/store/event-store.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { execute, pythonDatabase, sitesOf } from '../support/fleet-database.ts';

/** January 1, 2030, at this hour, UTC. */
export const at = (hour: number, minute = 0) => Date.UTC(2030, 0, 1, hour, minute);

export const profile = await profileNamed('openadr-3.1').jobs.events({});

/** A store of two sites in Aalborg and one in Aarhus, all of whose 18 loads are registered. */
export async function registeredStore(t: TestContext): Promise<{ store: Store; dbPath: string }> {
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 2, Aarhus: 1 }));
  const registered = "vtn_resource_id = 'r' || id, registration_status = 'APPROVED'";
  // Of long ago: what has just changed may be changing still.
  execute(dbPath, `UPDATE loads SET ${registered}, updated_at = '2025-01-01 00:00:00'`);
  execute(dbPath, "UPDATE resources SET updated_at = '2025-01-01 00:00:00'");
  const store = await openStore(dbPath);
  t.after(() => store.close());
  return { store, dbPath };
}

/** An event from 10:00 on, for three hours with an interval each, as it was received at 9:00. */
export function knownEvent(
  eventId: string,
  fields: object = {},
  more: Partial<StoredEvent> = {},
): KnownEvent {
  const { body, event, problem } = profile.eventOfBody(
    JSON.stringify({
      ...{ id: eventId, objectType: 'EVENT', programID: 'p1' },
      intervalPeriod: { start: '2030-01-01T10:00:00Z', duration: 'PT1H' },
      intervals: [3, 2, 1].map((value, id) => ({ id, payloads: [{ type: 'SIMPLE', values: [value] }] })),
      ...fields,
    }),
  );
  const stored: StoredEvent = {
    ...{ eventId, programId: 'p1', name: null, state: 'current', version: 1, body, problem },
    ...{ instructionHash: 'h1', anchorMs: at(9), seed: 's', seenBy: null },
    ...{ firstReceivedMs: at(9), receivedMs: at(9), receivedBy: 'poll' },
    ...more,
  };
  return { stored, event };
}

/** What follows from these events for the loads of the store. */
export async function planOf(store: Store, known: readonly KnownEvent[]) {
  const index = await readLoadIndex(store, profile, new Map());
  const events = known.map((one) => {
    const made = actingEvent(one, undefined, { profile, index, context: { isEnrolled: () => false } });
    assert.ok(made.ok, JSON.stringify(made));
    return made.acting;
  });
  return makePlan(index, events);
}
