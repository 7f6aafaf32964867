/** The threads that `openFleetViews` starts. */
import { systemClock } from '../../core/clock.ts';
import { serveThread, threadData } from '../../core/thread.ts';
import type { Store } from '../../store/store.ts';
import { followStore } from './followed-store.ts';
import type { FleetViewsMethods } from './open-fleet-views.ts';
import { type FleetViewsOptions, viewsOfStore } from './views-of-store.ts';

const options = threadData<FleetViewsOptions>();

/** Looking whether anything has changed may take a tenth of the time; what takes no longer than this does not count. */
const freeLookMs = 20;

serveThread<FleetViewsMethods>({
  async open() {
    const followed = await followStore(options.dbPath);
    let last: { readonly mark: string; readonly opened: number; readonly untilMs: number } | undefined;
    const mark = async () => {
      const { store, opened } = await followed.current();
      const fromMs = systemClock.monotonic();
      if (last && last.opened === opened && fromMs < last.untilMs) return last.mark;
      const runs = await store.runs({ limit: 5 });
      const found = `${opened} ${await store.viewsMark()} ${JSON.stringify(runs)}`;
      const tookMs = systemClock.monotonic() - fromMs;
      last = { mark: found, opened, untilMs: tookMs > freeLookMs ? fromMs + 10 * tookMs : 0 };
      return found;
    };
    const results = new Map<string, { readonly mark: string; readonly result: unknown }>();
    const kept = async <T>(name: string, make: () => Promise<T>): Promise<T> => {
      const now = await mark();
      const known = results.get(name);
      if (known?.mark === now) return known.result as T;
      for (const [other, { mark: of }] of results) if (of !== now) results.delete(other);
      const result = await make();
      results.set(name, { mark: now, result });
      return result;
    };
    const views = async () => {
      const { store }: { store: Store } = await followed.current();
      return viewsOfStore(store, options, kept);
    };
    return {
      methods: {
        counts: async () => (await views()).counts(),
        venPlaces: async () => (await views()).venPlaces(),
        failures: async (of) => (await views()).failures(of),
        findLoads: async (search) => (await views()).findLoads(search),
        load: async (loadId) => (await views()).load(loadId),
        readings: async (loadId, of) => (await views()).readings(loadId, of),
        events: async () => (await views()).events(),
        event: async (eventId) => (await views()).event(eventId),
        explain: async (eventId, loadId) => (await views()).explain(eventId, loadId),
        instructions: async (of) => (await views()).instructions(of),
        dispatchTotals: async (sinceMs) => (await views()).dispatchTotals(sinceMs),
        reports: async () => (await views()).reports(),
        runs: async (of) => (await views()).runs(of),
        mark,
        databaseBytes: async () => followed.bytes(),
      },
      close: followed.close,
    };
  },
});
