import type { Clock } from '../../core/clock.ts';
import type { EventNote, EventStore, StoredAnswer } from '../../store/event-store.ts';
import type { EventVersion } from '../receive/receiver.ts';
import { versionKey } from './askings.ts';

/** Something to be said to an event version for a VEN. */
export type Pending = Pick<StoredAnswer, 'eventId' | 'version' | 'venName' | 'kind' | 'answer'>;

/** What an answer is known by. */
export type AnswerKey = Omit<Pending, 'answer'>;

/** How saying it ended. */
export type Said = { readonly state: 'sent' } | { readonly state: 'failed'; readonly reason: string };

/** What was said to events before, and what comes to it. */
export interface AnswerBook {
  /** Undefined: never tried. */
  before(key: AnswerKey): StoredAnswer | undefined;
  /** Remembers that these may be on their way from now on. */
  sending(pending: readonly Pending[]): Promise<void>;
  /** Remembers how it ended. */
  record(pending: Pending, said: Said): Promise<void>;
  /** The same, and notes it in the event's log: a failure once for each reason, as what is tried again fails the same way again. */
  ended(pending: Pending, said: Said): Promise<void>;
  /** Forgets these. */
  forget(keys: readonly AnswerKey[]): Promise<void>;
  /** The store has forgotten these versions, with their answers. */
  forgotten(versions: readonly EventVersion[]): void;
}

/** Reads what was said before. Nobody else writes it while the book is open. */
export async function openAnswerBook(
  store: Pick<EventStore, 'answers' | 'recordAnswers' | 'forgetAnswers' | 'noteOnEvents'>,
  clock: Pick<Clock, 'now'>,
): Promise<AnswerBook> {
  const known = new Map((await store.answers()).map((answer) => [keyOf(answer), answer]));
  /** Why what failed did, as it was noted last. */
  const lastFailures = new Map(
    [...known].flatMap(([key, { state, reason }]) =>
      state === 'failed' && reason !== null ? [[key, reason] as const] : [],
    ),
  );
  const drop = (key: string) => {
    known.delete(key);
    lastFailures.delete(key);
  };
  const remember = async (answers: readonly StoredAnswer[]) => {
    await store.recordAnswers(answers);
    for (const answer of answers) known.set(keyOf(answer), answer);
  };
  const record = (pending: Pending, said: Said) => {
    const reason = said.state === 'failed' ? said.reason : null;
    return remember([{ ...pending, state: said.state, reason, atMs: clock.now() }]);
  };
  return {
    before: (key) => known.get(keyOf(key)),
    sending: (pending) =>
      remember(pending.map((one) => ({ ...one, state: 'sending', reason: null, atMs: clock.now() }))),
    record,
    async ended(pending, said) {
      const { eventId, version, venName, kind, answer } = pending;
      await record(pending, said);
      const reason = said.state === 'failed' ? said.reason : null;
      if (reason !== null) {
        if (lastFailures.get(keyOf(pending)) === reason) return;
        lastFailures.set(keyOf(pending), reason);
      }
      const what = reason === null ? 'answered' : 'answer-failed';
      const detail = { venName, kind, answer, ...(reason !== null && { reason }) };
      const note: EventNote = { eventId, version, atMs: clock.now(), what, detail };
      await store.noteOnEvents([note]);
    },
    async forget(keys) {
      if (keys.length === 0) return;
      await store.forgetAnswers(keys);
      for (const key of keys) drop(keyOf(key));
    },
    forgotten(versions) {
      const gone = new Set(versions.map((stored) => versionKey({ stored })));
      for (const [key, stored] of known) if (gone.has(versionKey({ stored }))) drop(key);
    },
  };
}

/** Tells answers apart. */
export function keyOf({ eventId, version, venName, kind }: AnswerKey): string {
  return JSON.stringify([eventId, version, venName, kind]);
}
