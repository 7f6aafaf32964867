import type { Registry } from 'prom-client';
import { gauges } from './gauges.ts';

/** How far reports of one kind are. */
export interface ReportNumbers {
  readonly kind: string;
  readonly points: number;
  readonly reporting: number;
  readonly failing: number;
  readonly byVen: readonly { readonly venId: string | null; readonly newestAgeSeconds: number | null }[];
}

/** Meter data: how much was reported, and how old the newest of each VEN is. */
export function measureReports(registry: Registry, numbers: () => Promise<readonly ReportNumbers[]>): void {
  gauges(
    registry,
    {
      name: 'venfleet_reported_readings',
      help: 'Readings that the VTN took, as the database remembers them, by kind of report.',
      labels: ['kind'],
    },
    async () => (await numbers()).map(({ kind, points }) => [{ kind }, points] as const),
  );
  gauges(
    registry,
    {
      name: 'venfleet_report_loads',
      help: 'Loads of which something was reported, and those whose last report failed, by kind of report.',
      labels: ['kind', 'state'],
    },
    async () =>
      (await numbers()).flatMap(({ kind, reporting, failing }) => [
        [{ kind, state: 'reporting' }, reporting] as const,
        [{ kind, state: 'failing' }, failing] as const,
      ]),
  );
  gauges(
    registry,
    {
      name: 'venfleet_newest_reading_age_seconds',
      help: "Age of the end of a VEN's newest reading that was reported.",
      labels: ['kind', 'ven'],
    },
    async () =>
      (await numbers()).flatMap(({ kind, byVen }) =>
        byVen.flatMap(({ venId, newestAgeSeconds: age }) =>
          age === null ? [] : [[{ kind, ven: venId ?? '' }, age] as const],
        ),
      ),
  );
}
