import { countBefore } from './search.ts';
import { endOf } from './spans.ts';
import type { Timeline, TimelineSpan } from './timeline.ts';

/** What an event asks once through its intervals, and how often these go round. Not drawn. */
export interface Layout {
  /** Of each type in order of time, for no time twice. */
  readonly types: readonly (readonly TimelineSpan[])[];
  /** All of them, in the order of their beginning. */
  readonly all: readonly TimelineSpan[];
  /** When the first round begins, and how long each is; Infinity: there is but one. */
  readonly startMs: number;
  readonly roundMs: number;
  /** When all is over; Infinity: never, or when the spans are. */
  readonly untilMs: number;
}

export function layoutOf(
  types: readonly (readonly TimelineSpan[])[],
  rounds: Pick<Layout, 'startMs' | 'roundMs' | 'untilMs'>,
): Layout {
  const [only = []] = types;
  const all = types.length <= 1 ? only : types.flat().sort((one, other) => one.fromMs - other.fromMs);
  return { types, all, ...rounds };
}

/**
 * A layout as a timeline, all of it so much later. Each question is a search in what is there: rounds without end cost nothing,
 * nor does one more shift.
 */
export function viewOf(layout: Layout, shiftMs = 0): Timeline {
  const [first] = layout.all;
  const at = (ms: number) => spansAt(layout, ms - shiftMs).map((span) => later(span, shiftMs));
  return {
    startMs: first === undefined ? null : first.fromMs + shiftMs,
    endMs: endMsOf(layout, shiftMs),
    at,
    nextChange(afterMs) {
      const nextMs = nextChangeIn(layout, afterMs - shiftMs);
      return nextMs === undefined ? undefined : nextMs + shiftMs;
    },
    *between(fromMs, untilMs) {
      if (!(fromMs < untilMs)) return;
      yield* at(fromMs).toSorted((one, other) => one.fromMs - other.fromMs);
      for (const span of beginningAfter(layout, fromMs - shiftMs)) {
        if (span.fromMs + shiftMs >= untilMs) return;
        yield later(span, shiftMs);
      }
    },
  };
}

function spansAt(layout: Layout, ms: number): TimelineSpan[] {
  const { types, untilMs } = layout;
  if (!(ms < untilMs)) return [];
  const goneMs = goneBy(layout, ms);
  const found: TimelineSpan[] = [];
  for (const spans of types) {
    const span = spans[begunAt(spans, ms - goneMs) - 1];
    if (span !== undefined && ms - goneMs < endOf(span)) found.push(until(later(span, goneMs), untilMs));
  }
  return found;
}

function nextChangeIn(layout: Layout, afterMs: number): number | undefined {
  const [next] = beginningAfter(layout, afterMs);
  const changes = spansAt(layout, afterMs).map(endOf);
  if (next !== undefined) changes.push(next.fromMs);
  const nextMs = Math.min(...changes);
  return nextMs === Number.POSITIVE_INFINITY ? undefined : nextMs;
}

/** Those that begin after this time, in order, without end where they go round without end. */
function* beginningAfter(layout: Layout, afterMs: number): Generator<TimelineSpan, void, undefined> {
  const { all, roundMs, untilMs } = layout;
  if (all.length === 0 || !(afterMs < untilMs)) return;
  let goneMs = goneBy(layout, afterMs);
  let n = begunAt(all, afterMs - goneMs);
  for (;;) {
    for (; n < all.length; n++) {
      const span = later(all[n] as TimelineSpan, goneMs);
      if (span.fromMs >= untilMs) return;
      yield until(span, untilMs);
    }
    if (roundMs === Number.POSITIVE_INFINITY) return;
    goneMs += roundMs;
    n = 0;
  }
}

/** How long the rounds lasted that are over at this time. */
function goneBy({ startMs, roundMs }: Layout, ms: number): number {
  if (roundMs === Number.POSITIVE_INFINITY || ms < startMs) return 0;
  return Math.floor((ms - startMs) / roundMs) * roundMs;
}

function endMsOf(layout: Layout, shiftMs: number): number | null {
  const { types, startMs, roundMs, untilMs } = layout;
  const lastOf = (untilMs: number) =>
    types.map((spans) => spans[begunAt(spans, untilMs - 1) - 1]).filter((span) => span !== undefined);
  const latest = (spans: readonly TimelineSpan[]) => Math.max(...spans.map(endOf), Number.NEGATIVE_INFINITY);
  const onceMs = latest(lastOf(Number.POSITIVE_INFINITY));
  if (!Number.isFinite(onceMs) || roundMs === Number.POSITIVE_INFINITY) return finite(onceMs + shiftMs);
  // In the last round, which may be cut off before anything begins in it, or else in the one before.
  const goneMs = (Math.ceil((untilMs - startMs) / roundMs) - 1) * roundMs;
  const lastMs = Math.max(onceMs + goneMs - roundMs, latest(lastOf(untilMs - goneMs)) + goneMs);
  return finite(Math.min(lastMs, untilMs) + shiftMs);
}

function finite(ms: number): number | null {
  return Number.isFinite(ms) ? ms : null;
}

function later(span: TimelineSpan, byMs: number): TimelineSpan {
  if (byMs === 0) return span;
  const { type, values, intervalId, fromMs, untilMs } = span;
  return {
    type,
    values,
    intervalId,
    fromMs: fromMs + byMs,
    untilMs: untilMs === null ? null : untilMs + byMs,
  };
}

function until(span: TimelineSpan, untilMs: number): TimelineSpan {
  return endOf(span) <= untilMs ? span : { ...span, untilMs };
}

/** How many of these, in order, begin until this time. */
function begunAt(spans: readonly TimelineSpan[], ms: number): number {
  return countBefore(spans.length, (n) => (spans[n] as TimelineSpan).fromMs <= ms);
}
