import { type Readings, readingsWithin, type SeriesKey } from '../../../fleet/readings.ts';
import type { Mended } from '../../reading-source.ts';
import { gapsIn, hourMs, type RawReadings, soundReadings, usualStep } from '../../sound-readings.ts';

/** Readings of one series that are new. `mended` is about the rows in which they came. */
export interface NewReadings {
  readonly key: SeriesKey;
  readonly readings: Readings;
  /** Its `rows` = readings + not numbers + duplicates + in the future + `late`. */
  readonly mended: Mended;
  /** Not after the last reading that was known of the series; at the beginning: before the time from which on they are new. */
  readonly late: number;
}

/** What is known of a series that is followed. */
export interface KnownSeries {
  /** When its last reading begins, milliseconds since 1970: what is not after it is not new. */
  readonly lastMs: number;
  /** When its latest readings begin: they tell its step, and whether there is a gap before the next one. */
  readonly recentMs: readonly number[];
}

/** A series' first readings are those that begin at a time, or later. */
export const knownFrom = (fromMs: number): KnownSeries => ({ lastMs: fromMs - 1, recentMs: [] });

/** Readings by which the step is told: of a series whose step changes, it follows after a while. */
const mostRecent = 48;

/** What of rows that have come is new, and what is known of the series then; or why nothing can be said of them. */
export function freshReadings(
  raw: RawReadings,
  { lastMs, recentMs }: KnownSeries,
  nowMs: number,
): { readonly known: KnownSeries; readonly fresh: Omit<NewReadings, 'key'> } | { readonly problem: string } {
  const sound = soundReadings(raw, { nowMs });
  if (!sound.ok) return sound;
  const all = sound.readings.startsMs;
  const after = { fromMs: lastMs + 1, untilMs: Number.POSITIVE_INFINITY };
  const { startsMs, watts } = readingsWithin(sound.readings, after);
  const before = recentMs.at(-1) ?? Number.NEGATIVE_INFINITY;
  const recent = [...recentMs, ...all.slice(-mostRecent).filter((ms) => ms > before)].slice(-mostRecent);
  const stepMs = usualStep(Float64Array.from(recent)) ?? hourMs;
  const withLast = Float64Array.from([...(Number.isFinite(before) ? [before] : []), ...startsMs]);
  const mended = { ...sound.mended, gaps: gapsIn(withLast, stepMs) };
  return {
    known: { lastMs: startsMs.at(-1) ?? lastMs, recentMs: recent },
    fresh: { readings: { startsMs, watts, stepMs }, mended, late: all.length - startsMs.length },
  };
}
