import type { ImportedSite } from '../fleet/import/row.ts';
import type { NewSite } from '../fleet/new-site.ts';

export interface InsertOptions {
  /**
   * Removes the fleet that is there first, with all that is known of its registration and reports. While somebody reports, it waits
   * or throws DB_IN_USE, as the exclusive access was asked for.
   */
  readonly replace?: boolean;
  /** Stops it; nothing is stored then, and it throws the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface UpsertCounts {
  inserted: number;
  updated: number;
  unchanged: number;
}

/** Changes the fleet itself. Whoever does has exclusive access. */
export interface FleetWriter {
  /** How many sites there are. */
  countSites(): Promise<number>;

  /**
   * Stores new sites, all of them or none: a run that is killed leaves no half fleet. Throws DB_FAILED for what
   * the database refuses, e.g. a resource id that is there already, DB_LOCKED, DB_FULL.
   */
  insertSites(
    sites: Iterable<NewSite>,
    options?: InsertOptions,
  ): Promise<{ readonly sites: number; readonly loads: number }>;

  /**
   * Stores sites as a file tells of them (see `upsertSite`). An update leaves alone the loads' ids and all that is known of their registration. A row
   * that cannot be stored is handed to `onRefused` and stops nothing. Streams, and stores 1,000 rows at a time.
   * Throws DB_LOCKED, DB_FULL, DB_FAILED.
   */
  upsertSites<R extends ImportedSite>(
    rows: AsyncIterable<R> | Iterable<R>,
    onRefused: (row: R, problem: string) => void,
  ): Promise<UpsertCounts>;
}
