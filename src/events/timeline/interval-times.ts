import type { EventDuration, EventPeriod, GridEvent, GridInterval } from '../../fleet/grid-event.ts';
import { isPointInTime, isZero, type Lasting, lastingOf, laterBy, noTime, together } from './durations.ts';
import { firstAfter } from './search.ts';

/**
 * When the intervals of an event begin and end, in the order of the list, before any draw. Milliseconds since 1970, UTC;
 * `ends` may be Infinity: without end. `starts` of Infinity: it follows one without end, and never begins.
 */
export interface IntervalTimes {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  /** 1 for those of which nobody says how long they last. `ends` is then the beginning of the next one in time, whichever it is. */
  readonly open: Uint8Array;
}

/** A reason why an event cannot be acted on, no sentence. */
export class TimingProblem extends Error {}

/**
 * The times of an event's intervals (User Guide, 7.3 and 7.4). Field by field an interval's own period goes before the event's.
 * Without a start, or with the one that means "now", an interval begins where the one before it in the list ends; the first with
 * the event, else at the anchor. Months are counted from where a row of such intervals begins, so that those of one month each
 * that begin on January 31 do not all end on a 28th.
 *
 * A duration that nobody says is not one of zero, although that is its default in the OpenAPI documents: "instantaneous or
 * infinite, depending on payloadType" (3.0.1), and nothing that events ask of loads is without any length. It lasts until
 * something else is asked. PT0S, where it is written, is an instant, in which nothing can be done.
 *
 * Throws a `TimingProblem`.
 */
export function intervalTimes(event: GridEvent, anchorMs: number): IntervalTimes {
  const { intervals } = event;
  const eventStartMs = event.period?.start?.kind === 'at' ? event.period.start.ms : anchorMs;
  const standard = known(event.period?.duration ?? null, 'the event');
  const times: IntervalTimes = {
    starts: new Float64Array(intervals.length),
    ends: new Float64Array(intervals.length),
    open: new Uint8Array(intervals.length),
  };
  let row = { fromMs: eventStartMs, length: noTime as Lasting | 'infinite' };
  for (const [n, interval] of intervals.entries()) {
    const { start, duration } = interval.period ?? nothingSaid;
    const lasting = duration === null ? standard : known(duration, nameOf(interval));
    if (start?.kind === 'at') row = { fromMs: start.ms, length: noTime };
    times.starts[n] = after(row, interval);
    row.length =
      row.length === 'infinite' || typeof lasting !== 'object' ? 'infinite' : together(row.length, lasting);
    times.ends[n] = after(row, interval);
    if (lasting === undefined) times.open[n] = 1;
  }
  endOpenOnes(times);
  return times;
}

/** How long the whole event lasts from this time on, as `event.duration` says; undefined: as long as its intervals. */
export function eventLengthMs({ duration }: GridEvent, startMs: number): number | undefined {
  // Zero is what a server writes that fills in the default of the OpenAPI document; cancelling is said otherwise (7.9).
  if (duration === null || isZero(duration)) return undefined;
  const lasting = known(duration, 'the event as a whole');
  if (lasting === undefined || lasting === 'infinite') return Number.POSITIVE_INFINITY;
  const lengthMs = laterBy(startMs, lasting) - startMs;
  if (Number.isNaN(lengthMs)) throw new TimingProblem('the event as a whole ends later than can be told');
  return lengthMs;
}

/** How far a start may be drawn to either side of this time, milliseconds. */
export function drawWidthMs(width: EventDuration, startMs: number, whose: string): number {
  const lasting = known(width, whose);
  const widthMs = typeof lasting === 'object' ? laterBy(startMs, lasting) - startMs : Number.NaN;
  if (Number.isNaN(widthMs))
    throw new TimingProblem(`the start of ${whose} may be drawn from too long a time`);
  return widthMs;
}

export function nameOf({ id }: GridInterval): string {
  return `interval ${id}`;
}

const nothingSaid: EventPeriod = { start: null, duration: null, randomizeStart: null };

function known(duration: EventDuration | null, whose: string): Lasting | 'infinite' | undefined {
  if (duration === null) return undefined;
  const lasting = lastingOf(duration);
  if (lasting === undefined) throw new TimingProblem(`${whose} has a duration that is none`);
  return lasting;
}

function after(row: { fromMs: number; length: Lasting | 'infinite' }, interval: GridInterval): number {
  if (row.length === 'infinite') return Number.POSITIVE_INFINITY;
  const ms = isPointInTime(row.fromMs) ? laterBy(row.fromMs, row.length) : Number.NaN;
  if (Number.isNaN(ms)) throw new TimingProblem(`${nameOf(interval)} is at a time that cannot be told`);
  return ms;
}

function endOpenOnes({ starts, ends, open }: IntervalTimes): void {
  if (!open.includes(1)) return;
  const inOrder = starts.toSorted();
  for (const [n, isOpen] of open.entries())
    if (isOpen === 1) ends[n] = firstAfter(inOrder, starts[n] as number) ?? Number.POSITIVE_INFINITY;
}
