import type { EventsNews } from '../../events/events-news.ts';
import { type FollowEventsOptions, followIn } from '../follow-events.ts';
import type { VtnAndStore } from '../with-vtn-and-store.ts';
import type { NotableNews } from './fleet-keeper.ts';
import type { PartWork } from './part.ts';
import { withSteadyMark } from './steady-mark.ts';
import { waitText } from './wait-text.ts';

/** Follows events as a part of the process; that it can read them is what shows that it works. */
export async function followAsPart(
  parts: VtnAndStore,
  options: FollowEventsOptions,
  work: PartWork,
  onNews: (news: NotableNews) => void,
  isChanging: () => boolean,
): Promise<void> {
  /** What does not work for now, and why. */
  const problems = new Map<string, string>();
  let hasRead = false;
  const show = () => {
    const [first] = problems;
    if (first) return work.fails(`${first[0]}: ${first[1]}.`);
    return hasRead ? work.succeeds() : work.begins();
  };
  show();
  const own = {
    signal: work.signal,
    wait: true,
    onWaiting: (holder: Parameters<typeof waitText>[0]) => work.waitsFor(waitText(holder)),
    onNews(news: EventsNews) {
      options.onNews?.(news);
      if (news.type === 'note' || news.type === 'alarm' || news.type === 'forgotten') return onNews(news);
      if (news.type === 'reading') {
        hasRead = true;
        return show();
      }
      if (news.type !== 'state') return;
      if (news.problem === null) problems.delete(news.of);
      else problems.set(news.of, news.problem);
      show();
    },
  };
  await followIn(withSteadyMark(parts, isChanging), { ...options, ...own }, 'serve');
}
