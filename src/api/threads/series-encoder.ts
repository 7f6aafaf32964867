import { VenfleetError } from '../../core/errors.ts';
import { createThread } from '../../core/thread.ts';
import type { SeriesKey, TimeSpan } from '../../fleet/readings.ts';
import type { BadLines } from '../../metering/reading-source.ts';
import type { EncodedSpan, SeriesEncoder, SeriesExtent } from '../../metering/series-encoder.ts';
import type { ProfileName } from '../../profiles/choose-profile.ts';
import type { MeteringOptions } from '../../profiles/metering-profile.ts';

/** What the thread is started with. */
export interface SeriesEncoderData {
  /** The meter file. */
  readonly path: string;
  readonly profile: ProfileName;
  readonly metering: MeteringOptions;
}

/** What the thread does: see `SeriesEncoder`. */
export type SeriesEncoderMethods = {
  badLines(): Promise<BadLines>;
  extents(keys: readonly SeriesKey[]): Promise<SeriesExtent[]>;
  counts(key: SeriesKey, spans: readonly TimeSpan[]): Promise<number[]>;
  encode(key: SeriesKey, span: TimeSpan, mostPoints: number): Promise<EncodedSpan[]>;
};

/** Reads a meter file, and makes what is to be sent of it, in a thread of its own: the one that sends has enough to do. */
export function createSeriesEncoderThread(
  data: SeriesEncoderData,
): SeriesEncoder & { close(): Promise<void> } {
  const { path } = data;
  const thread = createThread<SeriesEncoderMethods>({
    module: new URL('./series-encoder-thread', import.meta.url),
    data,
    ended: () => new VenfleetError('METER_FILE', { path, problem: 'what reads it has ended' }),
  });
  // Its library is large: it is loaded while the database is read.
  thread.start();
  return {
    badLines: () => thread.call('badLines'),
    extents: (keys) => thread.call('extents', keys),
    counts: (key, spans) => thread.call('counts', key, spans),
    encode: (key, span, mostPoints) => thread.call('encode', key, span, mostPoints),
    close: thread.close,
  };
}
