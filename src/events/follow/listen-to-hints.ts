import type { EventsNews } from '../events-news.ts';
import type { HintListener, HintSource } from '../receive/hint.ts';
import type { ReadingLoop } from './reading-loop.ts';

/** Begins to listen for hints, where there are ways to; each has all read soon. */
export async function listenToHints(
  listen:
    | ((listener: HintListener, programs: () => readonly string[]) => Promise<readonly HintSource[]>)
    | undefined,
  reading: ReadingLoop,
  onNews: (news: EventsNews) => void,
  programs: () => readonly string[],
): Promise<readonly HintSource[]> {
  if (!listen) return [];
  const listener: HintListener = {
    onHint: (hint) => reading.hint(hint.via),
    onState(via, problem) {
      onNews({ type: 'state', of: via, problem });
      if (problem === null) reading.hint(via);
    },
  };
  return listen(listener, programs);
}
