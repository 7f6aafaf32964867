import { Counter, type Registry } from 'prom-client';
import { gauge, gauges } from './gauges.ts';

/** What goes on now: of a registration, a report of history, … */
export interface RunNumbers {
  readonly command: string;
  readonly total: number | null;
  readonly counts: Readonly<Record<string, number>>;
}

/** The last comparison with the VTN. */
export interface ReconciliationNumbers {
  readonly endedMs: number;
  /** By what would be done: `create`, `update`, `remove`, `correct`, `conflict`, `stranger`. */
  readonly actions: Readonly<Record<string, number>>;
}

/** The run that goes on now. */
export function measureRun(registry: Registry, run: () => RunNumbers | null): void {
  gauges(
    registry,
    {
      name: 'venfleet_run_loads',
      help: 'Loads of the run that goes on now, by what came of them so far.',
      labels: ['command', 'outcome'],
    },
    () => {
      const now = run();
      return Object.entries(now?.counts ?? {}).map(
        ([outcome, loads]) => [{ command: now?.command ?? '', outcome }, loads] as const,
      );
    },
  );
  gauge(
    registry,
    'venfleet_run_loads_planned',
    'Loads that the run which goes on now is about.',
    () => run()?.total ?? null,
  );
}

/** How fleet and VTN stood to each other last. */
export function measureReconciliation(
  registry: Registry,
  last: () => Promise<ReconciliationNumbers | null>,
): void {
  gauge(
    registry,
    'venfleet_last_reconciliation_timestamp_seconds',
    'When fleet and VTN were compared last, seconds since 1970.',
    async () => {
      const found = await last();
      return found && found.endedMs / 1_000;
    },
  );
  gauges(
    registry,
    {
      name: 'venfleet_drift',
      help: 'What it takes to make fleet and VTN agree, by action, as of the last comparison.',
      labels: ['action'],
    },
    async () =>
      Object.entries((await last())?.actions ?? {}).map(([action, count]) => [{ action }, count] as const),
  );
}

/** `commands`: those that are counted from 0 on. */
export function createRunCounter(
  registry: Registry,
  commands: readonly string[] = [],
): (command: string, state: string) => void {
  const runs = new Counter({
    name: 'venfleet_runs_total',
    help: 'Runs that ended, by command and state: succeeded, failed, interrupted.',
    labelNames: ['command', 'state'],
    registers: [registry],
  });
  for (const command of commands)
    for (const state of ['succeeded', 'failed', 'interrupted']) runs.inc({ command, state }, 0);
  return (command, state) => runs.inc({ command, state });
}
