import type { AskedReport } from '../../fleet/grid-event.ts';
import type { EventsProfile } from '../../profiles/events-profile.ts';
import type { EventNote } from '../../store/event-store.ts';
import type { ActingEvent } from '../dispatch/acting-event.ts';
import type { Plan } from '../dispatch/plan.ts';
import { askedOf } from './asked-of.ts';
import type { Asking, AskingEvent } from './askings.ts';

const what = 'report-not-sent';

/** What a reportDescriptor asks for that nobody sends, and why, no sentence. `reports`: how many, where not all. */
export interface Unreported {
  readonly descriptor: number;
  readonly asked: AskedReport;
  readonly reason: string;
  readonly reports?: number | undefined;
}

/** Those of an asking that were due before its event was heard of. */
export function dueBeforeHeard({ descriptor, asked, first }: Asking): Unreported[] {
  const reason = 'due before the event was heard of; of such reports the latest is sent';
  return first === 0 ? [] : [{ descriptor, asked, reason, reports: first }];
}

/** What is asked of nobody, as the event is resolved now. */
export function askedOfNobody(
  plan: Plan,
  acting: ActingEvent,
  profile: Pick<EventsProfile, 'selectionOf'>,
): Unreported[] {
  const { loads } = acting.resolution;
  return acting.event.askedReports.flatMap((asked, descriptor): Unreported[] => {
    if (loads.length === 0) return [{ descriptor, asked, reason: 'the event reaches no load' }];
    if (loads.some(askedOf(asked, plan, acting, profile))) return [];
    return [{ descriptor, asked, reason: 'its targets name no load that the event reaches' }];
  });
}

/** The notes on these that the event's log has not yet: one for each reportDescriptor of a version. */
export function unreportedNotes(
  { stored: { eventId, version } }: AskingEvent,
  unreported: readonly Unreported[],
  log: readonly EventNote[],
  atMs: number,
): EventNote[] {
  const noted = new Set(
    log.flatMap((note) => (note.what === what && note.version === version ? [note.detail.descriptor] : [])),
  );
  return unreported.flatMap(({ descriptor, asked: { payloadType }, reason, reports }) => {
    if (noted.has(descriptor)) return [];
    noted.add(descriptor);
    const detail = { payloadType, descriptor, ...(reports !== undefined && { reports }), reason };
    return [{ eventId, version, atMs, what, detail }];
  });
}
