import type { CommandMetrics } from '../../api/metrics/command-metrics.ts';
import { reportHistory } from '../../api/report-history.ts';
import { noteReports } from '../../api/run-counts.ts';
import type { CommandContext, CommandDefinition } from '../command.ts';
import { heading } from '../heading.ts';
import { withMetricsPort } from '../metrics-port.ts';
import { createReportProgress } from '../render/report-progress.ts';
import { reportSummaryJsonValue, reportSummaryText } from '../render/report-summary.ts';
import { keepHeapSmall } from '../small-heap.ts';
import { runToSummary } from '../summed-run.ts';
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
  const { values } = context;
  return runToSummary(context, {
    progress: createReportProgress({ quiet: values.dryRun, json: values.json }),
    begins: 'planned',
    heading: () => `${heading(values)}, meter data ${values.meterData}`,
    noted: metrics && noteReports(metrics.note),
    hasDone: ({ points, pointsFailed }) => points + pointsFailed > 0,
    text: reportSummaryText,
    jsonValue: reportSummaryJsonValue,
    begin: (watch) =>
      reportHistory({
        ...sending(context),
        ...watch,
        onRequest: metrics?.onRequest,
        onToken: metrics?.onToken,
        from: values.from,
        to: values.to,
        again: values.again,
        dryRun: values.dryRun,
      }),
  });
}
