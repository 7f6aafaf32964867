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

/**
 * What was said to events before, and what comes to it. At hand is what was said to the versions that it is turned to: answers to
 * events that are over are many, and nobody asks for them.
 */
export interface AnswerBook {
  /** Has at hand what was said to these versions, and lets go of what was said to others. */
  turnTo(versions: readonly EventVersion[]): Promise<void>;
  /** Has at hand what was said to this version too. */
  open(version: EventVersion): Promise<void>;
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
}

/** What was said to one version. */
interface Page {
  /** By `keyOf`. */
  readonly answers: Map<string, StoredAnswer>;
  /** Why what failed did, as it was noted last. */
  readonly lastFailures: Map<string, string>;
}

/** Reads what was said before, as it is asked for. Nobody else writes it while the book is open. */
export function openAnswerBook(
  store: Pick<EventStore, 'answers' | 'recordAnswers' | 'forgetAnswers' | 'noteOnEvents'>,
  clock: Pick<Clock, 'now'>,
): AnswerBook {
  const pages = new Map<string, Page>();
  const pageOf = (stored: EventVersion): Page => {
    const page = pages.get(versionKey({ stored }));
    // As if nothing had been said, it would be said again.
    if (!page) throw new Error(`the answer book is not turned to event ${stored.eventId}`);
    return page;
  };
  const remember = async (answers: readonly StoredAnswer[]) => {
    await store.recordAnswers(answers);
    for (const answer of answers) pageOf(answer).answers.set(keyOf(answer), answer);
  };
  const record = (pending: Pending, said: Said) => {
    const reason = said.state === 'failed' ? said.reason : null;
    return remember([{ ...pending, state: said.state, reason, atMs: clock.now() }]);
  };
  const open = async (stored: EventVersion) => {
    const key = versionKey({ stored });
    if (!pages.has(key)) pages.set(key, pageWith(await store.answers(stored.eventId), stored));
  };
  return {
    async turnTo(versions) {
      const wanted = new Set(versions.map((stored) => versionKey({ stored })));
      for (const key of pages.keys()) if (!wanted.has(key)) pages.delete(key);
      for (const version of versions) await open(version);
    },
    open,
    before: (key) => pageOf(key).answers.get(keyOf(key)),
    sending: (pending) =>
      remember(pending.map((one) => ({ ...one, state: 'sending', reason: null, atMs: clock.now() }))),
    record,
    async ended(pending, said) {
      const { eventId, version, venName, kind, answer } = pending;
      await record(pending, said);
      const reason = said.state === 'failed' ? said.reason : null;
      if (reason !== null) {
        const { lastFailures } = pageOf(pending);
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
      for (const key of keys) pageOf(key).answers.delete(keyOf(key));
    },
  };
}

/** Of these answers to an event those to this version. */
function pageWith(answers: readonly StoredAnswer[], { version }: EventVersion): Page {
  const own = answers.filter((one) => one.version === version);
  const failures = own.flatMap((one) =>
    one.state === 'failed' && one.reason !== null ? [[keyOf(one), one.reason] as const] : [],
  );
  return { answers: new Map(own.map((one) => [keyOf(one), one])), lastFailures: new Map(failures) };
}

/** Tells answers apart. */
export function keyOf({ eventId, version, venName, kind }: AnswerKey): string {
  return JSON.stringify([eventId, version, venName, kind]);
}
