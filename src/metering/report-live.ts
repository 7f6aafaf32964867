import type { TimeSpan } from '../fleet/readings.ts';
import type { ReportEvent, ReportSummary } from './report-events.ts';
import { type ReportRequest, reportNew } from './report-new.ts';
import { createSeriesEncoder } from './series-encoder.ts';
import type { LiveReadings } from './sources/live-readings.ts';

/** Time as the readings have it: now, or a time that is played again. */
export interface LiveTime {
  /** Milliseconds since 1970, UTC. */
  nowMs(): number;
  /** How many of its milliseconds pass in one. */
  readonly speed: number;
}

export interface LiveRequest
  extends Omit<ReportRequest, 'encoder' | 'spanOf' | 'lane' | 'whenDown' | 'again' | 'dryRun' | 'onEvent'> {
  readonly readings: LiveReadings;
  readonly time: LiveTime;
  /**
   * Changes when the fleet or its registration has: then loads may be there of which nothing could be reported before. Asked ten times
   * a second.
   */
  fleetMark(): Promise<string>;
  /**
   * How far back readings are sent that were not reported yet, milliseconds, by `time`; where nothing was ever reported, the
   * newest alone.
   */
  readonly catchUpMs: number;
  readonly onEvent?: ((event: LiveEvent) => void) | undefined;
}

/** What happens while readings are reported as they come. */
export type LiveEvent =
  | ReportEvent
  /** What was due was reported, if anything. `dueMs`, `nextMs`: until when, and when the next interval ends; milliseconds since 1970. */
  | {
      readonly type: 'pass';
      readonly summary: ReportSummary;
      readonly dueMs: number;
      readonly nextMs: number;
    };

/** What reporting came to until it was stopped, or no more came. */
export interface LiveSummary {
  readonly passes: number;
  readonly points: number;
  readonly reports: number;
  /** Rows that came and were left out: no numbers, repeated, to come, or from before what had come of their series. */
  readonly leftOut: number;
  /** The last pass left nothing that was due unreported. */
  readonly success: boolean;
  /** What the last pass could not report. */
  readonly pointsFailed: number;
  readonly failed: number;
}

/** How often it is looked whether there is more, milliseconds. */
const lookEveryMs = 100;
/** What comes together is reported together: no more has come for so long, milliseconds, or others wait for so long. */
const quietMs = 500;
const longestWaitMs = 10_000;
/** The step where no series tells one, milliseconds. */
const usualStepMs = 3_600_000;
const dayMs = 86_400_000;

/** Readings that begin before this are never reported: the source need not give them. */
export function firstOfInterest(startMs: number, catchUpMs: number): number {
  return startMs - Math.max(catchUpMs, dayMs);
}

/**
 * Reports each load's newest readings as they come due, which is when their intervals have ended, until the signal aborts or
 * no more will come. A VTN that is down is waited for; what was not reported meanwhile comes then, at the pace that the VTN
 * takes. Throws as `reportNew`, and what the readings' feed threw.
 */
export async function reportLive(request: LiveRequest): Promise<LiveSummary> {
  const { readings, time, catchUpMs, signal, onEvent } = request;
  const sinceOf = await begin(request);
  const total = { passes: 0, points: 0, reports: 0 };
  let last: ReportSummary | undefined;
  await untilQuiet(request);
  if (!readings.hasNew()) readings.throwIfFailed();
  while (!signal?.aborted) {
    // Before they are read: what comes meanwhile is for the next pass.
    const isLast = readings.hasEnded();
    readings.hasNew();
    const mark = await request.fleetMark();
    const dueMs = time.nowMs();
    const { summary, nextMs } = await onePass(request, sinceOf, dueMs, total.passes === 0);
    last = summary;
    total.passes++;
    total.points += summary.points;
    total.reports += summary.reports;
    onEvent?.({ type: 'pass', summary, dueMs, nextMs });
    readings.throwIfFailed();
    readings.forgetBefore(firstOfInterest(dueMs, catchUpMs));
    if (isLast) break;
    await untilMore(request, nextMs, mark);
  }
  const { failed = 0, left = 0, pointsFailed = 0 } = last ?? {};
  return { ...total, success: failed === 0 && left === 0, failed, pointsFailed, leftOut: readings.leftOut() };
}

/** From when on readings of a series with this step are to be reported. */
async function begin({ store, profile, time, catchUpMs }: LiveRequest): Promise<(stepMs: number) => number> {
  const startMs = time.nowMs();
  const hasReported = (await store.reportedKinds()).includes(profile.kind);
  return hasReported ? () => startMs - catchUpMs : (stepMs) => startMs - 2 * stepMs + 1;
}

/** Reports what is due, and says when the next interval ends. */
async function onePass(
  { readings, onEvent, ...request }: LiveRequest,
  sinceOf: (stepMs: number) => number,
  dueMs: number,
  isFirst: boolean,
): Promise<{ readonly summary: ReportSummary; readonly nextMs: number }> {
  let stepMs = usualStepMs;
  const spanOf = (step: number): TimeSpan => ({ fromMs: sinceOf(step), untilMs: dueMs - step + 1 });
  const summary = await reportNew({
    ...request,
    // Something was taken before: no failure makes all the rest hopeless.
    ...(!isFirst && { maxFailures: 0 }),
    encoder: createSeriesEncoder(readings, request.profile),
    spanOf,
    lane: 'usual',
    whenDown: 'wait',
    onEvent(event) {
      if (event.type === 'planned') stepMs = event.stepMs ?? usualStepMs;
      onEvent?.(event);
    },
  });
  return { summary, nextMs: (Math.floor(dueMs / stepMs) + 1) * stepMs };
}

/** Waits until the next interval ends, more has come, or the fleet is not what it was. */
async function untilMore(request: LiveRequest, nextMs: number, mark: string): Promise<void> {
  const { readings, time, signal, link } = request;
  while (!signal?.aborted && !readings.hasEnded()) {
    const leftMs = (nextMs - time.nowMs()) / time.speed;
    if (leftMs <= 0 || readings.hasNew()) return untilQuiet(request);
    if ((await request.fleetMark()) !== mark) return untilQuiet(request);
    await link.clock.sleep(Math.min(leftMs, lookEveryMs), signal);
  }
}

/** Waits until what comes together has come. */
async function untilQuiet({ readings, signal, link: { clock } }: LiveRequest): Promise<void> {
  const begunAt = clock.monotonic();
  while (!signal?.aborted && !readings.hasEnded()) {
    const now = clock.monotonic();
    if (now - readings.lastCameAt() >= quietMs || now - begunAt >= longestWaitMs) return;
    await clock.sleep(lookEveryMs, signal);
  }
}
