import type { Trace } from '../core/trace.ts';
import type { Mapping } from './registration-store.ts';

/** What was last put on the VTN under an external id. */
export type SentRecord = Omit<Mapping, 'loadId' | 'storeRef' | 'evidence'>;

/** What is on the VTN no more; `loadId` is null where the load's row is gone as well. */
export interface Removed {
  readonly venName: string;
  readonly externalResourceId: string;
  readonly loadId: string | null;
}

/** Whether an external id is that of a load, or only remembered from one that is gone. */
export type Owner = 'load' | 'remembered';

/** Remembers what was put on the VTN, also of loads that are gone from the fleet. */
export interface SentStore {
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
   * again. Suspended ones stay suspended. Returns what is known of each of them now: `maybe-sent`
   * of those that were noted before, else `was-there`.
   */
  unmap(loadIds: readonly string[]): Promise<ReadonlyMap<string, Trace>>;

  /**
   * Forgets what was removed from the VTN, together with its loads' VTN resource, that they may be there, and why they
   * failed.
   */
  forget(removed: readonly Removed[]): Promise<void>;
}
