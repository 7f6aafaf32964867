import type { CommandMetrics } from '../../api/metrics/command-metrics.ts';
import { type ReportSummary, reportHistory } from '../../api/report-history.ts';
import { noteReports } from '../../api/run-counts.ts';
import type { CommandContext, CommandDefinition } from '../command.ts';
import { heading } from '../heading.ts';
import { isEndOfWaiting } from '../lease.ts';
import { withMetricsPort } from '../metrics-port.ts';
import { print, printJson } from '../render/output.ts';
import { createReportProgress } from '../render/report-progress.ts';
import { reportSummaryJsonValue, reportSummaryText } from '../render/report-summary.ts';
import { keepHeapSmall } from '../small-heap.ts';
import { tellOfStopping } from '../stopping.ts';
import { sending, sendingOptions } from './report-options.ts';

const historyOptions = ['from', 'to', 'again', 'dryRun', 'metricsPort', ...sendingOptions] as const;

export const history: CommandDefinition<(typeof historyOptions)[number]> = {
  name: 'report history',
  description:
    'All readings of the meter file that were not reported yet, of every registered load. What was taken is ' +
    'stored while it goes on: interrupt it, run it again, and it goes on where it stopped.\n\n' +
    'Exit code: 0 all went well, 1 some loads failed, 2 wrong use or a bad environment, 130 interrupted.',
  options: historyOptions,
  examples: [
    'VENFLEET_TOKEN=… venfleet report history --meter-data meters.h5',
    'venfleet report history --meter-data meters.h5 --from 2025-06-01',
    'venfleet report history --meter-data meters.h5 --dry-run',
  ],
  run: (context) => withMetricsPort(context, (metrics) => runHistory(context, metrics)),
};

async function runHistory(
  context: CommandContext<(typeof historyOptions)[number]>,
  metrics: CommandMetrics | undefined,
): Promise<number> {
  keepHeapSmall();
  const noted = metrics && noteReports(metrics.note);
  const { values, signal } = context;
  const progress = createReportProgress({ quiet: values.dryRun, json: values.json });
  let untell: (() => void) | undefined;
  let brokenOff: ReportSummary | undefined;
  let summary: ReportSummary;
  try {
    summary = await reportHistory({
      ...sending(context),
      onRequest: metrics?.onRequest,
      from: values.from,
      to: values.to,
      again: values.again,
      dryRun: values.dryRun,
      onAskedToWait: progress.onAskedToWait,
      onEvent(event) {
        if (event.type === 'planned') {
          untell = tellOfStopping(signal, progress.say);
          if (!values.json) print(`${heading(values)}, meter data ${values.meterData}`);
        }
        if (event.type === 'broken-off') brokenOff = event.summary;
        noted?.(event);
        progress.onEvent(event);
      },
    });
  } catch (error) {
    if (isEndOfWaiting(error, signal)) return 130;
    throw error;
  } finally {
    untell?.();
    progress.stop();
    // The error's own line follows.
    if (brokenOff && brokenOff.points + brokenOff.pointsFailed > 0 && !values.json)
      print(reportSummaryText(brokenOff));
  }
  if (values.json) printJson(reportSummaryJsonValue(summary));
  else print(reportSummaryText(summary));
  if (summary.interrupted) return 130;
  return summary.success ? 0 : 1;
}
