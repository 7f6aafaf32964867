import { collectDefaultMetrics, type Registry } from 'prom-client';
import { gauges } from './gauges.ts';

/** A part of the process, and how it is. */
export interface PartNumbers {
  readonly name: string;
  readonly state: string;
}

/** The process itself: its build, what Node tells of it, and its parts. */
export function measureProcess(
  registry: Registry,
  {
    version,
    parts,
  }: { readonly version: string; readonly parts?: (() => readonly PartNumbers[]) | undefined },
): void {
  collectDefaultMetrics({ register: registry });
  gauges(
    registry,
    { name: 'venfleet_build_info', help: 'Which venfleet this is; always 1.', labels: ['version', 'node'] },
    () => [[{ version, node: process.versions.node }, 1]],
  );
  if (!parts) return;
  const about = {
    name: 'venfleet_part_state',
    help: 'Parts of the process and their state: 1 for the state that each is in.',
    labels: ['part', 'state'],
  };
  gauges(registry, about, () => parts().map(({ name, state }) => [{ part: name, state }, 1] as const));
}
