import type { SeriesKey, TimeSpan } from '../fleet/readings.ts';
import type { FleetScope } from './fleet-store.ts';

/** A load as far as reports need it. */
export interface MeteredLoad extends SeriesKey {
  readonly loadId: string;
  readonly resourceId: string;
  readonly venName: string | null;
  /** Null where it is not registered. */
  readonly vtnResourceId: string | null;
  /** SUSPENDED, or of a disabled site: nothing is sent of it. */
  readonly isOff: boolean;
}

/** Which loads reports are about. */
export interface ReportScope extends FleetScope {
  readonly components?: readonly string[] | undefined;
  readonly loadIds?: readonly string[] | undefined;
}

/** What was reported of one load, under one kind (`MeteringProfile.kind`). */
export interface ReportedSpan extends TimeSpan {
  readonly loadId: string;
  /**
   * By what the VTN knew the load when it was reported. Under another one it was not: what was reported counts only while
   * the two are the same, which is for the caller to compare.
   */
  readonly resourceRef: string;
  readonly points: number;
}

/** A report that may be on its way. What a run left behind, since it died, is in doubt. */
export interface ReportNote extends TimeSpan {
  /** Unique among reports under way. */
  readonly key: string;
  readonly kind: string;
  readonly venName: string;
  /** Its name on the VTN, where reports have names. */
  readonly reportName: string | null;
  readonly loads: readonly Pick<ReportedSpan, 'loadId' | 'resourceRef' | 'points'>[];
}

/** A report of one or more loads that failed, and why. `status` is the VTN's HTTP status, null where it gave none. */
export interface ReportFailure {
  readonly loadId: string;
  readonly kind: string;
  readonly status: number | null;
  readonly reason: string;
}

/** The program and event that reports are filed under, on VTNs where reports need them. */
export interface ReportAnchor {
  readonly programId: string;
  readonly eventId: string;
}

/** Reporting, by VEN or by load component. */
export interface ReportingCounts {
  /** All loads. What follows is of those of them that are registered. */
  readonly loads: number;
  readonly registered: number;
  /** Something was reported of them. */
  readonly reporting: number;
  /** Their last report failed. */
  readonly failing: number;
  readonly points: number;
  /** The end of what was reported, of the load that is least and most far; milliseconds since 1970, null where none reports. */
  readonly leastUntilMs: number | null;
  readonly mostUntilMs: number | null;
}

/**
 * Remembers what was reported of each load, until when, and what may be on its way. Whoever writes here has exclusive access to
 * reports (`AccessRequest.subject`).
 */
export interface ReportingStore {
  /**
   * The loads of the scope in order of meter, component, VEN and load id: all of them, also those that cannot report. Without
   * VENs in the scope, also those of sites without one, and those without a site.
   */
  meteredLoads(scope: ReportScope): Promise<MeteredLoad[]>;

  /** What was reported under this kind, in order of load id and time; spans of a load that touch are one. */
  reportedSpans(kind: string): Promise<ReportedSpan[]>;

  /** Remembers reports before they are sent. */
  noteReports(notes: readonly ReportNote[]): Promise<void>;

  /** The reports of this kind that earlier runs left noted, in order of their keys. To be called before anything is noted. */
  reportsInDoubt(kind: string): Promise<ReportNote[]>;

  /**
   * Stores, in one transaction, how reports ended: `keys` are noted no more; `done` spans are reported (those that touch
   * become one), and their loads' failures forgotten; `failures` are remembered, one for each load and kind. What was
   * reported of a load under another `resourceRef` is forgotten. Where spans overlap, nothing is counted twice: their
   * readings are taken to be spread evenly.
   */
  recordReports(
    keys: readonly string[],
    done: readonly (ReportedSpan & { readonly kind: string })[],
    failures: readonly ReportFailure[],
  ): Promise<void>;

  /** Forgets why reports of these loads failed, under this kind: nothing is missing of them any more. */
  forgetReportFailures(kind: string, loadIds: readonly string[]): Promise<void>;

  /** Forgets what was reported of these loads in this span, under this kind: it is to be reported again. */
  forgetReported(kind: string, loadIds: readonly string[], span: TimeSpan): Promise<void>;

  /** The kinds under which anything was reported or has failed, in their order. */
  reportedKinds(): Promise<string[]>;

  /** The components that loads have, in their order. */
  loadComponents(): Promise<string[]>;
  /** Those of these ids that are a load's. */
  knownLoadIds(ids: readonly string[]): Promise<Set<string>>;

  reportAnchor(): Promise<ReportAnchor | undefined>;
  /** In the place of the one that is there. */
  setReportAnchor(anchor: ReportAnchor): Promise<void>;

  /** In order of the VENs' names; null gathers sites without one. Spans under a former `resourceRef` count until they are forgotten. */
  reportingByVen(kind: string, scope: ReportScope): Promise<(ReportingCounts & { venName: string | null })[]>;
  reportingByComponent(
    kind: string,
    scope: ReportScope,
  ): Promise<(ReportingCounts & { component: string })[]>;
  /** The newest first. `failedAt`: UTC, `YYYY-MM-DD HH:MM:SS`. */
  latestReportFailures(
    kind: string,
    limit: number,
    scope?: ReportScope,
  ): Promise<(ReportFailure & { externalResourceId: string; venName: string | null; failedAt: string })[]>;
}
