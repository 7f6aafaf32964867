import assert from 'node:assert/strict';
import type { Timeline, TimelineContext, TimelineSpan } from '../../../src/events/timeline/timeline.ts';
import { timelineOf } from '../../../src/events/timeline/timeline-of.ts';
import type {
  DurationParts,
  EventDuration,
  EventPayload,
  EventPeriod,
  GridEvent,
  GridInterval,
} from '../../../src/fleet/grid-event.ts';

export const hourMs = 3_600_000;
export const minuteMs = 60_000;
/** 2023-02-10T00:00:00Z, the Guide's favourite day. */
export const dayMs = Date.UTC(2023, 1, 10);

const nothing: DurationParts = { years: 0, months: 0, weeks: 0, days: 0, hours: 0, minutes: 0, seconds: 0 };
export const lasts = (parts: Partial<DurationParts>): EventDuration => ({ ...nothing, ...parts });
export const hours = (n: number) => lasts({ hours: n });
export const noTime = lasts({});
export const now = { kind: 'now' } as const;
export const from = (ms: number) => ({ kind: 'at', ms }) as const;

export const period = (changes: Partial<EventPeriod>): EventPeriod => ({
  start: null,
  duration: null,
  randomizeStart: null,
  ...changes,
});
export const payload = (type: string, ...values: EventPayload['values']): EventPayload => ({ type, values });
export const interval = (
  id: number,
  own: Partial<EventPeriod> | null,
  ...payloads: EventPayload[]
): GridInterval => ({ id, period: own === null ? null : period(own), payloads });

export const event = (changes: Partial<GridEvent>): GridEvent => ({
  id: 'event-1',
  programId: 'program-1',
  name: null,
  priority: null,
  createdMs: null,
  isCancelled: false,
  targets: [],
  period: null,
  duration: null,
  intervals: [],
  payloadDescriptors: [],
  askedReports: [],
  ...changes,
});

/** `PRICE 0.17 0:00-1:00` in hours after the Guide's day. */
export function shown({ type, values, fromMs, untilMs }: TimelineSpan): string {
  const said = values.map((value) => (typeof value === 'object' ? `(${value.x}, ${value.y})` : value));
  return `${type} ${said.join(' ')} ${clock(fromMs)}-${untilMs === null ? '' : clock(untilMs)}`;
}

function clock(ms: number): string {
  const minutes = (ms - dayMs) / minuteMs;
  return `${Math.floor(minutes / 60)}:${String(((minutes % 60) + 60) % 60).padStart(2, '0')}`;
}

export function laidOut(of: GridEvent, context: Partial<TimelineContext> = {}) {
  const result = timelineOf(of, { anchorMs: dayMs, draw: () => 0.5, ...context });
  assert.ok(result.ok, JSON.stringify(result));
  return result;
}

/** The first spans, at most so many. */
export function spansOf(timeline: Timeline, most = 30): string[] {
  const all = timeline.between(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  return [...Iterator.from(all).take(most)].map(shown);
}
