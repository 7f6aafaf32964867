import { Counter, Histogram, type Registry } from 'prom-client';
import { type DispatchEnd, dispatchEnds } from '../../store/event-store.ts';
import { gauge, gauges } from './gauges.ts';

/** What of events is read when the metrics are asked for. */
export interface EventNumbers {
  /** Events that are remembered, by their states. */
  byState(): Promise<ReadonlyMap<string, number>>;
  /** Noted for sinks, and not ended; and loads that are told something now. */
  dispatches(): Promise<{ readonly open: number; readonly loadsTold: number }>;
}

/** Counts what is handed over, as it happens. */
export interface DispatchMeter {
  /** `lateMs`: after its due time; of what was not handed over it does not matter. */
  ended(sink: string, end: DispatchEnd, dispatches: readonly { readonly lateMs: number }[]): void;
  /** What had been over for long was forgotten. */
  forgotten(counts: { readonly events: number; readonly dispatches: number }): void;
}

const latenessBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60];

/** What was remembered of events, and what is open. */
export function measureEvents(registry: Registry, numbers: EventNumbers): void {
  gauges(
    registry,
    {
      name: 'venfleet_events',
      help: 'Events that are remembered, by state: current, vanished, cancelled, over.',
      labels: ['state'],
    },
    async () => [...(await numbers.byState())].map(([state, events]) => [{ state }, events] as const),
  );
  gauge(
    registry,
    'venfleet_dispatches_open',
    'Dispatches that are noted for a sink and have not ended.',
    async () => (await numbers.dispatches()).open,
  );
  gauge(
    registry,
    'venfleet_loads_told',
    'Loads that are told something by an event now.',
    async () => (await numbers.dispatches()).loadsTold,
  );
}

/** `sinks`: those that are known by now; their counts begin at 0, so that the first that is missed, or late, is seen as a rise. */
export function createDispatchMeter(registry: Registry, sinks: readonly string[] = []): DispatchMeter {
  const registers = [registry];
  const ends = new Counter({
    name: 'venfleet_dispatches_total',
    help: 'Dispatches by sink and end: handed, late, missed, replaced.',
    labelNames: ['sink', 'end'],
    registers,
  });
  const lateness = new Histogram({
    name: 'venfleet_dispatch_lateness_seconds',
    help: 'Time from when a dispatch was due to when the sink had taken it.',
    labelNames: ['sink'],
    buckets: latenessBuckets,
    registers,
  });
  const forgotten = new Counter({
    name: 'venfleet_forgotten_total',
    help: 'What was forgotten since it had been over for long: events, dispatches.',
    labelNames: ['what'],
    registers,
  });
  for (const what of ['events', 'dispatches']) forgotten.inc({ what }, 0);
  for (const sink of sinks) {
    for (const end of dispatchEnds) ends.inc({ sink, end }, 0);
    lateness.zero({ sink });
  }
  return {
    ended(sink, end, dispatches) {
      ends.inc({ sink, end }, dispatches.length);
      if (end !== 'handed' && end !== 'late') return;
      for (const { lateMs } of dispatches) lateness.observe({ sink }, Math.max(0, lateMs) / 1_000);
    },
    forgotten({ events, dispatches }) {
      forgotten.inc({ what: 'events' }, events);
      forgotten.inc({ what: 'dispatches' }, dispatches);
    },
  };
}
