import type { Logger } from '../../core/log.ts';
import type { EnrolEvent, EnrolSummary } from '../../events/enrol/enrol-events.ts';

type OnEvent = (event: EnrolEvent) => void;

/** What is to be called with each event of enrolling: `onEvent`, with the log told of it first; `place`: where it is done. */
export function loggingEnrolment(
  { log, onEvent }: { readonly log?: Logger | undefined; readonly onEvent?: OnEvent | undefined },
  place: object,
): OnEvent | undefined {
  if (!log) return onEvent;
  return (event) => {
    if (event.type === 'started') log.info({ ...event, ...place }, 'enrolment begins');
    else if (event.type === 'progress') log.debug(event, 'results stored');
    else if (event.type === 'load-failed') log.warn(event, 'load failed');
    else log.warn({ type: event.type, ...countsOf(event.summary) }, 'enrolment broken off');
    onEvent?.(event);
  };
}

/** Logs what enrolling came to. */
export function logEnrolment(log: Logger, summary: EnrolSummary): void {
  log.info(countsOf(summary), summary.interrupted ? 'enrolment interrupted' : 'enrolment ended');
}

function countsOf({ success, program, loads, skippedFor, waits, elapsedSeconds }: EnrolSummary) {
  return { success, program, loads, skippedFor, waits, elapsedSeconds };
}
