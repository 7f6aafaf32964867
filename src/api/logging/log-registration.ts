import type { Logger } from '../../core/log.ts';
import type { RegistrationEvent, RegistrationSummary } from '../../registration/registration-events.ts';

type OnEvent = (event: RegistrationEvent) => void;

/**
 * What is to be called with each event of a registration: `onEvent`, with the log told of it first. `place` says on
 * which VTN it is, and of which database.
 */
export function loggingEvents(
  { log, onEvent }: { readonly log?: Logger | undefined; readonly onEvent?: OnEvent | undefined },
  place: object,
): OnEvent | undefined {
  if (!log) return onEvent;
  return (event) => {
    logEvent(log, event, place);
    onEvent?.(event);
  };
}

/** The level at which an event is logged, and in which words. */
const lines: Readonly<Record<RegistrationEvent['type'], readonly [level: LineLevel, text: string]>> = {
  started: ['info', 'registration begins'],
  'ven-registered': ['info', 'VEN registered'],
  'ven-failed': ['warn', 'VEN failed'],
  'ven-started': ['debug', 'VEN begins'],
  progress: ['debug', 'results stored'],
  'load-failed': ['warn', 'load failed'],
  'ven-finished': ['info', 'VEN finished'],
  'broken-off': ['warn', 'registration broken off'],
};

type LineLevel = 'debug' | 'info' | 'warn';

function logEvent(log: Logger, event: RegistrationEvent, place: object): void {
  const [level, text] = lines[event.type];
  log[level](fieldsOf(event, place), text);
}

function fieldsOf(event: RegistrationEvent, place: object): object {
  const { type } = event;
  if (type === 'started') return { ...event, ...place };
  if (type === 'ven-finished') return { type, ...event.ven };
  return type === 'broken-off' ? { type, ...countsOf(event.summary) } : event;
}

/** Logs what a registration did. */
export function logRegistrationSummary(log: Logger, summary: RegistrationSummary): void {
  log.info(countsOf(summary), summary.interrupted ? 'registration interrupted' : 'registration ended');
}

function countsOf({ success, dryRun, loads, vens, waits, elapsedSeconds }: RegistrationSummary) {
  const { total, registered, failed } = vens;
  return {
    success,
    dryRun,
    loads,
    vens: { total, registered, failed: failed.length },
    waits,
    elapsedSeconds,
  };
}
