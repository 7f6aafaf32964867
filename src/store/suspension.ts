/** Loads by the names of their VENs, and by their own ids: those of both. */
export interface LoadsOf {
  readonly vens?: readonly string[] | undefined;
  readonly loadIds?: readonly string[] | undefined;
}

/** What became of the loads that were meant: `loads` = `changed` + `already`. */
export interface Suspended {
  readonly loads: number;
  readonly changed: number;
  readonly already: number;
}

/** Suspends loads, which are then never sent, nor told of events, until they are resumed. To be called within `exclusively`. */
export interface Suspension {
  suspend(of: LoadsOf): Promise<Suspended>;
  /** They are APPROVED again where they have a resource on the VTN, else PENDING. */
  resume(of: LoadsOf): Promise<Suspended>;
}
