import { z } from 'zod';
import { type Checks, call, flag, vtnChecks, whole } from '../check-options.ts';
import { type FollowEventsOptions, ownFollowChecks } from '../follow-events.ts';
import { maxFailuresBounds, maxRemovalsBounds, reconcileSecondsBounds } from '../option-values.ts';
import { ownLiveChecks, type ReportLiveOptions } from '../report-live.ts';
import type { VtnAndStoreOptions } from '../with-vtn-and-store.ts';
import { driftChoices } from './drift-choices.ts';
import type { KeeperNote } from './fleet-keeper.ts';
import type { ReconciliationOptions } from './jobs.ts';

/** What a part has of its own: the VTN and the database are those of all, each waits for others, and none ends by itself. */
type OwnOf<T> = Omit<
  T,
  keyof VtnAndStoreOptions | 'wait' | 'onWaiting' | 'once' | 'scope' | 'onSpelledTwice'
>;

/** What one process does for a fleet. */
export interface FleetKeeperOptions extends VtnAndStoreOptions, ReconciliationOptions {
  /** Events are followed where this is given: `sinks` says where instructions go. Default: they are not. */
  readonly events?: OwnOf<FollowEventsOptions> | undefined;
  /** Readings are reported as they come due where this is given: `meterData` says where they come from. Default: they are not. */
  readonly reports?: OwnOf<ReportLiveOptions> | undefined;
  /** Forget, before anything else, what is known of another VTN. Default: throw VTN_OTHER. */
  readonly moveToThisVtn?: boolean | undefined;
  /** Told of what is of note: a part fails or works again, a run goes on or ends, something was decided about an event. */
  readonly onNote?: ((note: KeeperNote) => void) | undefined;
  /** Milliseconds that what is in flight may take to end once `signal` has aborted. Default 30,000. */
  readonly stopWithinMs?: number | undefined;
}

// All of the fleet is kept.
const { scope: _, ...wholeFleetChecks } = vtnChecks;

export const keeperChecks = {
  ...wholeFleetChecks,
  events: z.strictObject(ownFollowChecks satisfies Checks<OwnOf<FollowEventsOptions>>).optional(),
  reports: z.strictObject(ownLiveChecks satisfies Checks<OwnOf<ReportLiveOptions>>).optional(),
  reconcileEverySeconds: z.number().min(reconcileSecondsBounds[0]).max(reconcileSecondsBounds[1]).optional(),
  onDrift: z.enum(driftChoices).optional(),
  maxRemovals: whole(maxRemovalsBounds).optional(),
  maxFailures: whole(maxFailuresBounds).optional(),
  moveToThisVtn: flag,
  onNote: call,
  stopWithinMs: z.number().min(0).optional(),
} satisfies Checks<FleetKeeperOptions>;
