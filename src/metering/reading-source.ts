import type { Readings, SeriesKey } from '../fleet/readings.ts';

/** Where readings come from: a meter file, or texts of readings. */
export interface ReadingSource {
  /** For messages: the file's path, or `standard input`. */
  readonly name: string;
  /** All sound readings of a series, or why there are none. What of the file cannot be read at all is thrown (METER_FILE). */
  read(key: SeriesKey): Promise<SeriesRead>;
  /** What of it is no reading, and so of no series; none where it cannot have such. */
  readonly badLines?: number | undefined;
  readonly firstBadLines?: readonly BadLine[] | undefined;
  close(): Promise<void>;
}

/** A line of a table that is no reading. */
export interface BadLine {
  /** Counted from 1. */
  readonly line: number;
  readonly reason: string;
}

/** How many lines are no readings, and the first of them. */
export interface BadLines {
  readonly number: number;
  readonly first: readonly BadLine[];
}

/** What came of reading a series. Without readings it is no failure: `readings` is empty then. */
export type SeriesRead =
  | { readonly ok: true; readonly readings: Readings; readonly mended: Mended }
  | {
      readonly ok: false;
      /** `no such meter in the file`, `its shape is (3, 7), not (N, 2)`; no sentence. */
      readonly problem: string;
    };

/** What of a series was not sound, counted in rows. `rows` = readings + not numbers + duplicates + in the future. */
export interface Mended {
  /** As the file has them. */
  readonly rows: number;
  /** Left out: a time or a power that is no finite number, or a time up to 1970, which a row has that nobody filled. */
  readonly notNumbers: number;
  /** Left out: another row further down has the same time. */
  readonly duplicates: number;
  /** Left out: their intervals begin later than now. */
  readonly inFuture: number;
  /** Put in order: rows whose time is before that of the row above. */
  readonly outOfOrder: number;
  /** Places where at least one step is missing; nothing stands there. */
  readonly gaps: number;
}
