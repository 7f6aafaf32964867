/*
 * What a report is about: whose loads, and what was asked of them in its time.
 */
import type { GridEvent } from '../../fleet/grid-event.ts';
import type { EventsProfile } from '../../profiles/events-profile.ts';
import type { ActingEvent, PastEvents } from '../dispatch/acting-event.ts';
import { makePlan, type Plan } from '../dispatch/plan.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { loadTimelines } from '../timeline/timeline-of.ts';
import { reachedByVen } from './answer-of.ts';
import { askedOf } from './asked-of.ts';
import { type Asking, type AskingEvent, versionKey } from './askings.ts';
import type { OwedReport } from './owed.ts';

/** What is known of events. */
export interface KnownEvents {
  readonly plan: Plan;
  readonly past: PastEvents;
}

/**
 * Event versions that ask for reports, with whom they reach where they are not past; without those that are past and `finished`, and
 * without the event `elsewhere`.
 */
export function* askingEvents(
  { plan, past }: KnownEvents,
  finished: ReadonlySet<string>,
  elsewhere?: string | undefined,
): Generator<{ readonly event: AskingEvent; readonly acting: ActingEvent | undefined }> {
  const asks = ({ event, stored }: AskingEvent) =>
    event.askedReports.length > 0 && stored.eventId !== elsewhere;
  for (const acting of plan.events) if (asks(acting)) yield { event: acting, acting };
  // A list of its own: what is known may change meanwhile.
  for (const event of [...past.all()])
    if (asks(event) && !finished.has(versionKey(event))) yield { event, acting: undefined };
}

/** The loads that a report is asked of, by VEN. */
export function askedByVen(
  { asked }: Asking,
  acting: ActingEvent,
  plan: Plan,
  profile: EventsProfile,
): Map<string, number[]> {
  const isAmong = askedOf(asked, plan, acting, profile);
  const byVen = new Map<string, number[]>();
  for (const [venName, loads] of reachedByVen(plan, acting)) {
    const own = loads.filter(isAmong);
    if (own.length > 0) byVen.set(venName, own);
  }
  return byVen;
}

/** What was asked of the fleet in the time that a report covers: events are past by now that were not then. */
export function planOfTime(
  { schedule }: Asking,
  { sequence }: OwedReport,
  { plan, past }: KnownEvents,
): Plan {
  const spans = schedule.reportAt(sequence)?.spans ?? [];
  const fromMs = spans[0]?.fromMs ?? Number.POSITIVE_INFINITY;
  const untilMs = spans.at(-1)?.untilMs ?? Number.NEGATIVE_INFINITY;
  const then = [...past.all()].flatMap((one) => {
    const { startMs, endMs } = timesOf(one);
    const isThen = startMs !== null && startMs < untilMs && (endMs === null || endMs > fromMs);
    return isThen ? (past.acting(one.stored.eventId) ?? []) : [];
  });
  return then.length === 0 ? plan : makePlan(plan.index, [...plan.events, ...then]);
}

type Times = Pick<Timeline, 'startMs' | 'endMs'>;

/** There may be thousands that are past, and each is asked about for each report. */
const knownTimes = new WeakMap<GridEvent, Times>();

/** When an event asks for something, without draws. */
function timesOf({ stored, event }: AskingEvent): Times {
  const before = knownTimes.get(event);
  if (before) return before;
  const timelines = loadTimelines(event, stored);
  const { startMs, endMs } = timelines.ok ? timelines.nominal : { startMs: null, endMs: null };
  const times = { startMs, endMs };
  knownTimes.set(event, times);
  return times;
}
