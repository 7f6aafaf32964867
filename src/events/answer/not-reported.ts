import type { EventNote, EventStore } from '../../store/event-store.ts';
import type { Plan } from '../dispatch/plan.ts';

const what = 'report-not-sent';

/**
 * Notes, once for each event version, which reports an event asks for that nobody sends, and why. `told`: event versions of which
 * all is noted; it is added to.
 */
export async function noteUnreported(
  plan: Plan,
  {
    types,
    takesReports,
    store,
    told,
    nowMs,
  }: {
    /** Payload types of the reports that are sent. */
    readonly types: readonly string[];
    readonly takesReports: boolean;
    readonly store: Pick<EventStore, 'eventNotes' | 'noteOnEvents'>;
    readonly told: Set<string>;
    readonly nowMs: number;
  },
): Promise<void> {
  for (const { event, stored, resolution } of plan.events) {
    const { eventId, version } = stored;
    const key = JSON.stringify([eventId, version]);
    if (event.askedReports.length === 0 || told.has(key)) continue;
    const reasonOf = (payloadType: string): string | undefined => {
      if (!takesReports) return 'this kind of VTN takes no reports on events';
      if (!types.includes(payloadType)) return 'venfleet does not make reports of this kind on events';
      return resolution.loads.length === 0 ? 'the event reaches no load' : undefined;
    };
    const reasons = new Map(event.askedReports.map(({ payloadType: type }) => [type, reasonOf(type)]));
    const before = (await store.eventNotes(eventId)).filter(
      (note) => note.what === what && note.version === version,
    );
    const isNoted = (payloadType: string) => before.some(({ detail }) => detail.payloadType === payloadType);
    const notes = [...reasons].flatMap(([payloadType, reason]): EventNote[] =>
      reason === undefined || isNoted(payloadType)
        ? []
        : [{ eventId, version, atMs: nowMs, what, detail: { payloadType, reason } }],
    );
    if (notes.length > 0) await store.noteOnEvents(notes);
    told.add(key);
  }
}
