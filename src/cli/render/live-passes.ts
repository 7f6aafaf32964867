import type { LiveEvent, LiveSummary } from '../../api/report-live.ts';
import { count, some } from './text.ts';

type Pass = Extract<LiveEvent, { type: 'pass' }>;

const reasonsShown = 3;

/** What one pass of live reporting did, with the reasons where something failed. */
export function liveLines({ summary, dueMs }: Pass): string[] {
  const { points, reported, failed, reasons } = summary;
  const failures = failed > 0 ? `; ${some(failed, 'load')} failed` : '';
  return [
    `${utcMinute(dueMs)}  ${some(points, 'reading')} of ${some(reported, 'load')} reported${failures}`,
    ...reasons
      .slice(0, reasonsShown)
      .map(({ reason, loads, example }) => `  ${count(loads)} × ${reason}  (e.g. ${example})`),
  ];
}

/** The same as one JSON object has it. */
export function passJsonValue({ type, summary, dueMs, nextMs }: Pass): object {
  const { points, reports, reported, failed, pointsFailed, skipped, alreadyReported, left } = summary;
  return {
    type,
    due: new Date(dueMs).toISOString(),
    next: new Date(nextMs).toISOString(),
    points,
    pointsFailed,
    reports,
    reported,
    failed,
    skipped,
    alreadyReported,
    left,
  };
}

/** What all passes came to. */
export function liveTotalLine({ points, reports, failed, leftOut, success }: LiveSummary): string {
  const end = success ? 'nothing that was due is left' : `${some(failed, 'load')} failed in the last pass`;
  const rest = leftOut > 0 ? `; ${some(leftOut, 'row')} left out (no numbers, repeated or too late)` : '';
  return `${some(points, 'reading')} reported in ${some(reports, 'report')}; ${end}${rest}.`;
}

/** "2025-06-01 12:00:05Z". */
function utcMinute(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace(/\.\d+/, '');
}
