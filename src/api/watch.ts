import { PassThrough } from 'node:stream';
import type { RegistrationEvent, RegistrationSummary } from '../registration/registration-events.ts';
import { type RegisterOptions, register } from './register.ts';

/** A registration under way: iterate over its events, then await its summary (or the other way round). */
export interface WatchedRegistration extends AsyncIterable<RegistrationEvent> {
  readonly summary: Promise<RegistrationSummary>;
}

/**
 * Begins a registration and gives its progress as an async iterable, which ends when the run ends. Leaving
 * the loop early does not stop the run; `options.signal` does. What ends the run is thrown by `summary`.
 */
export function watchRegistration(options: RegisterOptions): WatchedRegistration {
  const events = new PassThrough({ objectMode: true });
  const write = (event: RegistrationEvent) => {
    options.onEvent?.(event);
    if (!events.destroyed) events.write(event);
  };
  const summary = register({ ...options, onEvent: write }).finally(() => events.end());
  // Whoever only iterates still gets the error from `summary` when they ask; it is not unhandled until then.
  summary.catch(() => undefined);
  return { summary, [Symbol.asyncIterator]: () => events[Symbol.asyncIterator]() };
}
