/** The thread that `createSeriesEncoderThread` starts. */
import { serveThread, threadData } from '../../core/thread.ts';
import { createSeriesEncoder } from '../../metering/series-encoder.ts';
import { openReadings } from '../../metering/sources/open-readings.ts';
import { profileNamed } from '../../profiles/choose-profile.ts';
import type { SeriesEncoderData, SeriesEncoderMethods } from './series-encoder.ts';

const { path, profile, metering } = threadData<SeriesEncoderData>();

serveThread<SeriesEncoderMethods>({
  async open() {
    const source = await openReadings(path);
    const encoder = createSeriesEncoder(source, await profileNamed(profile).jobs.metering(metering));
    return {
      methods: { ...encoder },
      moves: { encode: (spans) => spans.flatMap(({ encoded }) => ownMemory(encoded.bytes)) },
      close: source.close,
    };
  },
});

/** The memory of bytes that share it with nothing else. */
function ownMemory({ buffer, byteLength }: Uint8Array): ArrayBuffer[] {
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
}
