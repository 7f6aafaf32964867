import { PassThrough } from 'node:stream';
import type { ReportEvent, ReportSummary } from '../metering/report-events.ts';
import type { RegistrationEvent, RegistrationSummary } from '../registration/registration-events.ts';
import { type RegisterOptions, register } from './register.ts';
import { type ReportHistoryOptions, reportHistory } from './report-history.ts';

/** A job under way: iterate over its events, then await its summary (or the other way round). */
interface Watched<E, S> extends AsyncIterable<E> {
  readonly summary: Promise<S>;
}

/** A registration under way. */
export interface WatchedRegistration extends Watched<RegistrationEvent, RegistrationSummary> {}

/** Reports under way. */
export interface WatchedReports extends Watched<ReportEvent, ReportSummary> {}

/**
 * Begins a registration and gives its progress as an async iterable, which ends when the run ends. Leaving
 * the loop early does not stop the run; `options.signal` does. What ends the run is thrown by `summary`.
 */
export function watchRegistration(options: RegisterOptions): WatchedRegistration {
  return watched((onEvent) => register({ ...options, onEvent }), options.onEvent);
}

/** Begins to report history, and gives its progress in the same way. */
export function watchReports(options: ReportHistoryOptions): WatchedReports {
  return watched((onEvent) => reportHistory({ ...options, onEvent }), options.onEvent);
}

/** `told`: who is told of each event besides. */
function watched<E, S>(
  begin: (onEvent: (event: E) => void) => Promise<S>,
  told: ((event: E) => void) | undefined,
): Watched<E, S> {
  const events = new PassThrough({ objectMode: true });
  const write = (event: E) => {
    told?.(event);
    if (!events.destroyed) events.write(event);
  };
  const summary = begin(write).finally(() => events.end());
  // Whoever only iterates still gets the error from `summary` when they ask; it is not unhandled until then.
  summary.catch(() => undefined);
  return { summary, [Symbol.asyncIterator]: () => events[Symbol.asyncIterator]() };
}
