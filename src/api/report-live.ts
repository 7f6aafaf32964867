import { z } from 'zod';
import { type Clock, systemClock } from '../core/clock.ts';
import { once } from '../core/once.ts';
import type { SeriesKey } from '../fleet/readings.ts';
import {
  firstOfInterest,
  type LiveEvent,
  type LiveSummary,
  type LiveTime,
  reportLive as reportLiveOf,
} from '../metering/report-live.ts';
import { type FollowReadingsOptions, followReadings } from '../metering/sources/follow-readings.ts';
import { createLiveReadings, type LiveReadings } from '../metering/sources/live-readings.ts';
import type { EventStore } from '../store/event-store.ts';
import type { ReportingStore, ReportScope } from '../store/reporting-store.ts';
import { type Checks, call, checkOptions } from './check-options.ts';
import { logLiveEvents } from './logging/log-reports.ts';
import { loggingWait } from './logging/log-waiting.ts';
import { defaultCatchUpHours, defaultMaxBodyBytes } from './option-values.ts';
import { ownReportingChecks, type ReportingOptions, reportingChecks, reportingWith } from './reporting.ts';
import { type VtnAndStore, withVtnAndStore } from './with-vtn-and-store.ts';

export type { LiveEvent, LiveSummary } from '../metering/report-live.ts';

/** Which readings to report as they come, and how. */
export interface ReportLiveOptions extends ReportingOptions {
  /** A meter file that grows, the path of a pipe, or `-`: a table on standard input. */
  readonly meterData: string;
  /**
   * How many hours back readings are sent that were not reported yet; where nothing was ever reported, the newest alone.
   * Default 24.
   */
  readonly catchUpHours?: number | undefined;
  /** Plays the readings of the past again, as if it were this time now. Default: it is what the clock says. */
  readonly replayFrom?: Date | undefined;
  /** How fast that time passes. Default 1: as time does. */
  readonly speed?: number | undefined;
  readonly onEvent?: ((event: LiveEvent) => void) | undefined;
  /** Told of what cannot be read for the time being: the file, a series, a line. */
  readonly onProblem?: ((problem: string) => void) | undefined;
}

/** Of what is not the same for all who speak to a VTN. */
export const ownLiveChecks = {
  ...ownReportingChecks,
  catchUpHours: z.number().min(0).optional(),
  replayFrom: z.date().optional(),
  speed: z.number().positive().optional(),
  onEvent: call,
  onProblem: call,
};
const checks = { ...reportingChecks, ...ownLiveChecks } satisfies Checks<
  ReportLiveOptions & { includeDisabled?: boolean }
>;

const hourMs = 3_600_000;
/** To see whether a large fleet has changed takes a tenth of a second. */
const fleetEveryMs = 10_000;

/**
 * Reports each registered load's newest readings as they come due, until `signal` aborts or no more will come; a VTN that is
 * down is waited for. Throws VenfleetErrors: METER_FILE, REPORT_ANCHOR, VTN_OTHER, DB_IN_USE, …
 */
export async function reportLive(options: ReportLiveOptions): Promise<LiveSummary> {
  checkOptions('reportLive', checks, options);
  return withVtnAndStore(options, { readOnly: false }, (parts) => reportLiveIn(parts, options));
}

/** `reportLive` over what is open already. */
export function reportLiveIn(
  parts: VtnAndStore,
  options: ReportLiveOptions,
  command = 'report live',
): Promise<LiveSummary> {
  const { signal } = options;
  const access = { command, subject: 'reports' as const, ...loggingWait(options) };
  return parts.store.exclusively(access, (lost) =>
    liveWith(options, parts, signal ? AbortSignal.any([signal, lost]) : lost),
  );
}

async function liveWith(
  options: ReportLiveOptions,
  parts: VtnAndStore,
  signal: AbortSignal,
): Promise<LiveSummary> {
  const { link, profile: vens, store, dbPath: database, checkVersion } = parts;
  const { meterData, catchUpHours = defaultCatchUpHours } = options;
  const { profile, scope } = await reportingWith(options, parts, true);
  const time = timeOf(options, link.clock);
  const catchUpMs = catchUpHours * hourMs;
  // Its own end too: what follows a file would otherwise follow it for ever.
  const end = new AbortController();
  const until = AbortSignal.any([signal, end.signal]);
  const fromMs = () => firstOfInterest(time.nowMs(), catchUpMs);
  const fleetMark = askedSeldom(store.fleetMark, link.clock, fleetEveryMs);
  const fleet = seriesOfFleet({ ...store, fleetMark }, scope);
  const readings = readingsOf(options, fleet, time, fromMs, until);
  const place = { vtn: link.transport.url, profile: vens.name, database, meterData };
  try {
    return await reportLiveOf({
      ...options,
      scope,
      mostBytes: options.maxBodyBytes ?? defaultMaxBodyBytes,
      onEvent: logLiveEvents(options, place),
      beforeSending: once(checkVersion),
      store,
      fleetMark,
      readings,
      time,
      catchUpMs,
      link,
      profile,
      vens,
      signal,
    });
  } finally {
    end.abort();
    await readings.close();
  }
}

function timeOf({ replayFrom, speed = 1 }: ReportLiveOptions, clock: Clock): LiveTime {
  if (!replayFrom) return { nowMs: clock.now, speed: 1 };
  const startedAt = clock.monotonic();
  // Whole milliseconds, as the spans are that are stored.
  return { nowMs: () => Math.floor(replayFrom.getTime() + (clock.monotonic() - startedAt) * speed), speed };
}

/** Readings as they come, from the series of the loads that are meant. */
function readingsOf(
  { meterData, onProblem, log }: ReportLiveOptions,
  keys: FollowReadingsOptions['keys'],
  { nowMs }: LiveTime,
  fromMs: () => number,
  signal: AbortSignal,
): LiveReadings {
  const tell = (problem: string) => {
    log?.warn({ meterData, problem }, 'readings cannot be read');
    onProblem?.(problem);
  };
  const feed = followReadings(meterData, {
    keys,
    fromMs,
    pollMs: 1_000,
    clock: { ...systemClock, now: nowMs },
    signal,
    onProblem: (problem, key) => tell(key ? `${key.meterId}, ${key.component}: ${problem}` : problem),
    onBadLine: ({ line, reason }) => tell(`line ${line}: ${reason}`),
  });
  return createLiveReadings(meterData === '-' ? 'standard input' : meterData, feed, systemClock.monotonic);
}

/** The series of the loads that are meant, as the fleet is now; the same list while it has not changed. */
function seriesOfFleet(
  store: Pick<ReportingStore, 'meteredLoads'> & Pick<EventStore, 'fleetMark'>,
  scope: ReportScope,
): FollowReadingsOptions['keys'] {
  let last: { readonly mark: string; readonly keys: readonly SeriesKey[] } | undefined;
  return async () => {
    const mark = await store.fleetMark();
    if (last?.mark === mark) return last.keys;
    const loads = await store.meteredLoads(scope);
    const keys = new Map(
      loads.map(({ meterId, component }) => [`${meterId}\0${component}`, { meterId, component }]),
    );
    last = { mark, keys: [...keys.values()] };
    return last.keys;
  };
}

/** What `mark` said last, which is asked anew at most each `everyMs` milliseconds. */
function askedSeldom(mark: () => Promise<string>, clock: Clock, everyMs: number): () => Promise<string> {
  let last: { readonly mark: Promise<string>; readonly askedAt: number } | undefined;
  return () => {
    const now = clock.monotonic();
    if (!last || now - last.askedAt >= everyMs) last = { mark: mark(), askedAt: now };
    return last.mark;
  };
}
