import type { AskedReport } from '../../fleet/grid-event.ts';
import type { EventsProfile } from '../../profiles/events-profile.ts';
import type { EventNote, EventStore } from '../../store/event-store.ts';
import type { ActingEvent } from '../dispatch/acting-event.ts';
import type { Plan } from '../dispatch/plan.ts';
import { askedOf } from './asked-of.ts';

const what = 'report-not-sent';

interface Unreported {
  readonly profile: EventsProfile;
  /** Payload types of the reports that are sent. */
  readonly types: readonly string[];
  readonly store: Pick<EventStore, 'eventNotes' | 'noteOnEvents'>;
  /** Event versions of which all is noted; it is added to. */
  readonly told: Set<string>;
  readonly nowMs: number;
}

/** Notes, once for each event version and payload type, which reports an event asks for that nobody sends, and why. */
export async function noteUnreported(plan: Plan, unreported: Unreported): Promise<void> {
  const { store, told, nowMs } = unreported;
  for (const acting of plan.events) {
    const { eventId, version } = acting.stored;
    const { askedReports } = acting.event;
    const key = JSON.stringify([eventId, version]);
    if (askedReports.length === 0 || told.has(key)) continue;
    const reasons = new Map<string, string>();
    for (const asked of askedReports) {
      const reason = whyNot(asked, plan, acting, unreported);
      if (reason !== undefined) reasons.set(asked.payloadType, reason);
    }
    for (const note of reasons.size > 0 ? await store.eventNotes(eventId) : [])
      if (note.what === what && note.version === version) reasons.delete(String(note.detail.payloadType));
    const notes = [...reasons].map(
      ([payloadType, reason]): EventNote => ({
        ...{ eventId, version, atMs: nowMs, what },
        detail: { payloadType, reason },
      }),
    );
    if (notes.length > 0) await store.noteOnEvents(notes);
    told.add(key);
  }
}

/** Undefined: it is sent. */
function whyNot(
  asked: AskedReport,
  plan: Plan,
  acting: ActingEvent,
  { profile, types }: Unreported,
): string | undefined {
  if (!profile.reporting) return 'this kind of VTN takes no reports on events';
  if (!types.includes(asked.payloadType)) return 'venfleet does not make reports of this kind on events';
  const { loads } = acting.resolution;
  if (loads.length === 0) return 'the event reaches no load';
  if (loads.some(askedOf(asked, plan, acting, profile))) return undefined;
  return 'its targets name no load that the event reaches';
}
