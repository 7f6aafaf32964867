import type { DatabaseSync } from 'node:sqlite';
import { type Clock, systemClock } from '../../core/clock.ts';
import type { EventStore } from '../event-store.ts';
import type { FleetLook } from '../sql/fleet-mark.ts';

/** The times of rows are to the second; within that, two changes may look the same. */
const recentMs = 2_000;

/**
 * Whether the fleet has changed. SQLite says whether anything at all was written, by this connection or by others; most often
 * that is a beat of a lease, or what events came to. Then the fleet is looked at. Right after a change every writing counts.
 */
export function createFleetMark(
  sqlite: DatabaseSync,
  look: () => Promise<FleetLook>,
  clock: Clock = systemClock,
): EventStore['fleetMark'] {
  const version = sqlite.prepare('PRAGMA data_version');
  const own = sqlite.prepare('SELECT total_changes() AS changes');
  let last: { readonly written: string; readonly mark: string } | undefined;
  return async () => {
    const written = `${Object.values(version.get() ?? {}).join()}.${Object.values(own.get() ?? {}).join()}`;
    if (last?.written === written) return last.mark;
    const { mark, updatedAt } = await look();
    if (isRecent(updatedAt, clock.now())) {
      last = undefined;
      return `${mark} ${written}`;
    }
    last = { written, mark };
    return mark;
  };
}

/** `2026-11-27 10:00:00`, UTC, or as Python writes it. */
function isRecent(updatedAt: string | null, nowMs: number): boolean {
  if (updatedAt === null) return false;
  const ms = Date.parse(
    /[zZ]|[+-]\d\d:?\d\d$/.test(updatedAt) ? updatedAt : `${updatedAt.replace(' ', 'T')}Z`,
  );
  return Math.abs(nowMs - ms) < recentMs;
}
