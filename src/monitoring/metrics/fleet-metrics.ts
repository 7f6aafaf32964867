import type { Registry } from 'prom-client';
import type { VenComponentCounts } from '../../store/fleet-views.ts';
import { gauge, gauges } from './gauges.ts';

/** Where a fleet's numbers are had from when they are asked for; what changes seldom should be kept there. */
export interface FleetNumbers {
  counts(): Promise<{ readonly cells: readonly VenComponentCounts[]; readonly sites: number }>;
  databaseBytes(): Promise<number>;
}

const states = ['registered', 'failed', 'waiting', 'skipped'] as const;

/** Loads, sites and the database. The loads are four numbers for each VEN and component: 6,888 for the reference fleet. */
export function measureFleet(registry: Registry, numbers: FleetNumbers): void {
  gauges(
    registry,
    {
      name: 'venfleet_loads',
      help: 'Loads by VEN, load component and state: registered, failed, waiting, skipped.',
      labels: ['ven', 'component', 'state'],
    },
    async () => {
      const { cells } = await numbers.counts();
      return cells.flatMap((cell) =>
        states.map(
          (state) => [{ ven: cell.venName ?? '', component: cell.component, state }, cell[state]] as const,
        ),
      );
    },
  );
  gauge(registry, 'venfleet_sites', 'Sites of the fleet.', async () => (await numbers.counts()).sites);
  gauge(registry, 'venfleet_database_bytes', 'Size of the files of the fleet database.', () =>
    numbers.databaseBytes(),
  );
}
