import { componentNames } from '../api/report-status.ts';
import type { FleetViews } from '../api/views/fleet-views.ts';
import { sumOfLoads } from '../monitoring/fleet-status.ts';
import type { FleetFacts } from './fleet-facts.ts';
import type { LoadCountsView } from './schemas/common.ts';
import type { Matrix, ShortCounts, VenPlaces, VenRow } from './schemas/vens.ts';

type Cell = FleetFacts['cells'][number];

/** How far the registration is, by VEN and load component: VENs by name, what has none last. */
export function matrixOf({ cells, reports }: Pick<FleetFacts, 'cells' | 'reports'>): Matrix {
  const components = [...new Set(cells.map(({ component }) => component))].sort();
  const newest = newestReadings(reports);
  const rows = [...byVen(cells)].map(([ven, own]): VenRow => {
    const ofComponent = new Map(own.map((cell) => [cell.component, short(cell)]));
    return {
      ven,
      cells: components.map((component) => ofComponent.get(component) ?? [0, 0, 0, 0, 0]),
      all: short(sumOfLoads(own)),
      newestReading: newest.get(ven) ?? null,
    };
  });
  return {
    components: components.map((component) => ({ component, name: componentNames[component] ?? component })),
    vens: rows.sort((a, b) => order(a.ven, b.ven)),
  };
}

/** Where VENs are, with the counts of their loads. */
export function placesOf(
  places: Awaited<ReturnType<FleetViews['venPlaces']>>,
  cells: FleetFacts['cells'],
): VenPlaces {
  const loads = byVen(cells);
  const vens: VenPlaces['vens'] = [];
  const withoutPlace: string[] = [];
  for (const { venName, latitude, longitude, sites } of places) {
    if (latitude === null || longitude === null) withoutPlace.push(venName);
    else vens.push({ ven: venName, latitude, longitude, sites, loads: sumOfLoads(loads.get(venName) ?? []) });
  }
  return { vens, withoutPlace };
}

export function byVen(cells: readonly Cell[]): Map<string | null, Cell[]> {
  const vens = new Map<string | null, Cell[]>();
  for (const cell of cells) {
    const own = vens.get(cell.venName);
    if (own) own.push(cell);
    else vens.set(cell.venName, [cell]);
  }
  return vens;
}

function short({ total, registered, failed, waiting, skipped }: LoadCountsView): ShortCounts {
  return [total, registered, failed, waiting, skipped];
}

/** The end of the newest reading that was reported, by VEN, of whatever kind. */
function newestReadings(reports: FleetFacts['reports']): Map<string | null, string> {
  const newest = new Map<string | null, string>();
  for (const { venId, mostUntil } of reports.flatMap((kind) => kind.byVen)) {
    const known = newest.get(venId);
    if (mostUntil !== null && (known === undefined || Date.parse(mostUntil) > Date.parse(known)))
      newest.set(venId, mostUntil);
  }
  return newest;
}

function order(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}
