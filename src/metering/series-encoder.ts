import {
  endMsOf,
  partOf,
  type Readings,
  readingsWithin,
  type SeriesKey,
  type TimeSpan,
} from '../fleet/readings.ts';
import type { EncodedReadings, MeteringProfile } from '../profiles/metering-profile.ts';
import type { BadLines, Mended, ReadingSource } from './reading-source.ts';

/** What there is of a series. `span`: from its first reading to the end of the last; undefined where it has none. */
export type SeriesExtent =
  | {
      readonly ok: true;
      readonly span: TimeSpan | undefined;
      readonly points: number;
      /** How long an interval usually lasts, milliseconds. */
      readonly stepMs: number;
      readonly mended: Mended;
    }
  | { readonly ok: false; readonly problem: string };

/** Readings of a series, ready to be sent. The spans of what was asked for together follow one another without a hole. */
export interface EncodedSpan extends TimeSpan {
  readonly encoded: EncodedReadings;
}

/** Reads series and makes of them what is sent. What of the source cannot be read at all is thrown (METER_FILE). */
export interface SeriesEncoder {
  /** What of the source is of no series, since it is no reading. */
  badLines(): Promise<BadLines>;
  extents(keys: readonly SeriesKey[]): Promise<SeriesExtent[]>;
  /** How many readings lie in each of the spans. */
  counts(key: SeriesKey, spans: readonly TimeSpan[]): Promise<number[]>;
  /** The readings of a span, `mostPoints` in a piece at most; pieces without any are left out at the ends. */
  encode(key: SeriesKey, span: TimeSpan, mostPoints: number): Promise<EncodedSpan[]>;
}

/** Reads on this thread. */
export function createSeriesEncoder(
  source: ReadingSource,
  profile: Pick<MeteringProfile, 'encode'>,
): SeriesEncoder {
  // What is asked of a series is asked in a row.
  let latest: { readonly of: string; readonly read: ReturnType<ReadingSource['read']> } | undefined;
  const read = (key: SeriesKey) => {
    const of = JSON.stringify([key.meterId, key.component]);
    if (latest?.of !== of) latest = { of, read: source.read(key) };
    return latest.read;
  };
  const sound = async (key: SeriesKey): Promise<Readings> => {
    const series = await read(key);
    return series.ok ? series.readings : noReadings;
  };
  return {
    async badLines() {
      const { badLines: number = 0, firstBadLines: first = [] } = source;
      return { number, first };
    },
    async extents(keys) {
      const extents: SeriesExtent[] = [];
      for (const key of keys) extents.push(extentOf(await read(key)));
      return extents;
    },
    async counts(key, spans) {
      const readings = await sound(key);
      return spans.map((span) => readingsWithin(readings, span).startsMs.length);
    },
    async encode(key, span, mostPoints) {
      const readings = await sound(key);
      return encodedSpans(readingsWithin(readings, span), span, mostPoints, profile);
    },
  };
}

const noReadings: Readings = { startsMs: new Float64Array(0), watts: new Float64Array(0), stepMs: 3_600_000 };

function extentOf(series: Awaited<ReturnType<ReadingSource['read']>>): SeriesExtent {
  if (!series.ok) return series;
  const { readings, mended } = series;
  const points = readings.startsMs.length;
  const span =
    points === 0
      ? undefined
      : { fromMs: readings.startsMs[0] as number, untilMs: endMsOf(readings, points - 1) };
  return { ok: true, span, points, stepMs: readings.stepMs, mended };
}

function encodedSpans(
  readings: Readings,
  { fromMs, untilMs }: TimeSpan,
  mostPoints: number,
  profile: Pick<MeteringProfile, 'encode'>,
): EncodedSpan[] {
  const { startsMs } = readings;
  const spans: EncodedSpan[] = [];
  for (let at = 0; at < startsMs.length; at += mostPoints) {
    const end = Math.min(at + mostPoints, startsMs.length);
    spans.push({
      fromMs: at === 0 ? fromMs : (startsMs[at] as number),
      untilMs: end < startsMs.length ? (startsMs[end] as number) : untilMs,
      encoded: profile.encode(partOf(readings, at, end)),
    });
  }
  return spans;
}
