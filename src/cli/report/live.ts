import { type LiveEvent, type LiveSummary, reportLive } from '../../api/report-live.ts';
import type { CommandDefinition } from '../command.ts';
import { heading } from '../heading.ts';
import { isEndOfWaiting } from '../lease.ts';
import { withMetricsPort } from '../metrics-port.ts';
import { liveLines, liveTotalLine, passJsonValue } from '../render/live-passes.ts';
import { print, printJson, tell } from '../render/output.ts';
import { createWaitLines } from '../render/waits.ts';
import { tellOfStopping } from '../stopping.ts';
import { sending, sendingOptions } from './report-options.ts';

const liveOptions = ['catchUp', 'replayFrom', 'speed', 'metricsPort', ...sendingOptions] as const;

export const live: CommandDefinition<(typeof liveOptions)[number]> = {
  name: 'report live',
  description:
    'Readings are due when their intervals have ended. They come from a meter file that grows, or as lines of CSV or ' +
    'NDJSON on standard input (--meter-data -). Ctrl-C ends it; a VTN that is down is waited for.\n\n' +
    'Exit code: 0 all that was due is reported, 1 some of it is not, 2 wrong use or a bad environment.',
  options: liveOptions,
  examples: [
    'VENFLEET_TOKEN=… venfleet report live --meter-data meters.h5',
    'venfleet report live --meter-data meters.h5 --replay-from 2025-06-01',
    'venfleet report live --meter-data - --json',
  ],
  async run(context) {
    const { values, signal } = context;
    const { json } = values;
    const say = (line: string) => (json ? tell(line) : print(line));
    const options = sending(context);
    if (!json) print(`${heading(values)}, meter data ${options.meterData}`);
    const untell = tellOfStopping(signal, tell);
    let summary: LiveSummary;
    try {
      summary = await withMetricsPort(context, (metrics) =>
        reportLive({
          ...options,
          onRequest: metrics?.onRequest,
          onToken: metrics?.onToken,
          catchUpHours: values.catchUp,
          replayFrom: values.replayFrom,
          speed: values.speed,
          onAskedToWait: createWaitLines(say),
          onProblem: (problem) => tell(`venfleet: ${problem}`),
          onEvent: (event) => tellOfPass(event, json),
        }),
      );
    } catch (error) {
      if (isEndOfWaiting(error, signal)) return 130;
      throw error;
    } finally {
      untell();
    }
    if (json) printJson({ type: 'ended', ...summary });
    else print(liveTotalLine(summary));
    return summary.success ? 0 : 1;
  },
};

/** A pass in which nothing was due is not told of. */
function tellOfPass(event: LiveEvent, json: boolean): void {
  if (event.type !== 'pass' || event.summary.points + event.summary.failed === 0) return;
  if (json) printJson(passJsonValue(event));
  else print(liveLines(event));
}
