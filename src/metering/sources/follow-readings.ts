import { createReadStream } from 'node:fs';
import { type Clock, systemClock } from '../../core/clock.ts';
import type { SeriesKey } from '../../fleet/readings.ts';
import type { BadLine } from '../reading-source.ts';
import { followMeterFile } from './follow/follow-meter-file.ts';
import { followText, type ReadingsStream } from './follow/follow-text.ts';
import type { NewReadings } from './follow/fresh-readings.ts';
import { isMeterFile } from './open-readings.ts';

export type { ReadingsStream } from './follow/follow-text.ts';
export type { NewReadings } from './follow/fresh-readings.ts';

export interface FollowReadingsOptions {
  /**
   * Which series of a meter file to follow: asked at each look at it, since a fleet changes; the same list says that nothing has. A
   * table's are all given, whatever they are.
   */
  readonly keys: () => Promise<readonly SeriesKey[]>;
  /** Readings that begin earlier are not new; milliseconds since 1970. Default: now for a meter file, none for a table. */
  readonly fromMs?: (() => number) | undefined;
  /** How often to see whether a meter file has changed; milliseconds, default 2,000. */
  readonly pollMs?: number | undefined;
  readonly clock?: Clock | undefined;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
  /** Called when a series cannot be read, or, without a key, the file for the time being; once until that changes. */
  readonly onProblem?: ((problem: string, key: SeriesKey | undefined) => void) | undefined;
  /** Called with each line of a table that is no reading. */
  readonly onBadLine?: ((bad: BadLine) => void) | undefined;
}

/**
 * Readings as they come. Of a meter file (HDF5), for ever: rows that are appended, and rows whose time comes. Of a table, until
 * its end: `-` is standard input; a path may be that of a pipe. Throws METER_FILE.
 */
export async function* followReadings(
  from: string | ReadingsStream,
  options: FollowReadingsOptions,
): AsyncGenerator<NewReadings> {
  const { clock = systemClock, pollMs = 2_000, fromMs } = options;
  if (typeof from === 'string' && from !== '-' && (await isMeterFile(from)))
    yield* followMeterFile(from, { ...options, clock, pollMs, fromMs: fromMs ?? clock.now });
  else
    yield* followText(streamOf(from), { ...options, clock, fromMs: fromMs?.() ?? Number.NEGATIVE_INFINITY });
}

function streamOf(from: string | ReadingsStream): ReadingsStream {
  if (typeof from !== 'string') return from;
  // Unlike a file's stream on its descriptor, this one does not keep the process from ending.
  if (from === '-') return { name: 'standard input', stream: process.stdin };
  return { name: from, stream: createReadStream(from) };
}
