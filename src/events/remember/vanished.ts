import type { EventNote, StoredEvent } from '../../store/event-store.ts';

/** So many at once, and so large a part of those that are there, are no cancels, but a VTN that has lost its memory. */
const fewestOfMany = 3;
const largestShare = 0.5;
/** Readings in which they must be missing until they are believed to be cancelled all the same. */
export const readingsUntilBelieved = 3;

/** Events that a complete listing has no more, and of which the VTN, asked for each, says that it has none. */
export interface VanishedRequest {
  readonly vanished: readonly StoredEvent[];
  /** How many were there before, these included. */
  readonly known: number;
  /** In how many readings before this one each was missing already. */
  missingFor(eventId: string): number;
  readonly atMs: number;
}

/**
 * What becomes of events that vanished: cancelled; but where a VTN forgets many at once, what runs is held, and it is asked again
 * (`alarm`: why, no sentence).
 */
export function judgeVanished({ vanished, known, missingFor, atMs }: VanishedRequest): {
  readonly events: readonly StoredEvent[];
  readonly notes: readonly EventNote[];
  readonly alarm: string | undefined;
} {
  const isMany = vanished.length >= fewestOfMany && vanished.length > known * largestShare;
  const held = isMany ? vanished.filter(({ eventId }) => missingFor(eventId) < readingsUntilBelieved) : [];
  const isHeld = new Set(held);
  const changed = vanished.filter((event) => !isHeld.has(event) || event.state !== 'vanished');
  const events = changed.map((event) => ({
    ...event,
    state: isHeld.has(event) ? ('vanished' as const) : ('cancelled' as const),
  }));
  const notes = events.map(({ eventId, version, state }) => ({
    eventId,
    version,
    atMs,
    what: state,
    detail: {
      because: state === 'cancelled' ? 'the VTN has it no more' : 'the VTN lost many events at once',
    },
  }));
  const alarm =
    held.length > 0
      ? `${held.length} of ${known} events are gone from the VTN at once: what runs is held until it says so again`
      : undefined;
  return { events, notes, alarm };
}
