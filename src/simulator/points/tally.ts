import { addChecksum, addPoint, type Checksum, emptyChecksum } from './checksum.ts';

/** Points as a request tells them, in any order. Times are milliseconds since 1970, UTC. */
export interface Points {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly values: readonly number[];
}

/** What is known of points that were counted, and are not kept. */
export interface Tally {
  readonly count: number;
  readonly sum: Readonly<Checksum>;
}

/** The points of one request, counted. */
export interface Chunk {
  /** Told for the first time. */
  readonly fresh: Tally;
  /** Told once more, within this very request. */
  readonly again: Tally;
  /** The spans that the intervals cover, in order, those that touch as one: from, until, from, until … */
  readonly spans: readonly number[];
  /** When the last interval ends; -Infinity where there is none. */
  readonly last: number;
}

/** All points of one series, counted. */
export interface Series {
  readonly fresh: { count: number; readonly sum: Checksum };
  /** Points that begin within an interval that was told before. */
  readonly again: { count: number; readonly sum: Checksum };
  /** As those of a chunk. */
  spans: readonly number[];
  last: number;
}

/** A series with more gaps than this forgets the oldest ones. */
const mostSpans = 64;

export function emptySeries(): Series {
  return {
    fresh: { count: 0, sum: emptyChecksum() },
    again: { count: 0, sum: emptyChecksum() },
    spans: [],
    last: -Infinity,
  };
}

/** Counts points, of which those are told again that begin within an interval of `known`, or of one before. */
export function chunkOf({ starts, ends, values }: Points, known: readonly number[] = []): Chunk {
  const { fresh, again } = emptySeries();
  const spans: number[] = [];
  let last = -Infinity;
  for (const n of inOrderOfTime(starts)) {
    const start = starts[n] as number;
    const latest = spans.length - 1;
    const isAgain = (latest > 0 && start < (spans[latest] as number)) || isWithin(known, start);
    const tally = isAgain ? again : fresh;
    tally.count += 1;
    addPoint(tally.sum, start, values[n] as number);
    last = Math.max(last, ends[n] as number);
    // A reading of a moment covers this moment.
    const end = Math.max(ends[n] as number, start + 1);
    if (latest > 0 && start <= (spans[latest] as number))
      spans[latest] = Math.max(spans[latest] as number, end);
    else spans.push(start, end);
  }
  return { fresh, again, spans, last };
}

/**
 * Adds a chunk to a series. `points` are asked for where part of the chunk was told before; where nobody knows them
 * any more, all of it counts as told again.
 */
export function addChunk(series: Series, chunk: Chunk, points: () => Points | undefined): void {
  const { fresh, again } = splitBy(series.spans, chunk, points);
  add(series.fresh, ...fresh);
  add(series.again, ...again);
  series.spans = union(series.spans, chunk.spans);
  series.last = Math.max(series.last, chunk.last);
}

function splitBy(
  known: readonly number[],
  chunk: Chunk,
  points: () => Points | undefined,
): Record<'fresh' | 'again', readonly Tally[]> {
  if (!overlap(known, chunk.spans)) return { fresh: [chunk.fresh], again: [chunk.again] };
  const parts = covers(known, chunk.spans) ? undefined : points();
  if (!parts) return { fresh: [], again: [chunk.fresh, chunk.again] };
  const { fresh, again } = chunkOf(parts, known);
  return { fresh: [fresh], again: [again] };
}

function add(total: { count: number; readonly sum: Checksum }, ...tallies: readonly Tally[]): void {
  for (const { count, sum } of tallies) {
    total.count += count;
    addChecksum(total.sum, sum);
  }
}

function inOrderOfTime(starts: readonly number[]): Iterable<number> {
  if (starts.every((start, n) => n === 0 || start >= (starts[n - 1] as number))) return starts.keys();
  return [...starts.keys()].sort((a, b) => (starts[a] as number) - (starts[b] as number));
}

function isWithin(spans: readonly number[], ms: number): boolean {
  for (let at = 0; at < spans.length; at += 2) {
    if (ms >= (spans[at] as number) && ms < (spans[at + 1] as number)) return true;
  }
  return false;
}

function overlap(known: readonly number[], spans: readonly number[]): boolean {
  // As nearly always: all of it is later.
  if (known.length === 0 || (spans[0] as number) >= (known[known.length - 1] as number)) return false;
  return pairs(spans).some(([from, until]) => pairs(known).some((one) => from < one[1] && until > one[0]));
}

function covers(known: readonly number[], spans: readonly number[]): boolean {
  return pairs(spans).every(([from, until]) => pairs(known).some((one) => from >= one[0] && until <= one[1]));
}

function union(some: readonly number[], others: readonly number[]): readonly number[] {
  // Shared by all series that begin with the same chunk.
  if (some.length === 0) return others;
  const merged: number[] = [];
  for (const [from, until] of pairs([...some, ...others]).sort((a, b) => a[0] - b[0])) {
    const last = merged.length - 1;
    if (last > 0 && from <= (merged[last] as number)) merged[last] = Math.max(merged[last] as number, until);
    else merged.push(from, until);
  }
  const surplus = merged.length - 2 * mostSpans;
  if (surplus > 0) merged.splice(1, surplus);
  return merged;
}

function pairs(spans: readonly number[]): [from: number, until: number][] {
  const result: [number, number][] = [];
  for (let at = 0; at < spans.length; at += 2) result.push([spans[at] as number, spans[at + 1] as number]);
  return result;
}
