import { sendUntilAnswered } from '../../delivery/send-until-answered.ts';
import { driveAll, type Sender } from '../../delivery/sender.ts';
import type { EventAnswer, EventAnswering } from '../../profiles/events-profile.ts';
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import type { Plan } from '../dispatch/plan.ts';
import { type AnswerBook, keyOf, type Pending } from './answer-book.ts';
import { answerOf, reachedByVen } from './answer-of.ts';
import type { Retries } from './retries.ts';

type Response = Pending & { readonly answer: EventAnswer };

/**
 * Says for each VEN, once for each event version, whether it takes part. What was under way when an earlier process ended is sent
 * again: the VTN keeps the last one. What failed before is tried again when it is time. Resolves with the keys of all that was not
 * said before. Throws what ends a job.
 */
export async function respond(
  { plan, dispatcher }: { readonly plan: Plan; readonly dispatcher: Pick<Dispatcher, 'instructionsAt'> },
  answering: EventAnswering,
  {
    book,
    sender,
    retries,
    now,
    venIds,
  }: {
    readonly book: AnswerBook;
    readonly retries: Retries;
    now(): number;
    readonly sender: Sender;
    venIds(): Promise<ReadonlyMap<string, string>>;
  },
): Promise<string[]> {
  const nowMs = now();
  const all = pendingOf(plan, dispatcher, book, nowMs);
  const keys = all.map(keyOf);
  const pending = all.filter((one) => retries.mayTry(keyOf(one), nowMs));
  if (pending.length === 0) return keys;
  const ids = await venIds();
  await book.sending(pending);
  await driveAll(sender, each(pending), async (one) => {
    const ven = { name: one.venName, vtnVenId: ids.get(one.venName) };
    const { request, read } = answering.answer(one.eventId, ven, one.answer);
    const answered = await sendUntilAnswered(request, read, sender);
    if (answered.at === 'done') {
      retries.forget(keyOf(one));
      await book.ended(one, { state: 'sent' });
    } else if (answered.at === 'failed') {
      retries.failed(keyOf(one), now());
      await book.ended(one, { state: 'failed', reason: answered.reason });
    }
  });
  return keys;
}

function pendingOf(
  plan: Plan,
  dispatcher: Pick<Dispatcher, 'instructionsAt'>,
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
