import { createSender } from '../../delivery/sender.ts';
import type { VtnLink } from '../../delivery/vtn-link.ts';
import type { EventsProfile } from '../../profiles/events-profile.ts';
import type { EventStore } from '../../store/event-store.ts';
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import type { Plan } from '../dispatch/plan.ts';
import { acknowledge, acknowledgements } from './acknowledge.ts';
import { openAnswerBook } from './answer-book.ts';
import { noteUnreported } from './not-reported.ts';
import { respond } from './respond.ts';

export interface AnswererOptions {
  readonly store: Pick<EventStore, 'answers' | 'recordAnswers' | 'noteOnEvents' | 'eventNotes'>;
  readonly link: VtnLink;
  readonly profile: EventsProfile;
  /** The VTN's ids of VENs, by their names. */
  venIds(): Promise<ReadonlyMap<string, string>>;
  /** Payload types of reports that only say that an event has come. Default: `acknowledgements`. */
  readonly acknowledgements?: readonly string[] | undefined;
  /** Is told what ended a round of answers; the next one tries again. */
  onProblem(error: unknown): void;
}

/** Answers what a plan has; see `FollowRequest.answer`. */
export type Answerer = (
  plan: Plan,
  dispatcher: Pick<Dispatcher, 'instructionOf'>,
  signal: AbortSignal,
) => Promise<void>;

/**
 * What answers events on the VTN for the VENs, each event version once, over restarts too. Rounds do not overlap: what is asked
 * for while one is under way comes after it, and only the latest. It resolves when all that was asked for until then has ended,
 * and never throws.
 */
export function createAnswerer(options: AnswererOptions): Answerer {
  const told = new Set<string>();
  let next: (() => Promise<void>) | undefined;
  let running: Promise<void> | undefined;
  const run = async () => {
    try {
      while (next) {
        const round = next;
        next = undefined;
        await round().catch(options.onProblem);
      }
    } finally {
      running = undefined;
    }
  };
  return (plan, dispatcher, signal) => {
    next = () => answerAll({ ...options, told }, plan, dispatcher, signal);
    running ??= run();
    return running;
  };
}

async function answerAll(
  options: AnswererOptions & { readonly told: Set<string> },
  plan: Plan,
  dispatcher: Pick<Dispatcher, 'instructionOf'>,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted || plan.events.length === 0) return;
  const { store, link, profile, venIds, told, acknowledgements: types = acknowledgements } = options;
  const { answering, reporting } = profile;
  await noteUnreported(plan, { profile, types, store, told, nowMs: link.clock.now() });
  const book = await openAnswerBook(store, link.clock);
  const sender = createSender(link, { kind: 'answers', lane: 'prompt', whenDown: 'wait', signal });
  if (answering) await respond({ plan, dispatcher }, answering, { book, sender, venIds });
  if (reporting) await acknowledge(plan, { ...profile, reporting }, { types, book, sender });
}
