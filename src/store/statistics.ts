/** Counts of loads; `registered` + `failed` + `waiting` + `skipped` = `total`. */
export interface LoadCounts {
  readonly total: number;
  /** APPROVED, with the id of their resource on the VTN. */
  readonly registered: number;
  /** Tried, and failed the last time. */
  readonly failed: number;
  /** Not tried yet. */
  readonly waiting: number;
  /** Of disabled sites, or suspended. */
  readonly skipped: number;
}

export interface KnownFailure {
  readonly loadId: string;
  readonly externalResourceId: string;
  readonly venId: string | null;
  /** The VTN's HTTP status; null where it gave none. */
  readonly status: number | null;
  readonly reason: string;
  /** UTC, `YYYY-MM-DD HH:MM:SS`. */
  readonly failedAt: string;
}

export interface LoadSample {
  readonly loadId: string;
  readonly externalResourceId: string;
  readonly loadName: string;
  readonly vtnResourceId: string;
}

/** What can be asked of a fleet's memory without changing it. */
export interface FleetStatistics {
  /** Loads by the text of their `registration_status`. */
  byStatus(): Promise<{ status: string; loads: number }[]>;
  /** In order of the VENs' names; null gathers sites without one. */
  byVen(): Promise<({ venId: string | null } & LoadCounts)[]>;
  byComponent(): Promise<({ component: string } & LoadCounts)[]>;
  /** Some registered loads. */
  samples(limit: number): Promise<LoadSample[]>;
  /** The newest first. */
  latestFailures(limit: number): Promise<KnownFailure[]>;
}
