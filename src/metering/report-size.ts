import type { MeteringProfile } from '../profiles/metering-profile.ts';
import { type PlannedPart, type PlannedReport, plannedReport } from './planned-report.ts';
import type { SeriesEncoder } from './series-encoder.ts';

/** Bytes below which a report is not cut further: it is not its size that the VTN minds. */
const leastBytes = 1_000;

/** How large reports may be; less, once the VTN has refused one for its size. */
export interface ReportSize {
  mostBytes(): number;
  /** Readings that a part may have, so that a report of one load is not larger than that. */
  mostPoints(): number;
  tooLarge(report: PlannedReport): void;
  /** The same in two reports: each of half of the loads, or of half of the readings; undefined where it has one reading. */
  halves(report: PlannedReport): Promise<readonly PlannedReport[] | undefined>;
}

export function createReportSize(
  profile: Pick<MeteringProfile, 'mostPoints' | 'bytesPerPoint' | 'reportNameOf'>,
  encoder: SeriesEncoder,
  mostBytes: number,
): ReportSize {
  let most = mostBytes;
  return {
    mostBytes: () => most,
    mostPoints: () => Math.max(1, Math.min(profile.mostPoints, Math.floor(most / profile.bytesPerPoint))),
    tooLarge({ parts }) {
      const bytes = parts.reduce((sum, { encoded }) => sum + encoded.bytes.length, 0);
      most = Math.max(leastBytes, Math.min(most, Math.floor(bytes / 2)));
    },
    async halves({ report: { venName, span }, parts }) {
      if (parts.length > 1) {
        const half = Math.ceil(parts.length / 2);
        return [parts.slice(0, half), parts.slice(half)].map((some) => named(venName, span, some, profile));
      }
      const [part] = parts as [PlannedPart];
      const { points } = part.encoded;
      if (points < 2) return undefined;
      const pieces = await encoder.encode(part.key, span, Math.ceil(points / 2));
      return pieces.map((piece) => named(venName, piece, [{ ...part, encoded: piece.encoded }], profile));
    },
  };
}

/** A report with the name that the profile gives it. */
export function named(
  venName: string,
  span: PlannedReport['report']['span'],
  parts: readonly PlannedPart[],
  { reportNameOf }: Pick<MeteringProfile, 'reportNameOf'>,
): PlannedReport {
  const loadIds = parts.map(({ load }) => load.loadId);
  return plannedReport(venName, span, parts, reportNameOf({ venName, span, loadIds }));
}
