import { Registry } from 'prom-client';
import { createDispatchMeter } from '../../monitoring/metrics/event-metrics.ts';
import { measureProcess } from '../../monitoring/metrics/process-metrics.ts';
import { createRequestMeter, type RequestMeter } from '../../monitoring/metrics/request-metrics.ts';
import { measureRun, type RunNumbers } from '../../monitoring/metrics/run-metrics.ts';
import { createTokenMeter, type TokenMeter } from '../../monitoring/metrics/token-metrics.ts';
import { createEventsMeter, type EventsMeter } from './events-meter.ts';

/** The numbers of one command while it runs. Whoever makes it passes on what happens. */
export interface CommandMetrics {
  readonly onRequest: RequestMeter;
  readonly onToken: TokenMeter;
  readonly onNews: EventsMeter;
  /** How far it is. */
  note(now: Omit<RunNumbers, 'command'>): void;
  /** All numbers, as text for Prometheus. */
  answer(): Promise<{ readonly contentType: string; readonly body: string }>;
}

export interface CommandMetricsOptions {
  readonly version: string;
  readonly command: string;
  /** The names of where instructions go; undefined: it hands over none. */
  readonly sinks?: readonly string[] | undefined;
}

export function createCommandMetrics({ version, command, sinks }: CommandMetricsOptions): CommandMetrics {
  const registry = new Registry();
  let run: RunNumbers | null = null;
  measureProcess(registry, { version });
  measureRun(registry, () => run);
  return {
    onRequest: createRequestMeter(registry),
    onToken: createTokenMeter(registry),
    onNews: sinks ? createEventsMeter(createDispatchMeter(registry, sinks)) : () => undefined,
    note({ total, counts }) {
      run = { command, total, counts };
    },
    answer: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
