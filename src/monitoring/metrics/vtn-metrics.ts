import type { Registry } from 'prom-client';
import { gauge, readCounter } from './gauges.ts';

/** How the link to the VTN is now. */
export interface LinkNumbers {
  /** Null: it was not asked yet. */
  readonly isUp: boolean | null;
  readonly inFlight: number;
  /** How many may be in flight; null where nothing was sent yet. */
  readonly window: number | null;
  /** The most that it takes a second, as it taught; null: it did not. */
  readonly learnedPerSecond: number | null;
  /** How often it asked to be left alone since the start, and for how long in all. */
  readonly waits: { readonly times: number; readonly seconds: number };
}

/** The VTN, as it is when the metrics are asked for. */
export function measureVtn(registry: Registry, now: () => LinkNumbers): void {
  gauge(registry, 'venfleet_vtn_up', 'Whether the VTN answers and takes the token (1) or not (0).', () => {
    const { isUp } = now();
    return isUp === null ? null : Number(isUp);
  });
  gauge(registry, 'venfleet_vtn_in_flight_requests', 'Requests to the VTN under way.', () => now().inFlight);
  gauge(
    registry,
    'venfleet_vtn_window_requests',
    'Requests to the VTN that may be under way at once.',
    () => now().window,
  );
  gauge(
    registry,
    'venfleet_vtn_learned_requests_per_second',
    'The most requests a second that the VTN takes, as its answers (429) taught.',
    () => now().learnedPerSecond,
  );
  readCounter(
    registry,
    'venfleet_vtn_asked_waits_total',
    'Times that the VTN asked to be left alone (429, 503).',
    () => now().waits.times,
  );
  readCounter(
    registry,
    'venfleet_vtn_asked_wait_seconds_total',
    'Time for which the VTN asked to be left alone.',
    () => now().waits.seconds,
  );
}
