import type { GridEvent } from '../../fleet/grid-event.ts';
import { isZero } from './durations.ts';

/**
 * Whether an event that is still on the VTN was taken back: its VTN says so (the gateway's `status`), or it begins "now" (the
 * sentinel) and lasts PT0S (User Guide, 7.9), it and each of its intervals.
 *
 * The Guide contradicts itself here. An event without intervals that asks for reports has the same period in its examples 8.6 and
 * 8.10.2-2, and is none taken back; nor is one with an interval that has a time of its own (8.10.2-5). Example 8.10.2-4, and the
 * 3.0.1 Guide's sentence that an event for now may be written in this way too, cannot be told from a cancellation: what they ask
 * would last no time.
 */
export function isCancellation(event: GridEvent): boolean {
  return event.isCancelled || isOfNoTime(event);
}

function isOfNoTime({ period, intervals, askedReports }: GridEvent): boolean {
  if (period?.start?.kind === 'at') return false;
  if ((period?.start ?? intervals[0]?.period?.start)?.kind !== 'now') return false;
  if (intervals.length === 0 && askedReports.length > 0) return false;
  const standard = period?.duration ?? null;
  if (intervals.length === 0) return standard !== null && isZero(standard);
  return intervals.every((interval) => {
    const duration = interval.period?.duration ?? standard;
    return interval.period?.start?.kind !== 'at' && duration !== null && isZero(duration);
  });
}
