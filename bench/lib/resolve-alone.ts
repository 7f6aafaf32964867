import { actingEvent } from '../../src/events/dispatch/acting-event.ts';
import { makePlan } from '../../src/events/dispatch/plan.ts';
import { readLoadIndex } from '../../src/events/resolve/load-index.ts';
import { profileNamed } from '../../src/profiles/choose-profile.ts';
import type { StoredEvent } from '../../src/store/event-store.ts';
import { openStore } from '../../src/store/open-store.ts';

export interface Resolved {
  /** Loads that the event means. */
  readonly loads: number;
  /** The first time, and the least of all, milliseconds of the thread's CPU time, whatever else the machine does: whom the event means and what it asks when, brought together with the loads. */
  readonly firstMs: number;
  readonly leastMs: number;
}

/** Works out whom an event for these targets means, in this process and nothing else, so many times. */
export async function resolveAlone(
  path: string,
  targets: readonly string[],
  rounds: number,
): Promise<Resolved> {
  const profile = await profileNamed('openadr-3.1').jobs.events({ role: 'BL', targetRule: undefined });
  const store = await openStore(path, { readOnly: true });
  const index = await readLoadIndex(store, profile, new Map());
  await store.close();
  const body = JSON.stringify({
    ...{ id: 'e', objectType: 'EVENT', programID: 'p', targets: targets.length > 0 ? targets : null },
    intervalPeriod: { start: '2030-01-01T10:00:00Z', duration: 'PT1H' },
    intervals: [{ id: 0, payloads: [{ type: 'SIMPLE', values: [2] }] }],
  });
  const { event } = profile.eventOfBody(body);
  const stored = { eventId: 'e', version: 1, anchorMs: 0, seed: 's', seenBy: null } as unknown as StoredEvent;
  // As when following begins: with no event yet.
  makePlan(index, []);
  const took: number[] = [];
  let loads = 0;
  for (let round = 0; round < rounds; round++) {
    const before = process.threadCpuUsage();
    const made = actingEvent({ stored, event }, undefined, {
      ...{ profile, index },
      context: { isEnrolled: () => true },
    });
    if (!made.ok) throw new Error(made.problem);
    makePlan(index, [made.acting]);
    const { user, system } = process.threadCpuUsage(before);
    took.push((user + system) / 1_000);
    loads = made.acting.resolution.loads.length;
  }
  return { loads, firstMs: took[0] as number, leastMs: Math.min(...took) };
}
