import { setTimeout as sleep } from 'node:timers/promises';
import type { EventWish } from '../../src/api/post-event/event-wish.ts';
import { postEvent } from '../../src/api/post-event.ts';

/** How long an ended event stays on the VTN, hours: it is its business logic that clears up, not venfleet. */
const keptHours = 2;

/** Business logic that makes the same events each hour. */
export interface EventMaker {
  /**
   * Makes, changes, cancels and clears up the events of one hour of so many milliseconds; by three quarters of it all of them are
   * over. Rejects where the VTN refuses.
   */
  hour(hourMs: number): Promise<void>;
  /** What was done so far. */
  readonly made: number;
  readonly changed: number;
  readonly cancelled: number;
}

/** `ven`: one that an event names, and asks for answers. */
export function createEventMaker(vtnUrl: string, ven: string): EventMaker {
  const vtn = { vtnUrl, profile: 'openadr-3.1', bearerToken: 'soak' } as const;
  const done = { made: 0, changed: 0, cancelled: 0 };
  const byHour: string[][] = [];
  const target = (value: string) => ({ targets: [{ type: null, value }] });

  async function make(wish: EventWish): Promise<string> {
    const { id } = await postEvent({ ...vtn, action: { kind: 'create' }, wish });
    done.made++;
    return id;
  }
  const clearUp = async () => {
    if (byHour.length <= keptHours) return;
    for (const id of byHour.shift() ?? []) await remove(vtnUrl, id);
  };
  return {
    get made() {
      return done.made;
    },
    get changed() {
      return done.changed;
    },
    get cancelled() {
      return done.cancelled;
    },
    async hour(hourMs) {
      const lasts = (part: number) => `PT${Math.max(1, Math.round((part * hourMs) / 1_000))}S`;
      const soon = { start: new Date(Date.now() + hourMs / 20) };
      const all = await make({ ...soon, duration: lasts(0.4), values: [2] });
      const changing = await make({ ...soon, duration: lasts(0.5), values: [1], ...target('load_2') });
      const taken = await make({ ...soon, duration: lasts(20), values: [3], ...target('load_3') });
      const asking = await make({
        ...{ ...soon, duration: lasts(0.3), type: 'CONSUMPTION_POWER_LIMIT', values: [5], ...target(ven) },
        reports: ['POWER_LIMIT_ACKNOWLEDGEMENT', 'SIMPLE_LEVEL'],
      });
      byHour.push([all, changing, taken, asking]);
      await sleep(0.3 * hourMs);
      await postEvent({ ...vtn, action: { kind: 'modify', id: changing }, wish: { values: [3] } });
      done.changed++;
      await sleep(0.1 * hourMs);
      await postEvent({ ...vtn, action: { kind: 'cancel', id: taken }, wish: {} });
      done.cancelled++;
      await clearUp();
    },
  };
}

/** Takes an event off the VTN, which keeps those that have reports. */
async function remove(vtnUrl: string, eventId: string): Promise<void> {
  const headers = { authorization: 'Bearer soak' };
  const ask = async (method: string, path: string) => {
    const response = await fetch(`${vtnUrl}${path}`, { method, headers });
    if (response.status !== 200) throw new Error(`${method} ${path}: HTTP ${response.status}`);
    return (await response.json()) as unknown;
  };
  for (;;) {
    const reports = (await ask('GET', `/reports?eventID=${eventId}&limit=50`)) as { id: string }[];
    for (const { id } of reports) await ask('DELETE', `/reports/${id}`);
    if (reports.length < 50) break;
  }
  await ask('DELETE', `/events/${eventId}`);
}
