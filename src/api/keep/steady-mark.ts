import type { Clock } from '../../core/clock.ts';

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
