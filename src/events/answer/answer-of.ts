import type { EventAnswer } from '../../profiles/events-profile.ts';
import type { ActingEvent } from '../dispatch/acting-event.ts';
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import type { Plan } from '../dispatch/plan.ts';

/** The loads that an event reaches, by number, of each VEN; none where it reaches none. */
export function reachedByVen(plan: Plan, { resolution }: ActingEvent): Map<string, number[]> {
  const byVen = new Map<string, number[]>();
  for (const number of resolution.loads) {
    const { venName, unreachable } = plan.load(number);
    if (unreachable !== null) continue;
    const loads = byVen.get(venName);
    if (loads) loads.push(number);
    else byVen.set(venName, [number]);
  }
  return byVen;
}

/** What a VEN says to an event: `optIn` where at least one of these loads takes part when it begins, or now where it has begun. */
export function answerOf(
  plan: Plan,
  dispatcher: Pick<Dispatcher, 'instructionsAt'>,
  { timeline, timelineOfLoad }: ActingEvent,
  loads: readonly number[],
  nowMs: number,
): EventAnswer {
  const takesPart = loads.some((load) => {
    // Before a load's own start nothing is asked of it, and so it is not out either.
    const { startMs } = timelineOfLoad?.(load) ?? timeline;
    return dispatcher.instructionsAt(plan, Math.max(nowMs, startMs ?? nowMs))(load).out === null;
  });
  return takesPart ? 'optIn' : 'optOut';
}
