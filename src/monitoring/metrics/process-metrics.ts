import { collectDefaultMetrics, type Registry } from 'prom-client';
import { gauges } from './gauges.ts';

const partStates = ['off', 'starting', 'waiting', 'working', 'degraded', 'stopping'] as const;

/** A part of the process, and how it is. */
export interface PartNumbers {
  readonly name: string;
  readonly state: (typeof partStates)[number];
}

/** What prom-client gives by default and `promtool check metrics` finds fault with: gauges that are named like counters. */
const misnamed = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** The process itself: its build, what Node tells of it, and its parts. */
export function measureProcess(
  registry: Registry,
  {
    version,
    parts,
  }: { readonly version: string; readonly parts?: (() => readonly PartNumbers[]) | undefined },
): void {
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);
  gauges(
    registry,
    { name: 'venfleet_build_info', help: 'Which venfleet this is; always 1.', labels: ['version', 'node'] },
    () => [[{ version, node: process.versions.node }, 1]],
  );
  if (!parts) return;
  const about = {
    name: 'venfleet_part_state',
    help: 'Parts of the process and their state: 1 for the state that each is in, 0 for the others.',
    labels: ['part', 'state'],
  };
  // The zeros too: without them nobody could tell for how much of the last hour a part was degraded.
  gauges(registry, about, () =>
    parts().flatMap(({ name, state }) =>
      partStates.map((one) => [{ part: name, state: one }, Number(one === state)] as const),
    ),
  );
}
