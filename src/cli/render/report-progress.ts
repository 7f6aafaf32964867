import type { ReportEvent } from '../../api/report-history.ts';
import type { Progress } from './progress.ts';
import { createRunProgress, type RunProgress } from './run-progress.ts';
import { count, some } from './text.ts';

/** Shows how reporting goes. */
export function createReportProgress(options: { quiet: boolean; json: boolean }): RunProgress<ReportEvent> {
  return createRunProgress({ progressOf, lineOf, progressLine }, options);
}

function lineOf(event: ReportEvent): string | undefined {
  if (event.type !== 'planned' || event.points === 0) return undefined;
  return `${some(event.points, 'reading')} of ${some(event.toReport, 'load')} are to be reported`;
}

/** In readings; undefined where nothing has changed, or there is nothing to do. */
function progressOf(event: ReportEvent): Progress | undefined {
  if (event.type === 'planned')
    return event.points > 0
      ? { total: event.points, done: 0, failed: 0, phase: `0/${count(event.toReport)} loads` }
      : undefined;
  if (event.type !== 'progress') return undefined;
  const { points, pointsFailed, pointsPlanned, reported, toReport } = event;
  return {
    total: pointsPlanned,
    done: points + pointsFailed,
    failed: pointsFailed,
    phase: `${count(reported)}/${count(toReport)} loads`,
  };
}

function progressLine({ total, done, phase }: Progress): string {
  return `  … ${count(done)} of ${count(total)} readings, ${phase}`;
}
