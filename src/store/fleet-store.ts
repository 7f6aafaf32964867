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

/** A load that became known as a resource on the VTN. */
export interface Mapping {
  readonly loadId: string;
  /** Of the load's row, as the store told it (`LoadRow`), where it is known. */
  readonly rowId?: number | null | undefined;
  readonly vtnResourceId: string;
  readonly externalResourceId: string;
  readonly venName: string;
  /** A hash of what was sent; null where it is not known what the VTN was told. */
  readonly sentHash: string | null;
  /** The VTN showed this load's own external id under this id: more than that it said the id in an answer. */
  readonly confirmed?: boolean | undefined;
}

/** A mapping that was not stored, and why. */
export type RefusedMapping = Mapping & { readonly problem: string };

/** What was last put on the VTN under an external id. */
export type SentRecord = Omit<Mapping, 'loadId' | 'rowId' | 'confirmed'>;

/** What is on the VTN no more; `loadId` is null where the load's row is gone as well. */
export interface Removed {
  readonly venName: string;
  readonly externalResourceId: string;
  readonly loadId: string | null;
}

/** Whether an external id is that of a load, or only remembered from one that is gone. */
export type Owner = 'load' | 'remembered';

/** A load that could not be registered, and why. `status` is the VTN's HTTP status, null where it gave none. */
export interface FailureRecord {
  readonly loadId: string;
  readonly status: number | null;
  readonly reason: string;
  /** It may be on the VTN all the same: it stays noted as sent, and is looked up before it is sent again. */
  readonly inDoubt: boolean;
}

export interface VenRecord {
  readonly venName: string;
  readonly vtnVenId: string;
}

/** A VTN, by its base URL and how it speaks. */
export interface VtnRecord {
  readonly url: string;
  readonly profile: string;
}

/**
 * The fleet's memory. Every method either did what it says, durably, or threw a VenfleetError.
 * Several runs may read; one run writes.
 */
export interface FleetStore {
  /** The VENs of the scope in order of their names, with their counts; one pass, no rows held. */
  countByVen(scope: FleetScope): Promise<VenCounts[]>;

  /**
   * One page of a VEN's sites, with all their loads, in order of resource id, after `afterResourceId`
   * (undefined: from the start). An empty page is the end.
   */
  sitesOfVen(venName: string | null, afterResourceId: string | undefined, limit: number): Promise<SiteRow[]>;

  /** Remembers, before they are sent, the loads that are about to be. Mapping one forgets it, as does
   * a failure that leaves no doubt. */
  noteSending(loadIds: readonly string[]): Promise<void>;

  /** Forgets that loads were noted: they were not sent after all. */
  forgetSending(loadIds: readonly string[]): Promise<void>;

  /**
   * Stores what a run learned, in one transaction: mappings (`vtn_resource_id`, APPROVED, `updated_at`) and
   * failures; a SUSPENDED load keeps its status. A mapping is returned instead of stored where its row cannot be
   * changed, or where another load already has the resource. Only a confirmed one takes the resource from a load
   * of another external id: that one was told wrong, so it loses its mapping, and is noted as perhaps sent, so
   * that the next run looks it up.
   */
  record(mappings: readonly Mapping[], failures: readonly FailureRecord[]): Promise<RefusedMapping[]>;

  /** What is remembered of these external ids under this VEN; nothing for those never sent. */
  sent(venName: string, externalResourceIds: readonly string[]): Promise<Map<string, SentRecord>>;

  /** Remembers what is on the VTN, without touching the loads; see `record`. */
  remember(sent: readonly SentRecord[]): Promise<void>;

  /** Which of these external ids are ours; the others are left out. One pass over all loads. */
  ownersOf(externalResourceIds: readonly string[]): Promise<Map<string, Owner>>;

  /**
   * The VENs under which loads of these VENs (undefined: all loads, also those that are gone) were put on the
   * VTN: a load's site may have moved to another VEN since.
   */
  venNamesSent(vens: readonly string[] | undefined): Promise<string[]>;

  /**
   * Forgets the VTN resources of loads, and notes that they may be on the VTN nevertheless: they are to be registered
   * again. Suspended ones stay suspended. Returns those that were noted as perhaps sent before.
   */
  unmap(loadIds: readonly string[]): Promise<ReadonlySet<string>>;

  /** Forgets what was removed from the VTN, together with its loads' VTN resource, and that they may be there. */
  forget(removed: readonly Removed[]): Promise<void>;

  /** Stores the VTN's ids of VENs. */
  recordVens(vens: readonly VenRecord[]): Promise<void>;

  /** The ids that were stored of VENs, by their names. */
  venIds(): Promise<Map<string, string>>;

  /** The VTN that gave the results that were stored last; undefined where it was never noted. */
  recordedVtn(): Promise<VtnRecord | undefined>;

  recordVtn(vtn: VtnRecord): Promise<void>;

  close(): Promise<void>;
}
