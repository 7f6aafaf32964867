import type { EventStore } from './event-store.ts';
import type { ExclusiveAccess } from './exclusive.ts';
import type { ReaderAddress } from './fleet-reader.ts';
import type { FleetNames, FleetStore } from './fleet-store.ts';
import type { FleetViewStore } from './fleet-views.ts';
import type { FleetWriter } from './fleet-writer.ts';
import type { LoadLookups } from './load-lookups.ts';
import type { RegistrationStore } from './registration-store.ts';
import type { ReportingStore } from './reporting-store.ts';
import type { RunLog } from './run-log.ts';
import type { SendingJournal } from './sending-journal.ts';
import type { SentStore } from './sent-store.ts';
import type { FleetStatistics } from './statistics.ts';
import type { Suspension } from './suspension.ts';

/**
 * An open fleet database, for as many runs as one likes, until it is closed. Every method either did what it says,
 * durably, or threw a VenfleetError. What changes the fleet or its registration is called within `exclusively`.
 */
export interface Store
  extends ExclusiveAccess,
    FleetStore,
    FleetNames,
    SendingJournal,
    RegistrationStore,
    SentStore,
    FleetWriter,
    ReportingStore,
    EventStore,
    RunLog,
    Suspension,
    FleetViewStore {
  /** Counts of loads and the like, of these VENs (undefined: of all). */
  statistics(vens?: readonly string[] | undefined): FleetStatistics;
  readonly lookups: LoadLookups;
  /** How another thread reads what this one has open (`openReader`), for as long as it has the access that it has now. */
  readerAddress(): ReaderAddress;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Make the file, its folder and the Python system's tables where there are none. */
  readonly create?: boolean;
  /**
   * Leave the file and its folder as they are, to the byte; it may be one that cannot be written to. Where our own tables
   * are missing, a temporary copy is read. What would change anything throws NOT_WRITABLE.
   */
  readonly readOnly?: boolean;
}
