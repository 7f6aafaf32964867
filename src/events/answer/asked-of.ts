import type { AskedReport } from '../../fleet/grid-event.ts';
import type { EventsProfile } from '../../profiles/events-profile.ts';
import type { ActingEvent } from '../dispatch/acting-event.ts';
import type { Plan } from '../dispatch/plan.ts';
import { resolveSelection } from '../resolve/resolve-selection.ts';

/** Whether a load, by its number, is one of those that a report is asked of: all, where the reportDescriptor has no targets. */
export function askedOf(
  { targets }: AskedReport,
  plan: Plan,
  { event, program }: Pick<ActingEvent, 'event' | 'program'>,
  profile: Pick<EventsProfile, 'selectionOf'>,
): (load: number) => boolean {
  if (targets.length === 0) return () => true;
  const selection = profile.selectionOf({ ...event, targets }, program);
  const { loads } = resolveSelection(selection, plan.index, { seenBy: null, isEnrolled: () => true });
  const among = new Set(loads);
  return (load) => among.has(load);
}
