import type { Clock } from '../../core/clock.ts';
import type { EventNote, EventStore, StoredAnswer } from '../../store/event-store.ts';

/** Something to be said to an event version for a VEN. */
export type Pending = Pick<StoredAnswer, 'eventId' | 'version' | 'venName' | 'kind' | 'answer'>;

/** How saying it ended. */
export type Said = { readonly state: 'sent' } | { readonly state: 'failed'; readonly reason: string };

/** What was said to events before, and what comes to it. */
export interface AnswerBook {
  /** Undefined: never tried. */
  before(pending: Omit<Pending, 'answer'>): StoredAnswer | undefined;
  /** Remembers that these may be on their way from now on. */
  sending(pending: readonly Pending[]): Promise<void>;
  ended(pending: Pending, said: Said): Promise<void>;
}

/** Reads what was said before. */
export async function openAnswerBook(
  store: Pick<EventStore, 'answers' | 'recordAnswers' | 'noteOnEvents'>,
  clock: Clock,
): Promise<AnswerBook> {
  const known = new Map((await store.answers()).map((answer) => [keyOf(answer), answer]));
  return {
    before: (pending) => known.get(keyOf(pending)),
    sending: (pending) =>
      store.recordAnswers(
        pending.map((one) => ({ ...one, state: 'sending', reason: null, atMs: clock.now() })),
      ),
    async ended(pending, said) {
      const { eventId, version, venName, kind, answer } = pending;
      const atMs = clock.now();
      const reason = said.state === 'failed' ? said.reason : null;
      await store.recordAnswers([
        { eventId, version, venName, kind, answer, state: said.state, reason, atMs },
      ]);
      const before = known.get(keyOf(pending));
      // Tried again and again, it fails the same way again and again: that is said once.
      if (reason !== null && before?.state === 'failed' && before.reason === reason) return;
      const what = reason === null ? 'answered' : 'answer-failed';
      const detail = { venName, kind, answer, ...(reason !== null && { reason }) };
      const note: EventNote = { eventId, version, atMs, what, detail };
      await store.noteOnEvents([note]);
    },
  };
}

function keyOf({ eventId, version, venName, kind }: Omit<Pending, 'answer'>): string {
  return JSON.stringify([eventId, version, venName, kind]);
}
