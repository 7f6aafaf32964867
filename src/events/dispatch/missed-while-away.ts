import type { EventNote, EventStore } from '../../store/event-store.ts';
import type { ActingEvent } from './acting-event.ts';

/** Spans that are counted one by one; an event may go round every second, and nobody have looked for a year. */
const mostCounted = 100_000;

/**
 * What events asked for while nobody was there to tell their loads: spans that began and ended since an event's last word to any
 * load. Told once, for each event as a whole.
 */
export async function missedWhileAway(
  events: readonly ActingEvent[],
  store: Pick<EventStore, 'lastDueMs' | 'eventNotes'>,
  nowMs: number,
): Promise<EventNote[]> {
  const notes: EventNote[] = [];
  for (const { stored, timeline, resolution } of events) {
    const { eventId, version } = stored;
    const sinceMs = Math.max(stored.receivedMs, await lastWordMs(eventId, store));
    let spans = 0;
    for (const { fromMs, untilMs } of timeline.between(sinceMs, nowMs)) {
      if (fromMs <= sinceMs || untilMs === null || untilMs > nowMs) continue;
      spans++;
      if (spans >= mostCounted) break;
    }
    if (spans === 0 || resolution.loads.length === 0) continue;
    const detail = {
      spans,
      loads: resolution.loads.length,
      sinceMs,
      untilMs: nowMs,
      because: 'venfleet was not running',
    };
    notes.push({ eventId, version, atMs: nowMs, what: 'missed', detail });
  }
  return notes;
}

/** When the event last had something told to a load, or was said to have missed something. */
async function lastWordMs(
  eventId: string,
  store: Pick<EventStore, 'lastDueMs' | 'eventNotes'>,
): Promise<number> {
  const lastDueMs = await store.lastDueMs(eventId);
  const missed = (await store.eventNotes(eventId)).findLast(({ what }) => what === 'missed');
  const untilMs = missed?.detail.untilMs;
  return Math.max(lastDueMs ?? 0, typeof untilMs === 'number' ? untilMs : 0);
}
