import { Registry } from 'prom-client';
import { createDispatchMeter, measureEvents } from '../../monitoring/metrics/event-metrics.ts';
import { measureFleet } from '../../monitoring/metrics/fleet-metrics.ts';
import { measureProcess } from '../../monitoring/metrics/process-metrics.ts';
import { measureReports } from '../../monitoring/metrics/report-metrics.ts';
import { createRequestMeter, type RequestMeter } from '../../monitoring/metrics/request-metrics.ts';
import {
  createRunCounter,
  measureReconciliation,
  measureRun,
  type ReconciliationNumbers,
} from '../../monitoring/metrics/run-metrics.ts';
import { createTokenMeter, type TokenMeter } from '../../monitoring/metrics/token-metrics.ts';
import { measureVtn } from '../../monitoring/metrics/vtn-metrics.ts';
import { actionKinds } from '../../reconciliation/plan-actions.ts';

import type { FleetKeeper, KeeperNote } from '../keep/fleet-keeper.ts';
import type { FleetViews } from '../views/fleet-views.ts';
import { createEventsMeter, type EventsMeter } from './events-meter.ts';

/** The numbers of a process that keeps a fleet. Whoever makes it passes on what happens. */
export interface KeeperMetrics {
  readonly onRequest: RequestMeter;
  readonly onToken: TokenMeter;
  readonly onNews: EventsMeter;
  onNote(note: KeeperNote): void;
  /** From now on what is asked of these is told as well. */
  attach(keeper: FleetKeeper, views: FleetViews): void;
  /** All numbers, as text for Prometheus. */
  answer(): Promise<{ readonly contentType: string; readonly body: string }>;
}

export interface KeeperMetricsOptions {
  readonly version: string;
  /** The names of where instructions go. */
  readonly sinks?: readonly string[] | undefined;
}

/** What a keeper of a fleet begins by itself, or is asked for. */
const keptCommands = ['register', 'plan', 'apply'];

export function createKeeperMetrics({ version, sinks }: KeeperMetricsOptions): KeeperMetrics {
  const registry = new Registry();
  const countRun = createRunCounter(registry, keptCommands);
  let command = '';
  return {
    onRequest: createRequestMeter(registry),
    onToken: createTokenMeter(registry),
    onNews: createEventsMeter(createDispatchMeter(registry, sinks)),
    onNote(note) {
      if (note.type !== 'run') return;
      command = note.run.command;
      if (note.run.state !== 'running') countRun(command, note.run.state);
    },
    attach(keeper, views) {
      measureProcess(registry, { version, parts: () => keeper.state().parts });
      measureFleet(registry, views);
      measureVtn(registry, () => linkNumbers(keeper));
      measureRun(registry, () => {
        const { run } = keeper.state();
        return run && { ...run, command };
      });
      measureReconciliation(registry, () => lastPlan(views));
      measureReports(registry, () => views.reports());
      measureEvents(registry, {
        byState: () => eventsByState(views),
        dispatches: () => views.dispatchTotals(Date.now()),
      });
    },
    answer: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}

function linkNumbers(keeper: FleetKeeper) {
  const { state, requests, waits } = keeper.state().vtn;
  const isUp = state === 'unknown' ? null : state !== 'silent' && state !== 'refusing-token';
  return { isUp, waits, ...requests };
}

async function lastPlan(views: FleetViews): Promise<ReconciliationNumbers | null> {
  const runs = await views.runs({ limit: 1, commands: ['plan'] });
  const [run] = runs;
  if (!run || run.endedMs === null || run.state !== 'succeeded') return null;
  const actions = actionKinds.map((kind) => [kind, run.counts[kind] ?? 0]);
  return { endedMs: run.endedMs, actions: Object.fromEntries(actions) };
}

async function eventsByState(views: FleetViews): Promise<ReadonlyMap<string, number>> {
  const counts = new Map([['current', 0]]);
  for (const { state, forMeterData } of await views.events())
    if (!forMeterData) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts;
}
