import type { Clock } from '../../src/core/clock.ts';
import { createVtnLink, type VtnLink } from '../../src/delivery/vtn-link.ts';
import { type ReportRequest, reportNew } from '../../src/metering/report-new.ts';
import { createSeriesEncoder, type SeriesEncoder } from '../../src/metering/series-encoder.ts';
import { openMeterFile } from '../../src/metering/sources/open-meter-file.ts';
import { createTransport, staticToken } from '../../src/openadr/http/http.ts';
import { profileNamed } from '../../src/profiles/choose-profile.ts';
import { openStore } from '../../src/store/open-store.ts';
import { quickRetry, type ReportingFleet } from './reporting-fleet.ts';

export interface ReporterOptions {
  /** Where the VTN is reached, if not directly. */
  readonly url?: string;
  readonly retry?: VtnLink['retry'];
  readonly concurrency?: number;
  readonly clock?: Clock | undefined;
}

interface ReporterChanges extends Partial<ReportRequest> {
  /** Makes the encoder another one. */
  readonly spoil?: ((encoder: SeriesEncoder) => SeriesEncoder) | undefined;
}

/** What reports in this process and this thread, as the library's function does in two; a link of its own each time. */
export function reporter(
  { profile: name, dbPath, meterData, simulator, anchor }: ReportingFleet,
  { url = simulator.url, retry = quickRetry, concurrency = 8, clock }: ReporterOptions = {},
) {
  return async ({ spoil = (encoder) => encoder, ...options }: ReporterChanges = {}) => {
    const { jobs } = profileNamed(name);
    const [profile, vens] = await Promise.all([jobs.metering({ anchor }), jobs.registration({})]);
    const source = await openMeterFile(meterData);
    const store = await openStore(dbPath);
    const transport = createTransport({ url, tokens: staticToken('secret'), connections: concurrency });
    try {
      const link = createVtnLink({ transport, pacing: { kind: 'window', concurrency }, retry, clock });
      const encoder = spoil(createSeriesEncoder(source, profile));
      const parts = { store, encoder, link, profile, vens, mostBytes: 2_000_000 };
      return await reportNew({ ...parts, ...options });
    } finally {
      await Promise.all([store.close(), transport.close(), source.close()]);
    }
  };
}
