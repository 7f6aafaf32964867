import type { Clock } from '../../core/clock.ts';
import type { VtnAndStore } from '../with-vtn-and-store.ts';

/**
 * Milliseconds after which a load that was registered, suspended, … meanwhile is told events, and reported, at the latest; and the
 * same while the fleet is changed by a run of this process: to read it all again would hold that up, and what is read would be out
 * of date at once.
 */
const fleetEveryMs = { quiet: 60_000, changing: 600_000 };

/** The same, with a mark of the fleet that is steady while it is changed by a run, and tells when that has ended. */
export function withSteadyMark(parts: VtnAndStore, isChanging: () => boolean): VtnAndStore {
  let wasChanging = false;
  const everyMs = () => {
    const hasEnded = wasChanging && !isChanging();
    wasChanging = isChanging();
    if (hasEnded) return 0;
    return wasChanging ? fleetEveryMs.changing : fleetEveryMs.quiet;
  };
  const { store, link } = parts;
  const fleetMark = steadyMark(store.fleetMark, link.clock, everyMs);
  return { ...parts, store: { ...store, fleetMark } };
}

/**
 * A mark that tells of changes at most each `everyMs` milliseconds; one that comes alone it tells at once. A fleet that is being
 * registered changes all the time, and whoever follows events reads all of it after each change.
 */
export function steadyMark(
  mark: () => Promise<string>,
  clock: Clock,
  everyMs: () => number,
): () => Promise<string> {
  let told: string | undefined;
  let changedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const now = clock.monotonic();
    if (told !== undefined && now - changedAt < everyMs()) return told;
    const current = await mark();
    if (current !== told) changedAt = now;
    told = current;
    return current;
  };
}
