import { type Readings, readingsWithin } from '../../fleet/readings.ts';
import type { Mended, ReadingSource } from '../reading-source.ts';
import { hourMs } from '../sound-readings.ts';
import type { NewReadings } from './follow/fresh-readings.ts';

/** Readings that come while they are reported: those of the last time are held, as a source. */
export interface LiveReadings extends ReadingSource {
  /** Whether any have come since it was asked last. */
  hasNew(): boolean;
  /** When the last came, as `monotonic` has it. */
  lastCameAt(): number;
  /** No more will come. */
  hasEnded(): boolean;
  /** Throws what ended the feed, if it failed. */
  throwIfFailed(): void;
  /** Rows that have come and are left out, so far: no numbers, times that had come before or are to come, and those that are too late. */
  leftOut(): number;
  /** Forgets what begins before this time, milliseconds since 1970. */
  forgetBefore(ms: number): void;
}

/**
 * Lists of numbers, in order and no longer than they need to be, since there may be a hundred thousand series: a map takes three times
 * as much.
 */
interface HeldSeries {
  startsMs: readonly number[];
  watts: readonly number[];
  stepMs: number;
}

const nothingMended: Mended = {
  rows: 0,
  notNumbers: 0,
  duplicates: 0,
  inFuture: 0,
  outOfOrder: 0,
  gaps: 0,
};

/** Takes readings from the feed, which it begins at once. `name`: for messages. */
export function createLiveReadings(
  name: string,
  feed: AsyncIterable<NewReadings>,
  monotonic: () => number,
): LiveReadings {
  const series = new Map<string, HeldSeries>();
  const state = { isNew: false, lastCameAt: monotonic(), hasEnded: false, leftOut: 0 };
  let failure: { readonly error: unknown } | undefined;
  const take = async () => {
    for await (const { key, readings, mended, late } of feed) {
      state.leftOut += mended.notNumbers + mended.duplicates + mended.inFuture + late;
      const id = JSON.stringify([key.meterId, key.component]);
      const held = series.get(id) ?? { startsMs: [], watts: [], stepMs: hourMs };
      series.set(id, held);
      held.stepMs = readings.stepMs;
      // A series whose loads left the fleet and are back is followed anew, and what is held of it comes again.
      const fresh = readingsWithin(readings, {
        fromMs: (held.startsMs.at(-1) ?? Number.NEGATIVE_INFINITY) + 1,
        untilMs: Number.POSITIVE_INFINITY,
      });
      state.leftOut += readings.startsMs.length - fresh.startsMs.length;
      held.startsMs = held.startsMs.concat(Array.from(fresh.startsMs));
      held.watts = held.watts.concat(Array.from(fresh.watts));
      state.isNew = true;
      state.lastCameAt = monotonic();
    }
  };
  const taken = take()
    .catch((error: unknown) => {
      failure = { error };
    })
    .finally(() => {
      state.hasEnded = true;
    });
  return {
    name,
    hasNew() {
      const { isNew } = state;
      state.isNew = false;
      return isNew;
    },
    lastCameAt: () => state.lastCameAt,
    hasEnded: () => state.hasEnded,
    leftOut: () => state.leftOut,
    throwIfFailed() {
      if (failure) throw failure.error;
    },
    forgetBefore(ms) {
      for (const held of series.values()) {
        const first = held.startsMs.findIndex((startMs) => startMs >= ms);
        const gone = first === -1 ? held.startsMs.length : first;
        held.startsMs = held.startsMs.slice(gone);
        held.watts = held.watts.slice(gone);
      }
    },
    async read({ meterId, component }) {
      // Of a series that nothing has come of yet, there is nothing: that is no fault of its loads.
      const held = series.get(JSON.stringify([meterId, component]));
      const readings = held ? readingsOf(held) : { startsMs: none, watts: none, stepMs: hourMs };
      return { ok: true, readings, mended: { ...nothingMended, rows: readings.startsMs.length } };
    },
    close: () => taken,
  };
}

const none = new Float64Array(0);

function readingsOf({ startsMs, watts, stepMs }: HeldSeries): Readings {
  return { startsMs: Float64Array.from(startsMs), watts: Float64Array.from(watts), stepMs };
}
