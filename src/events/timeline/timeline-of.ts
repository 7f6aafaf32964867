import type { GridEvent } from '../../fleet/grid-event.ts';
import { roundsOf } from '../report-schedule/event-intervals.ts';
import { isCancellation } from './cancellation.ts';
import { drawFrom, intervalShiftsMs, isRandomized, randomizationOf, wholeShiftMs } from './draws.ts';
import { isZero } from './durations.ts';
import { eventLengthMs, type IntervalTimes, intervalTimes, TimingProblem } from './interval-times.ts';
import { type Layout, layoutOf, viewOf } from './layout.ts';
import { type Notes, newNotes } from './notes.ts';
import { spansByType } from './spans.ts';
import type { Timeline, TimelineContext, TimelineResult } from './timeline.ts';

/**
 * What an event asks for over time (User Guide, 7.3): see `intervalTimes` for when its intervals are, `spansByType` for which of
 * them counts, and `comeOneAfterTheOther` for several values in a payload.
 *
 * - Where the event lasts longer than its intervals (`event.duration`; P9999Y: for ever) they go round, each round as long as the
 *   first one: months are counted once. What a draw of its own moves out of its round is cut off there.
 * - Where it is over sooner, they are cut off.
 * - P9999Y in the event's period is how long an interval lasts that does not say so itself. It repeats nothing: the 3.0.1 Guide
 *   says that such an event goes on until it is deleted, and that its intervals have lengths of their own; what is to happen after
 *   the last of them it does not say.
 * - An event that was taken back asks for nothing.
 * - Whoever comes late asks `at` the time that it is.
 */
export function timelineOf(event: GridEvent, context: TimelineContext): TimelineResult {
  return orProblem(() => {
    const notes = newNotes();
    const { times, layout } = laidOut(event, { ...context, notes });
    const shiftMs = wholeShiftMs(event, times, context.draw);
    return { ok: true, timeline: viewOf(layout, shiftMs), notes: notes.all() };
  });
}

/** The timelines of all loads for one event, or why there are none. */
export type LoadTimelines =
  | {
      readonly ok: true;
      /** Whether all loads have the same one: one object. */
      readonly isShared: boolean;
      of(loadId: string): Timeline;
      /** As the event has it, without draws. */
      readonly nominal: Timeline;
      readonly notes: readonly string[];
    }
  | { readonly ok: false; readonly problem: string };

/**
 * One timeline for each load, with its draws (`seed`: the event's). Where one draw moves all of the event, a load's timeline is a
 * view of the shared one, and costs next to nothing; only single intervals with draws of their own are laid out for each load anew.
 */
export function loadTimelines(
  event: GridEvent,
  { anchorMs, seed }: { readonly anchorMs: number; readonly seed: string },
): LoadTimelines {
  return orProblem((): LoadTimelines => {
    const notes = newNotes();
    const { times, layout } = laidOut(event, { anchorMs, draw: notDrawn, notes });
    // Whether it can be drawn at all.
    wholeShiftMs(event, times, notDrawn);
    const nominal = viewOf(layout);
    const shared = { ok: true as const, isShared: !isRandomized(event), nominal, notes: notes.all() };
    if (shared.isShared) return { ...shared, of: () => nominal };
    const layoutFor = (draw: TimelineContext['draw']) =>
      randomizationOf(event) === 'by-interval'
        ? laidOut(event, { anchorMs, draw, notes: newNotes() }).layout
        : layout;
    return {
      ...shared,
      of(loadId) {
        const draw = drawFrom(seed, loadId);
        return viewOf(layoutFor(draw), wholeShiftMs(event, times, draw));
      },
    };
  });
}

/** A draw that leaves every start where it is. */
export function notDrawn(): number {
  return 0.5;
}

function laidOut(
  event: GridEvent,
  { anchorMs, draw, notes }: TimelineContext & { readonly notes: Notes },
): { times: IntervalTimes; layout: Layout } {
  const { intervals } = event;
  const times = intervalTimes(event, anchorMs);
  if (isCancellation(event)) notes.ofEvent('it is cancelled');
  if (isCancellation(event) || intervals.length === 0)
    return { times, layout: layoutOf([], { startMs: 0, roundMs: endless, untilMs: endless }) };
  const startMs = times.starts.reduce((least, ms) => Math.min(least, ms), endless);
  const overMs = times.ends.reduce((most, ms) => Math.max(most, ms), startMs);
  const rounds = roundsOf(startMs, overMs, eventLengthMs(event, startMs));
  noteOnEvent(event, notes);
  const window = rounds.goesRound
    ? { fromMs: startMs, untilMs: overMs }
    : { fromMs: -endless, untilMs: rounds.untilMs };
  const shifts = intervalShiftsMs(event, times, draw);
  const types = spansByType(intervals, times, { shifts, window, notes });
  const roundMs = rounds.goesRound ? rounds.roundMs : endless;
  return { times, layout: layoutOf(types, { startMs, roundMs, untilMs: rounds.untilMs }) };
}

const endless = Number.POSITIVE_INFINITY;

function noteOnEvent({ duration, intervals }: GridEvent, notes: Notes): void {
  if (duration !== null && isZero(duration))
    notes.ofEvent('its duration as a whole is zero, which is taken as not said');
  if (new Set(intervals.map(({ id }) => id)).size < intervals.length)
    notes.ofEvent('several intervals have the same id');
}

function orProblem<T>(work: () => T): T | { readonly ok: false; readonly problem: string } {
  try {
    return work();
  } catch (error) {
    if (error instanceof TimingProblem) return { ok: false, problem: error.message };
    throw error;
  }
}
