import { type Clock, systemClock } from '../../core/clock.ts';
import { VenfleetError } from '../../core/errors.ts';
import { withDatabaseErrors } from './errors.ts';
import type { FleetDatabase } from './open-sqlite.ts';

/** How long another program's lock is waited for, in milliseconds, and how often it is looked at. */
const longestWaitMs = 60_000;
const lookMs = 250;
/** How long one look may hold up this process: answers of the VTN wait meanwhile, and Ctrl-C. */
const busyTimeoutMs = 100;

/** Does work on the database as soon as no other program's lock is in its way; throws VenfleetErrors. */
export type WhenUnlocked = <T>(work: () => T | Promise<T>) => Promise<T>;

/**
 * Makes what waits a minute for a lock of another program without standing still, and then throws DB_LOCKED.
 * The work may be begun several times: it must be one statement, or one transaction that takes its lock at its
 * beginning.
 */
export function createLockWait(
  { path, sqlite }: Pick<FleetDatabase, 'path' | 'sqlite'>,
  clock: Clock = systemClock,
): WhenUnlocked {
  sqlite.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  return async (work) => {
    const deadline = clock.monotonic() + longestWaitMs;
    for (;;) {
      try {
        return await withDatabaseErrors(path, work);
      } catch (error) {
        const isLocked = error instanceof VenfleetError && error.code === 'DB_LOCKED';
        if (!isLocked || clock.monotonic() >= deadline) throw error;
      }
      await clock.sleep(lookMs);
    }
  };
}
