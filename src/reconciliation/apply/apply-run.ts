import type { RunContext } from '../../delivery/settle.ts';
import type { RegisteredVen } from '../../profiles/registration-profile.ts';
import type { FleetStore } from '../../store/fleet-store.ts';
import type { ApplyTally } from './apply-counts.ts';

/** What removing and updating need: the database, the VTN, the counts. */
export interface ChangeRun {
  readonly store: FleetStore;
  readonly context: RunContext;
  readonly tally: ApplyTally;
  /** Stops the run: what failed concerns all of it. */
  readonly stop: () => void;
  venOf(venName: string): RegisteredVen;
}

/** Paces the work; an error in it is not one resource's own, and stops the rest at once. */
export function drive<T>(
  items: AsyncIterable<T>,
  { context, stop }: Pick<ChangeRun, 'context' | 'stop'>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  return context.pacing.drive(items, (item) =>
    work(item).catch((error: unknown) => {
      stop();
      throw error;
    }),
  );
}
