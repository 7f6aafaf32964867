import type { GridEvent, GridProgram } from '../../fleet/grid-event.ts';
import type { EventsProfile } from '../../profiles/events-profile.ts';
import type { StoredEvent } from '../../store/event-store.ts';
import type { IndexedLoad } from '../resolve/indexed-load.ts';
import type { LoadIndex } from '../resolve/load-index.ts';
import { type Resolution, type ResolveContext, resolveSelection } from '../resolve/resolve-selection.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { loadTimelines } from '../timeline/timeline-of.ts';

/** An event that is acted on: whom it means, and what it asks when. */
export interface ActingEvent {
  readonly stored: StoredEvent;
  readonly event: GridEvent;
  readonly program: GridProgram | undefined;
  readonly resolution: Resolution;
  /** For all loads alike; where each draws its own start, without a draw. */
  readonly timeline: Timeline;
  /** A load's own timeline, by its number; undefined: they share one. */
  readonly timelineOfLoad: ((load: number) => Timeline) | undefined;
  /** What of it was decided where it is not clear. */
  readonly notes: readonly string[];
}

/** An event with all that follows from it; or why it is not acted on, no sentence. */
export type Acting =
  | { readonly ok: true; readonly acting: ActingEvent }
  | { readonly ok: false; readonly problem: string };

/** Events whose time has passed: reports on them may be owed still. */
export interface PastEvents {
  /** Those that can be read. */
  all(): Iterable<{ readonly stored: StoredEvent; readonly event: GridEvent }>;
  /** One of them with all that follows from it in the fleet as it is now; undefined: it is not acted on. */
  acting(eventId: string): ActingEvent | undefined;
}

/** Works out whom an event means and what it asks when. */
export function actingEvent(
  { stored, event }: { readonly stored: StoredEvent; readonly event: GridEvent | undefined },
  program: GridProgram | undefined,
  {
    profile,
    index,
    context,
  }: {
    readonly profile: EventsProfile;
    readonly index: LoadIndex;
    readonly context: Omit<ResolveContext, 'seenBy'>;
  },
): Acting {
  if (!event) return { ok: false, problem: stored.problem ?? 'it cannot be read' };
  const timelines = loadTimelines(event, stored);
  if (!timelines.ok) return timelines;
  const selection = profile.selectionOf(event, program);
  const resolution = resolveSelection(selection, index, { ...context, seenBy: stored.seenBy });
  const { nominal: timeline, notes } = timelines;
  const timelineOfLoad = timelines.isShared ? undefined : remembered(index, timelines.of);
  return { ok: true, acting: { stored, event, program, resolution, timeline, timelineOfLoad, notes } };
}

function remembered(index: LoadIndex, of: (loadId: string) => Timeline): (load: number) => Timeline {
  const known = new Map<number, Timeline>();
  return (load) => {
    const before = known.get(load);
    if (before) return before;
    const own = of((index.loads[load] as IndexedLoad).loadId);
    known.set(load, own);
    return own;
  };
}
