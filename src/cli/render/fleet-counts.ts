import { componentNames, type RatedCounts } from '../../api/status.ts';
import { table } from './table.ts';
import { count } from './text.ts';

export const countHeadings = ['Loads', 'Registered', 'Failed', 'Waiting', 'Skipped', 'Success'];

export function countCells(counts: RatedCounts): string[] {
  const { total, registered, failed, waiting, skipped } = counts;
  return [...[total, registered, failed, waiting, skipped].map(count), percent(counts)];
}

/** The share that succeeded; never rounded up to 100 %. */
export function percent({ successRate }: RatedCounts): string {
  if (successRate === null) return '-';
  return `${(Math.floor(successRate * 1000) / 10).toFixed(1)} %`;
}

/** A table of counts by load component. */
export function componentTable(rows: readonly ({ readonly component: string } & RatedCounts)[]): string[] {
  return table(
    ['Load component', ...countHeadings],
    rows.map((row) => [
      [row.component, componentNames[row.component]].filter(Boolean).join(' '),
      ...countCells(row),
    ]),
  );
}
