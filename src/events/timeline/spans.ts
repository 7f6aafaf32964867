import type { GridInterval } from '../../fleet/grid-event.ts';
import { type IntervalTimes, TimingProblem } from './interval-times.ts';
import type { Notes } from './notes.ts';
import { comeOneAfterTheOther } from './payload-types.ts';
import { countBefore, firstAfter } from './search.ts';
import type { TimelineSpan } from './timeline.ts';

/** Spans of one type in the order of the list, `open` those that last until the next one of the type. */
interface Listed {
  readonly spans: TimelineSpan[];
  readonly open: Set<number>;
}

/** An event of more types than that is none that anybody means. */
const mostTypes = 1_000;

/**
 * What each type of payload says when, in the order of the types, once through the list: in order of time, and for no time twice. Where intervals overlap,
 * which the specification allows, but does not explain, the later one in the list counts. `shifts`: by how much each interval
 * begins later than it says. Nothing reaches out of `window`. Throws a `TimingProblem`.
 */
export function spansByType(
  intervals: readonly GridInterval[],
  times: IntervalTimes,
  {
    shifts,
    window,
    notes,
  }: {
    readonly shifts: Float64Array | undefined;
    readonly window: { readonly fromMs: number; readonly untilMs: number };
    readonly notes: Notes;
  },
): (readonly TimelineSpan[])[] {
  const types = new Map<string, Listed>();
  for (const [n, interval] of intervals.entries()) {
    const startMs = times.starts[n] as number;
    const endMs = times.ends[n] as number;
    if (startMs === Number.POSITIVE_INFINITY) notes.ofInterval('never', interval.id);
    else if (endMs === startMs) notes.ofInterval('instant', interval.id);
    else if (startMs >= window.untilMs) notes.ofInterval('too-late', interval.id);
    else {
      const shiftMs = shifts?.[n] ?? 0;
      const isOpen = times.open[n] === 1;
      listSpans(types, interval, { startMs: startMs + shiftMs, endMs: endMs + shiftMs, isOpen }, notes);
    }
  }
  return [...types.keys()].sort().map((type) => {
    const listed = types.get(type) as Listed;
    endOpenOnes(listed);
    const spans = cutTo(listed.spans, window);
    if (areInOrder(spans)) return spans;
    const inOrder = spans.toSorted((one, other) => one.fromMs - other.fromMs);
    if (areInOrder(inOrder)) return inOrder;
    notes.overlap(type);
    return laidOver(spans);
  });
}

/** The end of a span, Infinity where there is none. */
export function endOf({ untilMs }: TimelineSpan): number {
  return untilMs ?? Number.POSITIVE_INFINITY;
}

function listSpans(
  types: Map<string, Listed>,
  { id, payloads }: GridInterval,
  { startMs, endMs, isOpen }: { startMs: number; endMs: number; isOpen: boolean },
  notes: Notes,
): void {
  for (const { type, values } of payloads) {
    const listed = types.get(type) ?? { spans: [], open: new Set() };
    if (listed.spans.length === 0) types.set(type, listed);
    if (types.size > mostTypes) throw new TimingProblem(`it has payloads of more than ${mostTypes} types`);
    const isEndless = isOpen || endMs === Number.POSITIVE_INFINITY;
    const several = values.length > 1 && comeOneAfterTheOther(type);
    if (several && !isEndless) {
      listed.spans.push(...shared(type, values, { id, startMs, endMs }));
      continue;
    }
    if (several) notes.ofInterval('no-shares', id);
    if (isOpen) listed.open.add(listed.spans.length);
    const said = several ? values.slice(0, 1) : values;
    listed.spans.push({
      type,
      values: said,
      intervalId: id,
      fromMs: startMs,
      untilMs: isEndless ? null : endMs,
    });
  }
}

/** Each value for its share of the interval, to the millisecond. */
function* shared(
  type: string,
  values: TimelineSpan['values'],
  { id, startMs, endMs }: { id: number; startMs: number; endMs: number },
): Generator<TimelineSpan> {
  const edge = (n: number) => startMs + Math.round(((endMs - startMs) * n) / values.length);
  for (const [n, value] of values.entries()) {
    const fromMs = edge(n);
    const untilMs = edge(n + 1);
    if (untilMs > fromMs) yield { type, values: [value], intervalId: id, fromMs, untilMs };
  }
}

function endOpenOnes({ spans, open }: Listed): void {
  if (open.size === 0) return;
  const starts = spans.map(({ fromMs }) => fromMs).sort((one, other) => one - other);
  for (const n of open) {
    const span = spans[n] as TimelineSpan;
    spans[n] = { ...span, untilMs: firstAfter(starts, span.fromMs) ?? null };
  }
}

function cutTo(
  spans: readonly TimelineSpan[],
  { fromMs, untilMs }: { fromMs: number; untilMs: number },
): readonly TimelineSpan[] {
  const isIn = (span: TimelineSpan) => span.fromMs >= fromMs && endOf(span) <= untilMs;
  if (spans.every(isIn)) return spans;
  return spans
    .map((span) =>
      isIn(span)
        ? span
        : {
            ...span,
            fromMs: Math.max(span.fromMs, fromMs),
            untilMs: finite(Math.min(endOf(span), untilMs)),
          },
    )
    .filter((span) => span.fromMs < endOf(span));
}

function finite(ms: number): number | null {
  return ms === Number.POSITIVE_INFINITY ? null : ms;
}

function areInOrder(spans: readonly TimelineSpan[]): boolean {
  return spans.every((span, n) => n === 0 || endOf(spans[n - 1] as TimelineSpan) <= span.fromMs);
}

/** These with the later ones laid over the earlier ones, in order of time. */
function laidOver(spans: readonly TimelineSpan[]): TimelineSpan[] {
  const edges = edgesOf(spans);
  const owners = ownersBetween(edges, spans);
  const laid: TimelineSpan[] = [];
  let n = 0;
  while (n < owners.length) {
    const owner = owners[n] as number;
    let end = n + 1;
    while (end < owners.length && owners[end] === owner) end++;
    if (owner !== -1) {
      const { type, values, intervalId } = spans[owner] as TimelineSpan;
      const fromMs = edges[n] as number;
      laid.push({ type, values, intervalId, fromMs, untilMs: finite(edges[end] as number) });
    }
    n = end;
  }
  return laid;
}

/** Where one of these begins or ends: each time once, in order. */
function edgesOf(spans: readonly TimelineSpan[]): Float64Array {
  const edges = new Float64Array(spans.length * 2);
  for (const [n, span] of spans.entries()) {
    edges[2 * n] = span.fromMs;
    edges[2 * n + 1] = endOf(span);
  }
  edges.sort();
  return edges.filter((edge, n) => edge !== edges[n - 1]);
}

/** Which span counts from each edge to the next one; -1: none. The last span takes its place first; others fill what is left. */
function ownersBetween(edges: Float64Array, spans: readonly TimelineSpan[]): Int32Array {
  const owners = new Int32Array(edges.length).fill(-1);
  // From each place on, where the next free one may be; on the way there it is made to point further.
  const next = Int32Array.from(edges.keys());
  const free = (from: number) => {
    let at = from;
    while (next[at] !== at) {
      next[at] = next[next[at] as number] as number;
      at = next[at] as number;
    }
    return at;
  };
  const placeOf = (ms: number) => countBefore(edges.length, (n) => (edges[n] as number) < ms);
  for (let n = spans.length - 1; n >= 0; n--) {
    const span = spans[n] as TimelineSpan;
    const until = placeOf(endOf(span));
    for (let at = free(placeOf(span.fromMs)); at < until; at = free(at)) {
      owners[at] = n;
      next[at] = at + 1;
    }
  }
  return owners;
}
