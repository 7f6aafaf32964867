import type { SiteRow } from '../fleet/load.ts';
import type { LoadCounts } from './statistics.ts';

/** Counts of one VEN's loads of one component. */
export interface VenComponentCounts extends LoadCounts {
  /** Null gathers sites without a VEN. */
  readonly venName: string | null;
  readonly component: string;
}

/** Where a VEN is: the middle of those of its sites that have a place. */
export interface VenPlace {
  readonly venName: string;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly sites: number;
}

export type SeenLoadState = 'registered' | 'failed' | 'waiting' | 'suspended' | 'disabled';

/** A load in a line. */
export interface SeenLoad {
  readonly loadId: string;
  readonly externalResourceId: string;
  readonly name: string;
  readonly component: string;
  readonly venName: string | null;
  readonly siteName: string;
  readonly meterPointId: string;
  readonly state: SeenLoadState;
  readonly vtnResourceId: string | null;
}

export interface LoadSearch {
  /** Part of a name, or the beginning of an id: load, site, meter point, VTN resource. No pattern: `%` is a character. */
  readonly text?: string | undefined;
  readonly venName?: string | undefined;
  /** Only loads whose site has no VEN, or that have no site. */
  readonly withoutVen?: boolean | undefined;
  readonly component?: string | undefined;
  /** `skipped`: suspended or disabled. */
  readonly state?: SeenLoadState | 'skipped' | undefined;
  /** What `next` of the page before said. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** All that the database has of a load itself. */
export interface SeenLoadDetails extends SeenLoad {
  readonly resourceId: string;
  readonly siteType: string | null;
  readonly siteSubType: string | null;
  readonly address: string | null;
  /** As stored: JSON text. */
  readonly location: string;
  readonly capacities: string;
  readonly meterId: string;
  readonly vtnVenId: string | null;
  readonly failure: {
    readonly reason: string;
    readonly status: number | null;
    readonly failedAt: string;
  } | null;
  readonly reports: readonly {
    readonly kind: string;
    readonly points: number;
    readonly fromMs: number | null;
    readonly untilMs: number | null;
    readonly failure: {
      readonly reason: string;
      readonly status: number | null;
      readonly failedAt: string;
    } | null;
  }[];
}

/** Loads that are not registered, for one reason as it was given. */
export interface FailureCount {
  readonly reason: string;
  readonly status: number | null;
  readonly loads: number;
  readonly vens: readonly (string | null)[];
  /** UTC, `YYYY-MM-DD HH:MM:SS`. */
  readonly latest: string;
  readonly example: { readonly loadId: string; readonly externalResourceId: string };
}

/** What is shown of a fleet. Nothing is changed; each answers quickly for a fleet of a hundred thousand loads. */
export interface FleetViewStore {
  countsByVenAndComponent(): Promise<VenComponentCounts[]>;
  venPlaces(): Promise<VenPlace[]>;
  /** In order of VEN, site and component. `next`: what to give as `after` for more; null: that is all. */
  findLoads(
    search: LoadSearch,
  ): Promise<{ readonly loads: readonly SeenLoad[]; readonly next: string | null }>;
  seenLoad(loadId: string): Promise<SeenLoadDetails | undefined>;
  /** The site of a load with all its loads, as `sitesOfVen` has it; undefined: it has none. */
  siteOfLoad(loadId: string): Promise<SiteRow | undefined>;
  /** Why loads are not registered now; reasons that are equal but for the load's own ids together, the most frequent first. */
  failureCounts(of: {
    readonly venName?: string | undefined;
    readonly component?: string | undefined;
  }): Promise<FailureCount[]>;
  /** What was due since then, or will be, all sinks and events together; and loads that are told something now. */
  dispatchTotals(
    sinceMs: number,
    nowMs: number,
  ): Promise<{
    readonly handed: number;
    readonly late: number;
    readonly missed: number;
    readonly replaced: number;
    readonly open: number;
    readonly loadsTold: number;
  }>;
  /** Changes when anything that is shown may have changed; what leases say is not shown. Cheap while nothing is written. */
  viewsMark(): Promise<string>;
}
