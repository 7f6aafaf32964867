import { addAbortSignal, type Readable } from 'node:stream';
import type { Clock } from '../../../core/clock.ts';
import type { SeriesKey } from '../../../fleet/readings.ts';
import type { BadLine } from '../../reading-source.ts';
import type { ReadingRow } from '../text/line-reader.ts';
import { readRows } from '../text/read-rows.ts';
import { freshReadings, type KnownSeries, knownFrom, type NewReadings } from './fresh-readings.ts';

/** Readings that come as lines of a stream. */
export interface ReadingsStream {
  /** For messages. */
  readonly name: string;
  readonly stream: Readable;
}

export interface FollowTextOptions {
  readonly fromMs: number;
  readonly clock: Pick<Clock, 'now'>;
  readonly signal?: AbortSignal | undefined;
  readonly onBadLine?: ((bad: BadLine) => void) | undefined;
}

/** The clock of a meter may be fast by so much: its readings are not lost for it. */
const aheadMs = 300_000;

/**
 * New readings of a table that comes line by line, as soon as its lines are there, until its end; those of one series that
 * came together are together. Throws METER_FILE where it is no such table.
 */
export async function* followText(
  { name, stream }: ReadingsStream,
  { fromMs, clock, signal, onBadLine }: FollowTextOptions,
): AsyncGenerator<NewReadings> {
  const known = new Map<string, KnownSeries>();
  const bytes = signal ? addAbortSignal(signal, stream) : stream;
  try {
    for await (const rows of readRows({ name, bytes }, (bad) => onBadLine?.(bad))) {
      for (const [id, series] of bySeries(rows)) {
        const [{ meterId, component }] = series;
        const raw = {
          seconds: Float64Array.from(series, ({ seconds }) => seconds),
          watts: Float64Array.from(series, ({ watts }) => watts),
        };
        const next = freshReadings(raw, known.get(id) ?? knownFrom(fromMs), clock.now() + aheadMs);
        // The unit of its times was looked at line by line.
        if ('problem' in next) continue;
        known.set(id, next.known);
        yield { key: { meterId, component } satisfies SeriesKey, ...next.fresh };
      }
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}

type SeriesRows = [ReadingRow, ...ReadingRow[]];

function bySeries(rows: readonly ReadingRow[]): Map<string, SeriesRows> {
  const series = new Map<string, SeriesRows>();
  for (const row of rows) {
    const id = `${row.meterId}\0${row.component}`;
    const earlier = series.get(id);
    if (earlier) earlier.push(row);
    else series.set(id, [row]);
  }
  return series;
}
