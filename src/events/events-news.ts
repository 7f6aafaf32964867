import type { EventNote } from '../store/event-store.ts';
import type { Dispatched } from './dispatch/dispatcher.ts';
import type { Resumed } from './dispatch/resume-open.ts';
import type { HandOverNews } from './dispatch/sink-queue.ts';
import type { ReceivedBy } from './receive/hint.ts';
import type { Reading } from './receive/receiver.ts';

/** What happens while events are followed. */
export type EventsNews =
  /** The VTN was read. */
  | { readonly type: 'reading'; readonly by: ReceivedBy; readonly reading: Reading }
  /** Something was decided about an event: also in its log (`venfleet events show`). */
  | { readonly type: 'note'; readonly note: EventNote; readonly name: string | null }
  /** What loads are to do was worked out, for this time, milliseconds since 1970, UTC. */
  | { readonly type: 'worked-out'; readonly atMs: number; readonly dispatched: Dispatched }
  /** What became of what earlier runs had noted for a sink and not brought to an end. */
  | ({ readonly type: 'taken-up'; readonly sink: string } & Resumed)
  | ({ readonly type: 'handed-over' } & HandOverNews)
  /**
   * A way of hearing of events (`poll`, `webhook`, `mqtt`), a sink (its name), or `forgetting`, does not work for now, and why (no
   * sentence); or (null) it does again.
   */
  | { readonly type: 'state'; readonly of: string; readonly problem: string | null }
  /**
   * What was over before this time (milliseconds since 1970, UTC) was forgotten: events with their logs, and dispatches, which also
   * those events have that are not over.
   */
  | {
      readonly type: 'forgotten';
      readonly beforeMs: number;
      readonly events: number;
      readonly dispatches: number;
    }
  /** For a person to look at, no sentence: events vanished from the VTN all at once, or counts do not add up. */
  | { readonly type: 'alarm'; readonly problem: string };
