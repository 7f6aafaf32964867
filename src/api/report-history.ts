import { z } from 'zod';
import type { TimeSpan } from '../fleet/readings.ts';
import { doubtChoices } from '../metering/doubt-choices.ts';
import { throwIfScopeUnknown } from '../metering/known-scope.ts';
import type { ReportSummary } from '../metering/report-events.ts';
import { type HistoryRequest, reportHistory as reportHistoryOf } from '../metering/report-history.ts';
import { profileNamed } from '../profiles/choose-profile.ts';
import {
  type Measure,
  type MeteringOptions,
  type MeteringProfile,
  measures,
} from '../profiles/metering-profile.ts';
import { throwIfElsewhere } from '../registration/vtn-of-database.ts';
import type { AccessHolder } from '../store/exclusive.ts';
import type { FleetScope } from '../store/fleet-store.ts';
import type { ReportAnchor, ReportingStore } from '../store/reporting-store.ts';
import { type Checks, call, checkOptions, flag, vtnChecks, waitingChecks, whole } from './check-options.ts';
import { profileChoice } from './connect-vtn.ts';
import { logReportEvents, logReportSummary } from './logging/log-reports.ts';
import { loggingWait } from './logging/log-waiting.ts';
import { defaultMaxBodyBytes, maxBodyBounds, maxFailuresBounds } from './option-values.ts';
import { type OnSpelledTwice, spelledScope } from './spelled-names.ts';
import { createSeriesEncoderThread } from './threads/series-encoder.ts';
import { type VtnAndStore, type VtnAndStoreOptions, withVtnAndStore } from './with-vtn-and-store.ts';

export type { DoubtChoice } from '../metering/doubt-choices.ts';
export type {
  ReportCounts,
  ReportEvent,
  ReportLoadFailure,
  ReportSummary,
} from '../metering/report-events.ts';
export type { Measure } from '../profiles/metering-profile.ts';
export type { ReportAnchor } from '../store/reporting-store.ts';

/** Which readings to report, of which loads, and how. */
export interface ReportHistoryOptions
  extends VtnAndStoreOptions,
    Pick<HistoryRequest, 'again' | 'dryRun' | 'onDoubt' | 'maxFailures' | 'onEvent'>,
    OnSpelledTwice {
  /** The meter file: HDF5, CSV or NDJSON (docs/metering.md). */
  readonly meterData: string;
  /** Only these VENs, or the first N by name. Default: all. */
  readonly scope?: FleetScope | undefined;
  /** Only loads of these components: `load_0` … Default: all. */
  readonly components?: readonly string[] | undefined;
  /** Only these loads, by their ids. Default: all. */
  readonly loadIds?: readonly string[] | undefined;
  /** Only readings whose intervals begin at or after this. Default: from the first. */
  readonly from?: Date | undefined;
  /** Only readings whose intervals begin before this. Default: to the last. */
  readonly to?: Date | undefined;
  /** What OpenADR reports tell of a reading. Default: `USAGE` alone. The gateway has one form. */
  readonly measures?: readonly Measure[] | undefined;
  /** The program and event that OpenADR reports are filed under. Default: those that `prepareReports` made. */
  readonly anchor?: ReportAnchor | undefined;
  /** Bytes that the body of a report may have. Default 2,000,000. */
  readonly maxBodyBytes?: number | undefined;
  /** Wait where another process reports from the database. Default: throw DB_IN_USE, which says who does. */
  readonly wait?: boolean | undefined;
  /** Called once when the waiting begins. */
  readonly onWaiting?: ((holder: AccessHolder) => void) | undefined;
}

const texts = z.array(z.string()).optional();
const date = z.date().optional();

const checks = {
  ...vtnChecks,
  ...waitingChecks,
  meterData: z.string().min(1),
  components: texts,
  loadIds: texts,
  from: date,
  to: date,
  measures: z.array(z.enum(measures)).nonempty().optional(),
  anchor: z.strictObject({ programId: z.string(), eventId: z.string() }).optional(),
  maxBodyBytes: whole(maxBodyBounds).optional(),
  again: flag,
  dryRun: flag,
  onDoubt: z.enum(doubtChoices).optional(),
  maxFailures: whole(maxFailuresBounds).optional(),
  onEvent: call,
  onSpelledTwice: call,
} satisfies Checks<ReportHistoryOptions & { includeDisabled?: boolean }>;

/**
 * Reports all readings of registered loads that were not reported yet: opens the meter file and the database, runs
 * `reportHistory` of metering and closes everything. Throws VenfleetErrors: METER_FILE, REPORT_ANCHOR, VTN_OTHER, …
 */
export async function reportHistory(options: ReportHistoryOptions): Promise<ReportSummary> {
  checkOptions('reportHistory', checks, options);
  const { signal, dryRun = false } = options;
  return withVtnAndStore(options, { readOnly: dryRun }, (parts) => {
    if (dryRun) return reportWith(options, parts, signal);
    const access = { command: 'report history', subject: 'reports' as const, ...loggingWait(options) };
    return parts.store.exclusively(access, (lost) =>
      reportWith(options, parts, signal ? AbortSignal.any([signal, lost]) : lost),
    );
  });
}

async function reportWith(
  options: ReportHistoryOptions,
  { link, profile: vens, store, dbPath, checkVersion }: VtnAndStore,
  signal: AbortSignal | undefined,
): Promise<ReportSummary> {
  const { meterData, log } = options;
  const { name } = vens;
  await throwIfElsewhere(store, { url: link.transport.url, profile: name });
  const { profile, metering } = await meteringOf(options, store);
  const { components, loadIds } = options;
  const scope = { ...(await spelledScope(store, options.scope, options)), components, loadIds };
  await throwIfScopeUnknown(store, scope);
  const choice = profileChoice(options).profile;
  const encoder = createSeriesEncoderThread({ path: meterData, profile: choice, metering });
  const place = { vtn: link.transport.url, profile: name, database: dbPath, meterData };
  try {
    const summary = await reportHistoryOf({
      ...options,
      scope,
      span: spanOf(options),
      mostBytes: options.maxBodyBytes ?? defaultMaxBodyBytes,
      onEvent: logReportEvents(options, place),
      beforeSending: checkVersion,
      store,
      encoder,
      link,
      profile,
      vens,
      signal,
    });
    if (log) logReportSummary(log, summary);
    return summary;
  } finally {
    await encoder.close();
  }
}

/** How this VTN is reported to. Throws REPORT_ANCHOR where reports are filed under an event and none is known. */
async function meteringOf(
  options: ReportHistoryOptions,
  store: Pick<ReportingStore, 'reportAnchor'>,
): Promise<{ profile: MeteringProfile; metering: MeteringOptions }> {
  const kind = profileNamed(options.profile);
  const anchor = kind.jobs.anchor && (options.anchor ?? (await store.reportAnchor()));
  const metering = { measures: options.measures, anchor };
  return { profile: await kind.jobs.metering(metering), metering };
}

function spanOf({ from, to }: ReportHistoryOptions): TimeSpan | undefined {
  if (!from && !to) return undefined;
  return {
    fromMs: from?.getTime() ?? Number.MIN_SAFE_INTEGER,
    untilMs: to?.getTime() ?? Number.MAX_SAFE_INTEGER,
  };
}
