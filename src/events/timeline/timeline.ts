import type { PayloadValue } from '../../fleet/grid-event.ts';

/** A stretch of time in which an event asks one thing of one kind. Milliseconds since 1970, UTC; `untilMs` null: without end. */
export interface TimelineSpan {
  readonly type: string;
  readonly values: readonly PayloadValue[];
  readonly intervalId: number;
  readonly fromMs: number;
  readonly untilMs: number | null;
}

/** What an event asks for, over time. Its intervals may go round without end: ask for a part of it. */
export interface Timeline {
  /** When the first span begins and the last one ends; `endMs` null: never. Both null: nothing is asked at any time. */
  readonly startMs: number | null;
  readonly endMs: number | null;
  /** The spans that cover this time: of each type one, in the order of the types. */
  at(ms: number): readonly TimelineSpan[];
  /** The first time after this at which a span begins or ends; undefined: nothing changes any more. */
  nextChange(afterMs: number): number | undefined;
  /** The spans that begin before `untilMs` and end after `fromMs`, in order of their beginning. */
  between(fromMs: number, untilMs: number): Iterable<TimelineSpan>;
}

/** A timeline, or why there is none, no sentence: the event is not acted on at all. */
export type TimelineResult =
  | {
      readonly ok: true;
      readonly timeline: Timeline;
      /** What of the event comes to nothing, or was decided where it is not clear, no sentences. Most have none. */
      readonly notes: readonly string[];
    }
  | { readonly ok: false; readonly problem: string };

/** What an event's times depend on besides the event. */
export interface TimelineContext {
  /** What "now" is for the event, milliseconds since 1970, UTC. */
  readonly anchorMs: number;
  /**
   * A draw for interval number `n` of the list (-1: for the event as a whole), 0 to 1, always the same; see `randomizeStart`.
   * 0.5 leaves the start where it is.
   */
  draw(n: number): number;
}
