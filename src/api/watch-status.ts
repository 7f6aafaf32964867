import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../core/clock.ts';
import { type RatedCounts, rated, sumOfLoads } from '../monitoring/fleet-status.ts';
import type { FailureCount, VenComponentCounts } from '../store/fleet-views.ts';
import type { EventSummary } from './event-status.ts';
import { openFleetViews } from './views/open-fleet-views.ts';

/** Where a fleet stands at one moment. */
export interface WatchedStatus {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly loads: RatedCounts;
  readonly byComponent: readonly ({ readonly component: string } & RatedCounts)[];
  /** `complete`: each of their loads that is not skipped is registered. */
  readonly vens: { readonly total: number; readonly complete: number };
  /** Loads registered a second since the status before; null: this is the first. */
  readonly perSecond: number | null;
  /** Why loads are not registered, ids blanked, the most frequent first. */
  readonly reasons: readonly FailureCount[];
  /** On the VTN, begun, and not at their end; without that under which meter data are filed. */
  readonly runningEvents: readonly Pick<
    EventSummary,
    'eventId' | 'name' | 'starts' | 'ends' | 'instructions'
  >[];
}

export interface WatchStatusOptions {
  readonly dbPath: string;
  /** Only these VENs, by their names. Default: the whole fleet; events and reasons are always of all of it. */
  readonly vens?: readonly string[] | undefined;
  readonly everyMs: number;
  readonly signal: AbortSignal;
}

/** Where a fleet stands now, and each time that it has changed, until it is aborted. */
export async function* watchStatus(options: WatchStatusOptions): AsyncGenerator<WatchedStatus> {
  const { dbPath, everyMs, signal } = options;
  const views = openFleetViews({ dbPath });
  let before: { readonly seen: string; readonly atMs: number; readonly perSecond: number | null } | undefined;
  let registeredBefore = 0;
  try {
    while (!signal.aborted) {
      const { cells } = await views.counts();
      const status = statusOf(options, cells, await views.events(), await views.failures({}));
      const atMs = systemClock.monotonic();
      const { registered } = status.loads;
      const perSecond = before ? ((registered - registeredBefore) * 1000) / (atMs - before.atMs) : null;
      const seen = JSON.stringify({ ...status, at: '' });
      const hasSlackened = perSecond === 0 && Boolean(before?.perSecond);
      if (before?.seen !== seen || hasSlackened) yield { ...status, perSecond };
      before = { seen, atMs, perSecond };
      registeredBefore = registered;
      await delay(everyMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    await views.close();
  }
}

function statusOf(
  { vens }: Pick<WatchStatusOptions, 'vens'>,
  all: readonly VenComponentCounts[],
  events: readonly EventSummary[],
  reasons: readonly FailureCount[],
): Omit<WatchedStatus, 'perSecond'> {
  const cells = all.filter(({ venName }) => !vens || (venName !== null && vens.includes(venName)));
  const by = (key: 'venName' | 'component') => {
    const names = [...new Set(cells.map((cell) => cell[key]))];
    return names.map((name) => ({
      name,
      counts: rated(sumOfLoads(cells.filter((cell) => cell[key] === name))),
    }));
  };
  const byVen = by('venName');
  const isComplete = ({ counts }: (typeof byVen)[0]) => counts.registered + counts.skipped === counts.total;
  const at = new Date(systemClock.now()).toISOString();
  const runs = ({ state, starts, ends, forMeterData }: EventSummary) =>
    state === 'current' && !forMeterData && starts !== null && starts <= at && (ends === null || ends > at);
  return {
    at,
    loads: rated(sumOfLoads(cells)),
    byComponent: by('component').map(({ name, counts }) => ({ component: name ?? '', ...counts })),
    vens: { total: byVen.length, complete: byVen.filter(isComplete).length },
    reasons,
    runningEvents: events.filter(runs).map(({ eventId, name, starts, ends, instructions }) => ({
      eventId,
      name,
      starts,
      ends,
      instructions,
    })),
  };
}
