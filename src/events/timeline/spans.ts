import type { GridInterval } from '../../fleet/grid-event.ts';
import { type IntervalTimes, TimingProblem } from './interval-times.ts';
import type { Notes } from './notes.ts';
import { comeOneAfterTheOther } from './payload-types.ts';
import { firstAfter } from './search.ts';
import type { TimelineSpan } from './timeline.ts';

/** Spans of one type in the order of the list, `open` those that last until the next one of the type. */
interface Listed {
  readonly spans: TimelineSpan[];
  readonly open: Set<number>;
}

/** An event of more types than that is none that anybody means. */
const mostTypes = 1_000;

/**
 * What each type of payload says when, once through the list: in order of time, and for no time twice. Where intervals overlap,
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
): TimelineSpan[][] {
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
  return [...types].map(([type, listed]) => {
    endOpenOnes(listed);
    const spans = listed.spans.flatMap((span) => within(span, window));
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

function within(
  span: TimelineSpan,
  { fromMs, untilMs }: { fromMs: number; untilMs: number },
): TimelineSpan[] {
  if (span.fromMs >= fromMs && endOf(span) <= untilMs) return [span];
  const cut = { ...span, fromMs: Math.max(span.fromMs, fromMs), untilMs: Math.min(endOf(span), untilMs) };
  return cut.fromMs < cut.untilMs ? [{ ...cut, untilMs: finite(cut.untilMs) }] : [];
}

function finite(ms: number): number | null {
  return ms === Number.POSITIVE_INFINITY ? null : ms;
}

function areInOrder(spans: readonly TimelineSpan[]): boolean {
  return spans.every((span, n) => n === 0 || endOf(spans[n - 1] as TimelineSpan) <= span.fromMs);
}

/** These with the later ones laid over the earlier ones, in order of time. */
function laidOver(spans: readonly TimelineSpan[]): TimelineSpan[] {
  const edges = [...new Set(spans.flatMap((span) => [span.fromMs, endOf(span)]))].sort(
    (one, other) => one - other,
  );
  const owners = ownersBetween(edges, spans);
  const laid: TimelineSpan[] = [];
  for (const [n, owner] of owners.entries()) {
    if (owner === -1) continue;
    const span = spans[owner] as TimelineSpan;
    const fromMs = edges[n] as number;
    const untilMs = finite(edges[n + 1] as number);
    const last = laid.at(-1);
    if (owners[n - 1] === owner && last !== undefined) laid[laid.length - 1] = { ...last, untilMs };
    else laid.push({ ...span, fromMs, untilMs });
  }
  return laid;
}

/** Which span counts from each edge to the next one; -1: none. The last span takes its place first; others fill what is left. */
function ownersBetween(edges: readonly number[], spans: readonly TimelineSpan[]): Int32Array {
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
  const places = new Map(edges.map((edge, n) => [edge, n]));
  for (let n = spans.length - 1; n >= 0; n--) {
    const span = spans[n] as TimelineSpan;
    const until = places.get(endOf(span)) as number;
    for (let at = free(places.get(span.fromMs) as number); at < until; at = free(at)) {
      owners[at] = n;
      next[at] = at + 1;
    }
  }
  return owners;
}
