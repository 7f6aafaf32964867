import { VenfleetError } from '../../core/errors.ts';
import { createThread } from '../../core/thread.ts';
import type { FleetViews } from './fleet-views.ts';
import type { FleetViewsOptions } from './views-of-store.ts';

export type { FleetViewsOptions } from './views-of-store.ts';

/** What the thread does. */
export type FleetViewsMethods = { [K in Exclude<keyof FleetViews, 'close'>]: FleetViews[K] };

/**
 * Opens what is to be seen of a fleet. It is read in a thread of its own, which begins with the first call; what may take seconds
 * (the readings of a load, why an event means which loads) in another, so that nobody waits for it who wants something else. Throws
 * what opening a database does, with the first call.
 */
export function openFleetViews(options: FleetViewsOptions): FleetViews {
  const { dbPath: path } = options;
  const start = () =>
    createThread<FleetViewsMethods>({
      module: new URL('./views-thread', import.meta.url),
      data: options,
      youngMb: 8,
      // A page that is looked at for years is not lost with it.
      beginsAgain: true,
      ended: () => new VenfleetError('DB_FAILED', { path, problem: 'what reads it has ended' }),
    });
  const [quick, slow] = [start(), start()];
  return {
    counts: () => quick.call('counts'),
    venPlaces: () => quick.call('venPlaces'),
    failures: (of) => quick.call('failures', of),
    findLoads: (search) => quick.call('findLoads', search),
    load: (loadId) => quick.call('load', loadId),
    readings: (loadId, of) => slow.call('readings', loadId, of),
    events: () => quick.call('events'),
    event: (eventId) => quick.call('event', eventId),
    explain: (eventId, loadId) => slow.call('explain', eventId, loadId),
    instructions: (of) => quick.call('instructions', of),
    dispatchTotals: (sinceMs) => quick.call('dispatchTotals', sinceMs),
    reports: () => quick.call('reports'),
    runs: (of) => quick.call('runs', of),
    mark: () => quick.call('mark'),
    databaseBytes: () => quick.call('databaseBytes'),
    async close() {
      await quick.close();
      await slow.close();
    },
  };
}
