import type { MeteringProfile } from '../profiles/metering-profile.ts';
import type { ReportSize } from './report-size.ts';
import type { SeriesEncoder } from './series-encoder.ts';

/** Of what reports are made. */
export interface ReportMaking {
  readonly encoder: SeriesEncoder;
  readonly profile: Pick<MeteringProfile, 'reportNameOf' | 'overheadOf'>;
  /** How reports refer to loads, by load id; those that are missing by the VTN's id of their resource. */
  readonly references: ReadonlyMap<string, string>;
  readonly size: ReportSize;
}
