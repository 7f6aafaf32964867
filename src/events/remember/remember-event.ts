import type { GridEvent } from '../../fleet/grid-event.ts';
import type { ReceivedEvent } from '../../profiles/events-profile.ts';
import type { EventNote, StoredEvent } from '../../store/event-store.ts';
import type { ReceivedBy } from '../receive/hint.ts';
import { isCancellation } from '../timeline/cancellation.ts';
import { instructionHash, timingHash } from './fingerprint.ts';

/** An event as it was received, and how. */
export interface Reception {
  readonly received: ReceivedEvent;
  /** Who sees it: see `StoredEvent.seenBy`. */
  readonly seenBy: readonly string[] | null;
  readonly atMs: number;
  readonly by: ReceivedBy;
}

/** What to store of it, if anything, and what was decided. */
export interface Remembered {
  readonly event: StoredEvent;
  readonly notes: readonly EventNote[];
}

/**
 * What an event that was just received makes of the one that was stored (`before`; `eventBefore`: as it reads; undefined: none, or
 * one that cannot be read). Undefined: nothing changed. `newSeed` draws the seed of a new event.
 */
export function rememberEvent(
  { received, seenBy, atMs, by }: Reception,
  before: StoredEvent | undefined,
  eventBefore: GridEvent | undefined,
  newSeed: () => string,
): Remembered | undefined {
  const { id, body, event, problem } = received;
  const hash = event ? instructionHash(event) : `unsound ${problem ?? ''}`;
  const isCancelled = event !== undefined && (event.isCancelled || isCancellation(event));
  // What was taken back by its own words says so in each reading.
  const stays = isCancelled
    ? before?.state === 'cancelled'
    : before?.state === 'current' || before?.state === 'over';
  if (before && before.body === body && stays) return sameSight(before, seenBy);
  const asksTheSame = before?.instructionHash === hash;
  const version = before ? before.version + (asksTheSame ? 0 : 1) : 1;
  const state = isCancelled ? 'cancelled' : asksTheSame && before.state === 'over' ? 'over' : 'current';
  const stored: StoredEvent = {
    eventId: id,
    programId: event?.programId ?? before?.programId ?? null,
    name: event?.name ?? null,
    state,
    version,
    body,
    instructionHash: hash,
    problem,
    anchorMs: before && (asksTheSame || keepsTiming(event, eventBefore)) ? before.anchorMs : atMs,
    seed: before?.seed ?? newSeed(),
    seenBy,
    firstReceivedMs: before?.firstReceivedMs ?? atMs,
    receivedMs: before && asksTheSame && before.state !== 'cancelled' ? before.receivedMs : atMs,
    receivedBy: before && asksTheSame ? before.receivedBy : by,
  };
  const what = whatHappened(before, stored, asksTheSame);
  const detail = { by, ...(problem !== null && { problem }) };
  return { event: stored, notes: [{ eventId: id, version, atMs, what, detail }] };
}

/** The object is the same; perhaps others see it now. */
function sameSight(before: StoredEvent, seenBy: readonly string[] | null): Remembered | undefined {
  if (JSON.stringify(before.seenBy) === JSON.stringify(seenBy)) return undefined;
  return { event: { ...before, seenBy }, notes: [] };
}

function keepsTiming(event: GridEvent | undefined, before: GridEvent | undefined): boolean {
  return event !== undefined && before !== undefined && timingHash(event) === timingHash(before);
}

/** The word for it in the event's log. */
function whatHappened(before: StoredEvent | undefined, after: StoredEvent, asksTheSame: boolean): string {
  if (after.state === 'cancelled') return before?.state === 'cancelled' ? 'annotated' : 'cancelled';
  if (!before) return after.problem === null ? 'received' : 'unsound';
  if (before.state === 'cancelled' || before.state === 'vanished') return 'returned';
  if (asksTheSame) return 'annotated';
  return after.problem === null ? 'changed' : 'unsound';
}
