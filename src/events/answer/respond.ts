import { sendUntilAnswered } from '../../delivery/send-until-answered.ts';
import { driveAll, type Sender } from '../../delivery/sender.ts';
import type { EventAnswer, EventAnswering } from '../../profiles/events-profile.ts';
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import type { Plan } from '../dispatch/plan.ts';
import type { AnswerBook, Pending } from './answer-book.ts';
import { answerOf, reachedByVen } from './answer-of.ts';

type Response = Pending & { readonly answer: EventAnswer };

/**
 * Says for each VEN, once for each event version, whether it takes part. What was under way when an earlier process ended is sent
 * again: the VTN keeps the last one. What failed before is tried again. Throws what ends a job.
 */
export async function respond(
  { plan, dispatcher }: { readonly plan: Plan; readonly dispatcher: Pick<Dispatcher, 'instructionOf'> },
  answering: EventAnswering,
  {
    book,
    sender,
    venIds,
  }: {
    readonly book: AnswerBook;
    readonly sender: Sender;
    venIds(): Promise<ReadonlyMap<string, string>>;
  },
): Promise<void> {
  const pending = pendingOf(plan, dispatcher, book, sender.link.clock.now());
  if (pending.length === 0) return;
  const ids = await venIds();
  await book.sending(pending);
  await driveAll(sender, each(pending), async (one) => {
    const ven = { name: one.venName, vtnVenId: ids.get(one.venName) };
    const { request, read } = answering.answer(one.eventId, ven, one.answer);
    const answered = await sendUntilAnswered(request, read, sender);
    if (answered.at === 'done') await book.ended(one, { state: 'sent' });
    else if (answered.at === 'failed') await book.ended(one, { state: 'failed', reason: answered.reason });
  });
}

function pendingOf(
  plan: Plan,
  dispatcher: Pick<Dispatcher, 'instructionOf'>,
  book: AnswerBook,
  nowMs: number,
): Response[] {
  return plan.events.flatMap((acting) => {
    const { eventId, version } = acting.stored;
    return [...reachedByVen(plan, acting)].flatMap(([venName, loads]): Response[] => {
      const question = { eventId, version, venName, kind: 'response' };
      const before = book.before(question);
      if (before?.state === 'sent') return [];
      return [{ ...question, answer: answerOf(plan, dispatcher, acting, loads, nowMs) }];
    });
  });
}

/** What is to be driven comes one by one. */
export async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
