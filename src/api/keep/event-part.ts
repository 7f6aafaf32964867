import type { EventsNews } from '../../events/events-news.ts';
import { type FollowEventsOptions, followIn } from '../follow-events.ts';
import type { VtnAndStore } from '../with-vtn-and-store.ts';
import type { NotableNews } from './fleet-keeper.ts';
import type { PartWork } from './part.ts';
import { steadyMark } from './steady-mark.ts';
import { waitText } from './wait-text.ts';

/**
 * Milliseconds after which a load that was registered, suspended, … meanwhile is told events, at the latest; and the same while the
 * fleet is changed by a run of this process: to read it all again would hold that up, and what is read would be out of date at once.
 */
const fleetEveryMs = { quiet: 60_000, changing: 600_000 };

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
      if (news.type === 'note' || news.type === 'alarm') return onNews(news);
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
  let wasChanging = false;
  const everyMs = () => {
    const hasEnded = wasChanging && !isChanging();
    wasChanging = isChanging();
    if (hasEnded) return 0;
    return wasChanging ? fleetEveryMs.changing : fleetEveryMs.quiet;
  };
  const fleetMark = steadyMark(parts.store.fleetMark, parts.link.clock, everyMs);
  await followIn({ ...parts, store: { ...parts.store, fleetMark } }, { ...options, ...own }, 'serve');
}
