import type { Evidence, Trace } from '../core/trace.ts';

/** A load that became known as a resource on the VTN. */
export interface Mapping {
  readonly loadId: string;
  /** Of the load's row, as the store told it (`LoadRow`), where it is known. */
  readonly storeRef?: unknown;
  readonly vtnResourceId: string;
  readonly externalResourceId: string;
  readonly venName: string;
  /** A hash of what was sent; null where it is not known what the VTN was told. */
  readonly sentHash: string | null;
  readonly evidence: Evidence;
}

/** A mapping that was not stored, and why. */
export type RefusedMapping = Mapping & { readonly problem: string };

/** A load that could not be registered, and why. `status` is the VTN's HTTP status, null where it gave none. */
export interface FailureRecord {
  readonly loadId: string;
  /** See `Mapping`. By its id alone, a row is not found whose id is no text to others. */
  readonly storeRef?: unknown;
  readonly status: number | null;
  readonly reason: string;
  /** Unless it is `none`, the load stays noted as sent, and is looked up before it is sent again. */
  readonly trace: Trace;
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

/** Remembers what registering came to: of loads, of VENs, and with which VTN. */
export interface RegistrationStore {
  /**
   * Stores what a run learned, in one transaction: mappings (`vtn_resource_id`, APPROVED, `updated_at`) and
   * failures; a SUSPENDED load keeps its status. A mapping is returned instead of stored where its row cannot be
   * changed, or where another load already has the resource. Only one that the VTN has shown takes the resource from a load
   * of another external id: that one was told wrong, so it loses its mapping, and is noted as perhaps sent, so
   * that the next run looks it up.
   */
  record(mappings: readonly Mapping[], failures: readonly FailureRecord[]): Promise<RefusedMapping[]>;

  /** The loads of which a failure is kept, by their ids. */
  failedLoads(): Promise<Set<string>>;

  /** Forgets why these loads failed: it is put right. */
  forgetFailures(loadIds: readonly string[]): Promise<void>;

  /**
   * Stores a VTN's ids of VENs, and that it is the VTN of these. Where another one was before, what was reported there of loads
   * that are not registered is forgotten.
   */
  recordVens(vens: readonly VenRecord[], vtn: VtnRecord): Promise<void>;

  /** The ids that were stored of VENs, by their names. */
  venIds(): Promise<Map<string, string>>;

  /** The VTN that gave the results that were stored last; undefined where it was never noted. */
  recordedVtn(): Promise<VtnRecord | undefined>;

  /** Notes the VTN as the one of the last results, and as the one of these VENs, by name. */
  recordVtn(vtn: VtnRecord, vens?: readonly string[]): Promise<void>;

  /** The VTN of each VEN, by the VEN's name; those of which it was never noted are left out. */
  vtnsOfVens(): Promise<Map<string, VtnRecord>>;

  /** All VTNs that the fleet was ever registered on. */
  knownVtns(): Promise<VtnRecord[]>;

  /** The VENs that have registered loads, by name, and how many; quick where there are none. */
  registeredByVen(): Promise<RegisteredCount[]>;

  /**
   * Forgets, in one transaction, what is known of being registered: the ids of VENs and loads (which are PENDING
   * then, suspended ones SUSPENDED), what was sent, and why loads failed. `vens`: of these alone; undefined: of all.
   * Then `vtn` is the VTN of the database. `maybeThere`: it may hold loads of the fleet from another time, so all that
   * have no id are noted as perhaps sent; else those whose ids are forgotten are in no doubt. What was reported of their
   * loads is forgotten too, what all reports are filed under, and all events, but not what loads were told last
   * (`EventStore.dispatchesInForce`). While somebody reports or carries out events, it waits or throws DB_IN_USE, as the exclusive
   * access was asked for.
   */
  moveTo(
    vtn: VtnRecord,
    forget: { readonly vens: readonly (string | null)[] | undefined; readonly maybeThere: boolean },
  ): Promise<void>;
}

/** How many loads of a VEN are registered; a null name gathers those of sites that have none. */
export interface RegisteredCount {
  readonly venName: string | null;
  readonly loads: number;
}
