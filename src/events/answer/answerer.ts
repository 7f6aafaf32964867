import type { Clock } from '../../core/clock.ts';
import { createSender } from '../../delivery/sender.ts';
import type { VtnLink } from '../../delivery/vtn-link.ts';
import type { EventsProfile } from '../../profiles/events-profile.ts';
import type { EventNote, EventStore } from '../../store/event-store.ts';
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import type { EventVersion } from '../receive/receiver.ts';
import { acknowledge, acknowledgements } from './acknowledge.ts';
import { openAnswerBook } from './answer-book.ts';
import { type MeteredReadings, meteredReports, meteredTypes } from './metered-reports.ts';
import type { KnownEvents } from './of-report.ts';
import { createReporter } from './reporter.ts';
import { respond } from './respond.ts';
import { createRetries, type RetryTimes, usualRetryTimes } from './retries.ts';
import { stateReports, stateTypes } from './state-reports.ts';
import { createTimer } from './timer.ts';

export interface AnswererOptions {
  readonly store: Pick<
    EventStore,
    'answers' | 'recordAnswers' | 'forgetAnswers' | 'noteOnEvents' | 'eventNotes'
  >;
  readonly link: VtnLink;
  readonly profile: EventsProfile;
  /** The VTN's ids of VENs, by their names. */
  venIds(): Promise<ReadonlyMap<string, string>>;
  /** Payload types of reports that only say that an event has come. Default: `acknowledgements`. */
  readonly acknowledgements?: readonly string[] | undefined;
  /** The event whose reports are no answers: meter data are filed under it, by whoever reports these. */
  readonly reportedElsewhere?: (() => Promise<string | undefined>) | undefined;
  /** What loads' meters say; undefined: such reports are noted as not sent. */
  readonly metered?: MeteredReadings | undefined;
  /** Is told what is noted on reports. */
  readonly onNotes?: ((notes: readonly EventNote[]) => void) | undefined;
  /** Is told what ended a round of answers, which is tried again; and null once a round has come to its end after that. */
  onProblem(error: unknown): void;
  /** By which reports are due, and what failed is tried again. Default: the link's. */
  readonly clock?: Clock | undefined;
  readonly retryTimes?: RetryTimes | undefined;
}

/** What answers are made of. */
export interface Answerable extends KnownEvents {
  readonly dispatcher: Pick<Dispatcher, 'instructionsAt'>;
}

/** Answers events on the VTN for the VENs. */
export interface Answerer {
  /**
   * What is known from now on: answers what is due, and then by itself what comes due, until the signal aborts. Resolves when all
   * that is due has been tried; never throws.
   */
  answer(known: Answerable, signal: AbortSignal): Promise<void>;
  /** The store has forgotten these versions. */
  forgotten(versions: readonly EventVersion[]): void;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
}

/** How long after a round that came to nothing the next one is, milliseconds. */
const nextRoundMs = 60_000;

/**
 * What answers events on the VTN for the VENs, over restarts too: whether they take part and that they have heard of them, each event
 * version once; and the reports that they ask for, each when it is due. Rounds do not overlap: what is known anew while one is under
 * way counts in the next.
 */
export function createAnswerer(options: AnswererOptions): Answerer {
  const { store, link, profile, acknowledgements: types = acknowledgements } = options;
  const { clock = link.clock, retryTimes = usualRetryTimes } = options;
  const { now } = clock;
  const retries = createRetries(retryTimes);
  let known: Answerable | undefined;
  const book = openAnswerBook(store, clock);
  const states = stateReports({
    instructionsAt: (plan, atMs) => (known as Answerable).dispatcher.instructionsAt(plan, atMs),
  });
  const metered = meteredReports(options.metered);
  const makers = new Map([
    ...stateTypes.map((type) => [type, states] as const),
    ...meteredTypes.map((type) => [type, metered] as const),
  ]);
  const makerOf = (type: string) => makers.get(type);
  const note = async (notes: readonly EventNote[]) => {
    await store.noteOnEvents(notes);
    if (notes.length > 0) options.onNotes?.(notes);
  };
  const { reportedElsewhere } = options;
  const others = { others: types, reportedElsewhere };
  const reporter = createReporter({ store, note, profile, ...others, makerOf, retryTimes, now });

  /** Answers what is due, and says when more is. */
  async function round(signal: AbortSignal): Promise<number | undefined> {
    if (signal.aborted || !known) return undefined;
    const { plan, dispatcher } = known;
    const { answering, reporting } = profile;
    await book.turnTo(plan.events.map(({ stored }) => stored));
    const sender = createSender(link, { kind: 'answers', lane: 'prompt', whenDown: 'wait', signal });
    const how = { book, sender, retries, now };
    const keys = [
      ...(answering
        ? await respond({ plan, dispatcher }, answering, { ...how, venIds: options.venIds })
        : []),
      ...(reporting ? await acknowledge(plan, { ...profile, reporting }, { ...how, types }) : []),
    ];
    retries.keepOnly(new Set(keys));
    const times = [await reporter.report(known, book, sender), retries.nextMs()];
    const nextMs = Math.min(...times.map((ms) => ms ?? Number.POSITIVE_INFINITY));
    return nextMs === Number.POSITIVE_INFINITY ? undefined : nextMs;
  }

  let hasFailed = false;
  const timer = createTimer(async (signal) => {
    try {
      const nextMs = await round(signal);
      if (hasFailed && !signal.aborted) {
        hasFailed = false;
        options.onProblem(null);
      }
      return nextMs;
    } catch (error) {
      hasFailed = true;
      options.onProblem(error);
      return now() + nextRoundMs;
    }
  }, clock);
  return {
    answer(all, signal) {
      known = all;
      return timer.wake(signal);
    },
    forgotten: reporter.forgotten,
    settled: timer.settled,
  };
}
