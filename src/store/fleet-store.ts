import type { SiteRow } from '../fleet/load.ts';

/** Which part of the fleet an operation is about. */
export interface FleetScope {
  /** Only these VENs, by name. Undefined: all of them. */
  readonly vens?: readonly string[];
  /** Only the first N VENs by name, of those. */
  readonly limitVens?: number;
}

/** How many loads a VEN has, by where they stand. The other four add up to `total`. */
export interface VenCounts {
  /** The VEN's name; null gathers the loads of sites that have none. */
  readonly venName: string | null;
  readonly total: number;
  /** APPROVED, with the id of their resource on the VTN. */
  readonly registered: number;
  /** SUSPENDED by whoever runs the fleet. */
  readonly suspended: number;
  /** Of disabled sites, neither registered nor suspended. */
  readonly disabled: number;
  /** All others: they are to be registered. */
  readonly pending: number;
}

/** The names of a fleet that may have several spellings. */
export interface FleetNames {
  /**
   * The names of all VENs; and of the ids of sites, those that Unicode may spell otherwise, or that are another's but for
   * white space at the ends.
   */
  fleetNames(): Promise<{ readonly venNames: readonly string[]; readonly resourceIds: readonly string[] }>;
}

export interface SitePage {
  readonly sites: readonly SiteRow[];
  /** Where the next page begins; undefined: this is the last. */
  readonly next: string | undefined;
}

/** Reads the fleet. */
export interface FleetStore {
  /** The VENs of the scope in order of their names, with their counts; one pass, no rows held. */
  countByVen(scope: FleetScope): Promise<VenCounts[]>;

  /**
   * One page of at most `limit` of a VEN's sites, with all their loads, in order of resource id; `after`: the `next` of the
   * page before (undefined: from the start). With null: sites whose VEN nobody can name, and then loads without a site,
   * each in a row of its own. A page may be empty and not the last.
   */
  sitesOfVen(venName: string | null, after: string | undefined, limit: number): Promise<SitePage>;
}
