import { gzipped } from '../gzip-reports.ts';
import type { MeteringOptions, MeteringProfile, Report, ReportPart } from '../metering-profile.ts';
import { bulkReadings } from './bulk-readings.ts';
import { liveReading, liveReport, loadReference, resourceIdOf } from './live-report.ts';
import { readBulkReport, readLiveReport } from './metering-answers.ts';

/**
 * How meter data are reported to the gateway: a load's history in bulk (W), or, `live`, one reading as it comes (kW). It
 * lists nothing of what it took. That a reading which is sent twice counts once is assumed: its store, InfluxDB, overwrites
 * what has the same time.
 */
export function flexGatewayMetering({
  live = false,
  compress,
}: Pick<MeteringOptions, 'live' | 'compress'> = {}): MeteringProfile {
  // One reading is too little to be compressed.
  if (live) return liveMetering;
  return compress ? gzipped(bulkMetering) : bulkMetering;
}

const bulkMetering: MeteringProfile = {
  name: 'flex-gateway',
  kind: 'bulk',
  reportIsOf: 'load',
  // As many as the Python system sends at once; the gateway names no limit.
  mostPoints: 50_000,
  bytesPerPoint: 120,
  encode: bulkReadings,
  reportNameOf: () => undefined,
  overheadOf: () => 0,
  report(report) {
    const { resourceRef, encoded } = partOf(report);
    // `batch_size`: how many the gateway stores at a time; 1,000 unless it is told, at most 10,000.
    const path = `/report_data/bulk?resource_id=${encodeURIComponent(resourceRef)}&batch_size=5000`;
    return { method: 'POST', path, body: encoded.bytes, as: report.venName };
  },
  readReport(report, response) {
    const { resourceRef, encoded } = partOf(report);
    return readBulkReport(resourceRef, encoded.points, response);
  },
};

const liveMetering: MeteringProfile = {
  name: 'flex-gateway',
  kind: 'live',
  reportIsOf: 'load',
  mostPoints: 1,
  bytesPerPoint: 500,
  resourceRefOf: loadReference,
  encode: liveReading,
  // Not unique, but each load's own: the body has it.
  reportNameOf: () => undefined,
  overheadOf: ({ venName }, [resourceRef]) =>
    Buffer.byteLength(liveReport(venName, resourceRef as string, Date.UTC(2025), '')),
  report(report) {
    const { resourceRef, encoded } = partOf(report);
    const reading = Buffer.from(encoded.bytes).toString();
    const body = liveReport(report.venName, resourceRef, report.span.fromMs, reading);
    return { method: 'POST', path: '/reports', body, as: report.venName };
  },
  readReport: (report, response) => readLiveReport(resourceIdOf(partOf(report).resourceRef), response),
};

/** The one part of a report that is of one load. */
const partOf = ({ parts }: Report) => parts[0] as ReportPart;
