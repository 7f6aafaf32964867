import { z } from 'zod';
import type { TimeSpan } from '../fleet/readings.ts';
import type { ReportEvent, ReportSummary } from '../metering/report-events.ts';
import { type ReportRequest, reportNew } from '../metering/report-new.ts';
import { type Checks, call, checkOptions, flag } from './check-options.ts';
import { profileChoice } from './connect-vtn.ts';
import { loggedRun } from './logged-run.ts';
import { logReportEvents, logReportSummary } from './logging/log-reports.ts';
import { loggingWait } from './logging/log-waiting.ts';
import { defaultMaxBodyBytes } from './option-values.ts';
import { type ReportingOptions, reportingChecks, reportingWith } from './reporting.ts';
import { endOfReports, noteReports } from './run-counts.ts';
import { createSeriesEncoderThread } from './threads/series-encoder.ts';
import { type VtnAndStore, withVtnAndStore } from './with-vtn-and-store.ts';

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
  extends ReportingOptions,
    Pick<ReportRequest, 'again' | 'dryRun' | 'onEvent'> {
  /** Only readings whose intervals begin at or after this. Default: from the first. */
  readonly from?: Date | undefined;
  /** Only readings whose intervals begin before this. Default: to the last. */
  readonly to?: Date | undefined;
}

const date = z.date().optional();

const checks = {
  ...reportingChecks,
  from: date,
  to: date,
  again: flag,
  dryRun: flag,
  onEvent: call,
} satisfies Checks<ReportHistoryOptions & { includeDisabled?: boolean }>;

/**
 * Reports all readings of registered loads that were not reported yet: opens the meter file and the database, runs
 * `reportNew` and closes everything. Throws VenfleetErrors: METER_FILE, REPORT_ANCHOR, VTN_OTHER, …
 */
export async function reportHistory(options: ReportHistoryOptions): Promise<ReportSummary> {
  checkOptions('reportHistory', checks, options);
  const { signal, dryRun = false } = options;
  return withVtnAndStore(options, { readOnly: dryRun }, (parts) => {
    if (dryRun) return reportWith(options, parts, signal);
    const { store, link } = parts;
    const access = { command: 'report history', subject: 'reports' as const, ...loggingWait(options) };
    return store.exclusively(access, (lost) => {
      const until = signal ? AbortSignal.any([signal, lost]) : lost;
      const vtn = link.transport.url;
      const run = { store, command: 'report history', vtn, clock: link.clock, endOf: endOfReports } as const;
      return loggedRun(run, (note) => {
        const noteEvent = noteReports(note);
        const onEvent = (event: ReportEvent) => {
          noteEvent(event);
          options.onEvent?.(event);
        };
        return reportWith({ ...options, onEvent }, parts, until);
      });
    });
  });
}

async function reportWith(
  options: ReportHistoryOptions,
  parts: VtnAndStore,
  signal: AbortSignal | undefined,
): Promise<ReportSummary> {
  const { meterData: path, log } = options;
  const { link, profile: vens, store, dbPath: database, checkVersion } = parts;
  const { profile, metering, scope } = await reportingWith(options, parts);
  const encoder = createSeriesEncoderThread({ path, profile: profileChoice(options).profile, metering });
  const place = { vtn: link.transport.url, profile: vens.name, database, meterData: path };
  try {
    const summary = await reportNew({
      ...options,
      scope,
      spanOf: spanOf(options),
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

function spanOf({ from, to }: ReportHistoryOptions): (() => TimeSpan) | undefined {
  if (!from && !to) return undefined;
  const fromMs = from?.getTime() ?? Number.MIN_SAFE_INTEGER;
  const untilMs = to?.getTime() ?? Number.MAX_SAFE_INTEGER;
  return () => ({ fromMs, untilMs });
}
