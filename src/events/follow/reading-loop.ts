import { describeError } from '../../core/errors.ts';
import { createSender } from '../../delivery/sender.ts';
import type { VtnLink } from '../../delivery/vtn-link.ts';
import type { EventsProfile } from '../../profiles/events-profile.ts';
import type { EventsNews } from '../events-news.ts';
import type { Hint, ReceivedBy } from '../receive/hint.ts';
import type { Reader, Reading, Receiver } from '../receive/receiver.ts';
import { pollState } from './poll-state.ts';

export interface ReadingLoopOptions {
  readonly link: VtnLink;
  readonly profile: EventsProfile;
  readonly receiver: Receiver;
  /** Milliseconds between readings of one reader, about. */
  readonly pollMs: number;
  /** Called after each reading, before the next one. */
  changed(): Promise<void>;
  onNews(news: EventsNews): void;
  readonly signal: AbortSignal;
}

/** Reads what each reader sees, again and again. */
export interface ReadingLoop {
  /** Resolves after the first reading of all. Rejects with what ended it: nothing is known of the VTN then. */
  readonly first: Promise<void>;
  /** Resolves when the signal has aborted. */
  readonly loop: Promise<void>;
  /** Has all read soon. */
  hint(via: Hint['via']): void;
  count(): number;
}

/** Hints come in swarms: a reading begins so long after the first of them, milliseconds. */
const gatherMs = 50;

/**
 * Reads all that the readers see at once, then each again after about `pollMs`, spread over that time so that hundreds of VENs do
 * not ask at once; and all of them after a hint. A VTN that is down is waited for.
 */
export function readWheneverDue(options: ReadingLoopOptions): ReadingLoop {
  const { link, receiver, pollMs, signal, onNews } = options;
  const { clock, random } = link;
  const dueAt = new Map<Reader, number>();
  let hinted: ReceivedBy | undefined;
  let wake = new AbortController();
  let count = 0;

  const state = pollState(link, (problem) => onNews({ type: 'state', of: 'poll', problem }));

  async function readOnce(readers: readonly Reader[], by: ReceivedBy): Promise<void> {
    const harmless = () => {
      const [listing] = options.profile.eventListings(readers[0]);
      return listing ? [listing.page(0)] : [];
    };
    const sender = createSender(link, {
      kind: 'events',
      lane: 'prompt',
      whenDown: 'wait',
      onlyLooks: true,
      harmless,
      signal,
    });
    const reading = await state.during(receiver.read(readers, by, sender));
    if (!reading) return;
    count++;
    const [failure] = reading.failed;
    state.set(failure && reading.failed.length === receiver.readers.length ? failure.reason : null);
    tellOf(reading, by, options);
    await options.changed();
  }

  const plan = (readers: readonly Reader[], isFirst: boolean) => {
    for (const reader of readers) {
      // At first each gets a place of its own within the time; then it keeps to it, about.
      const share = isFirst && receiver.readers.length > 1 ? random() : 0.9 + 0.2 * random();
      dueAt.set(reader, clock.monotonic() + share * pollMs);
    }
  };

  async function first(): Promise<void> {
    await readOnce(receiver.readers, 'poll');
    plan(receiver.readers, true);
  }

  async function onAndOn(): Promise<void> {
    while (!signal.aborted) {
      const by = hinted ?? 'poll';
      const now = clock.monotonic();
      const readers = hinted
        ? receiver.readers
        : receiver.readers.filter((reader) => (dueAt.get(reader) ?? 0) <= now);
      hinted = undefined;
      if (readers.length > 0) {
        try {
          await readOnce(readers, by);
        } catch (error) {
          state.set(describeError(error));
        }
        plan(readers, false);
        continue;
      }
      const nextAt = Math.min(...dueAt.values());
      wake = new AbortController();
      await clock.sleep(Math.max(0, nextAt - now), AbortSignal.any([signal, wake.signal]));
      if (hinted && !signal.aborted) await clock.sleep(gatherMs, signal);
    }
  }

  const begun = first();
  return {
    first: begun,
    // What ended the first one is told by `first`.
    loop: begun.then(onAndOn, () => undefined),
    hint(via) {
      hinted ??= via;
      wake.abort();
    },
    count: () => count,
  };
}

/** Tells what a reading brought. */
function tellOf(reading: Reading, by: ReceivedBy, { receiver, onNews }: ReadingLoopOptions): void {
  onNews({ type: 'reading', by, reading });
  for (const note of reading.notes)
    onNews({ type: 'note', note, name: receiver.events.get(note.eventId)?.stored.name ?? null });
  if (reading.alarm !== undefined) onNews({ type: 'alarm', problem: reading.alarm });
}
