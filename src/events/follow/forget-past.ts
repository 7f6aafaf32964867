import type { Clock } from '../../core/clock.ts';
import { describeError } from '../../core/errors.ts';
import type { EventStore } from '../../store/event-store.ts';
import type { Answerer } from '../answer/answerer.ts';
import type { EventsNews } from '../events-news.ts';
import type { Receiver } from '../receive/receiver.ts';

export interface ForgetOptions {
  readonly store: Pick<EventStore, 'forgetDispatchesBefore' | 'forgetNotesBefore'>;
  readonly receiver: Pick<Receiver, 'forgetBefore'>;
  readonly answerer?: Pick<Answerer, 'forgotten'> | undefined;
  readonly link: { readonly clock: Clock };
  /** How long what is over is remembered, milliseconds. */
  readonly keepMs: number;
  onNews(news: EventsNews): void;
}

const dayMs = 86_400_000;
/** How long after it failed it is tried again, milliseconds. */
const againMs = 3_600_000;

/** Forgets now what has been over for long, and again every day, until the signal aborts. What fails is told, and tried again. */
export async function forgetDaily(options: ForgetOptions, signal: AbortSignal): Promise<void> {
  let hasFailed = false;
  while (!signal.aborted) {
    const problem = await forgetOnce(options, signal);
    if (problem !== null || hasFailed) options.onNews({ type: 'state', of: 'forgetting', problem });
    hasFailed = problem !== null;
    await options.link.clock.sleep(hasFailed ? againMs : dayMs, signal);
  }
}

/** Forgets now what has been over for long, and tells what that was. Resolves with why it failed, no sentence; null: it did not. */
export async function forgetOnce(
  { store, receiver, answerer, link: { clock }, keepMs, onNews }: ForgetOptions,
  signal: AbortSignal,
): Promise<string | null> {
  const beforeMs = clock.now() - keepMs;
  const counts = { events: 0, dispatches: 0 };
  try {
    counts.dispatches = await store.forgetDispatchesBefore(beforeMs, signal);
    // A VTN may write into an event that runs on at each reading, and nobody asks for that again.
    if (!signal.aborted) await store.forgetNotesBefore(beforeMs, 'annotated');
    while (!signal.aborted) {
      const { versions, events } = await receiver.forgetBefore(beforeMs);
      if (versions.length === 0) break;
      answerer?.forgotten(versions);
      counts.events += events;
    }
    return null;
  } catch (error) {
    return describeError(error);
  } finally {
    if (counts.events + counts.dispatches > 0) onNews({ type: 'forgotten', beforeMs, ...counts });
  }
}
