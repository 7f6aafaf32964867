import type { Recorder } from '../delivery/recorder.ts';
import type { RunContext } from '../delivery/settle.ts';
import type { FleetStore } from '../store/fleet-store.ts';
import type { LoadSource } from './load-source.ts';
import type { Tally } from './registration-counts.ts';
import type { RegistrationEvent } from './registration-events.ts';

/** One registration under way: what its parts share. */
export interface Run extends RunContext {
  readonly store: FleetStore;
  readonly loads: LoadSource;
  readonly tally: Tally;
  readonly recorder: Recorder;
  readonly emit: (event: RegistrationEvent) => void;
  readonly includeDisabled: boolean;
  /** See `RegistrationRequest`. */
  readonly only: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  /** See `RegistrationRequest`. */
  readonly known: ReadonlySet<string> | undefined;
  /** Ids of loads that are noted as about to be sent, but have not been. */
  readonly unsent: Set<string>;
  /** Waits for `work`; an error in it is not one load's own, and stops the run. */
  guard(work: Promise<void>): Promise<void>;
}
