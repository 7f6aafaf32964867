import type { AccessRequest, AccessSubject, ExclusiveAccess } from '../exclusive.ts';
import { takeOverJournal } from './journal.ts';
import { withLease } from './lease.ts';
import type { WhenUnlocked } from './lock-wait.ts';
import type { FleetDatabase } from './open-sqlite.ts';
import type { Writer } from './writer.ts';

export interface Access extends ExclusiveAccess {
  /** Somebody over this store has exclusive access to the fleet now. */
  isExclusive(): boolean;
  /**
   * Has work done while nobody has access to these: it waits for that, or throws DB_IN_USE, as the access to the fleet was asked
   * for.
   */
  without<T>(subjects: readonly AccessSubject[], command: string, work: () => Promise<T>): Promise<T>;
}

/** Gives exclusive access; what was written meanwhile by the writer of the subject is durable at its end. */
export function createAccess(
  database: FleetDatabase,
  whenUnlocked: WhenUnlocked,
  writers: Readonly<Record<AccessSubject, Pick<Writer, 'rest' | 'warmUp'>>>,
): Access {
  /** What was asked for by the one over this store that has exclusive access to the fleet. */
  let held: AccessRequest | undefined;
  const without: Access['without'] = ([subject, ...others], command, work) => {
    if (subject === undefined) return work();
    const request = { command, ...held, subject, wait: held?.wait || 'never' } as const;
    return withLease(database, request, () => without(others, command, work));
  };
  return {
    exclusively(request, work) {
      const { subject = 'fleet' } = request;
      // The first instructions are to be handed over at once, and are noted before.
      if (subject === 'events') writers.events.warmUp();
      if (subject !== 'fleet')
        return withLease(database, request, (lost) => work(lost).finally(writers[subject].rest));
      return withLease(database, request, async (lost) => {
        await whenUnlocked(() => takeOverJournal(database.sqlite, database.schema));
        held = request;
        try {
          return await work(lost);
        } finally {
          await writers.fleet.rest();
          held = undefined;
        }
      });
    },
    isExclusive: () => held !== undefined,
    without,
  };
}
