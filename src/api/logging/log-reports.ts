import type { Logger } from '../../core/log.ts';
import type { ReportEvent, ReportSummary } from '../../metering/report-events.ts';
import type { LiveEvent } from '../../metering/report-live.ts';

type OnEvent = (event: ReportEvent) => void;
type OnLive = (event: LiveEvent) => void;

/**
 * What is to be called with each event of a report job: `onEvent`, with the log told of it first. `place` says to
 * which VTN it is, of which database and meter file.
 */
export function logReportEvents(
  { log, onEvent }: { readonly log?: Logger | undefined; readonly onEvent?: OnEvent | undefined },
  place: object,
): OnEvent | undefined {
  if (!log) return onEvent;
  return (event) => {
    logEvent(log, event, place);
    onEvent?.(event);
  };
}

/** The same of reports of readings as they come; what was reported is told of each pass. */
export function logLiveEvents(
  { log, onEvent }: { readonly log?: Logger | undefined; readonly onEvent?: OnLive | undefined },
  place: object,
): OnLive | undefined {
  if (!log) return onEvent;
  return (event) => {
    if (event.type !== 'pass') logEvent(log, event, place);
    else if (event.summary.points + event.summary.failed > 0)
      log.info({ dueMs: event.dueMs, ...countsOf(event.summary) }, 'readings reported');
    onEvent?.(event);
  };
}

/** The level at which an event is logged, and in which words. */
const lines = {
  planned: ['info', 'reporting begins'],
  progress: ['debug', 'reports stored'],
  'load-failed': ['warn', 'reporting a load failed'],
  'broken-off': ['warn', 'reporting broken off'],
} as const satisfies Readonly<Record<ReportEvent['type'], readonly ['debug' | 'info' | 'warn', string]>>;

function logEvent(log: Logger, event: ReportEvent, place: object): void {
  const [level, text] = lines[event.type];
  log[level](fieldsOf(event, place), text);
}

function fieldsOf(event: ReportEvent, place: object): object {
  const { type } = event;
  if (type === 'planned') return { ...event, ...place };
  return type === 'broken-off' ? { type, ...countsOf(event.summary) } : event;
}

/** Logs what a report job did. */
export function logReportSummary(log: Logger, summary: ReportSummary): void {
  log.info(countsOf(summary), summary.interrupted ? 'reporting interrupted' : 'reporting ended');
}

function countsOf({ perVen: _, perComponent: __, failures: ___, reasons: ____, ...counts }: ReportSummary) {
  return counts;
}
