import type { Matrix, ShortCounts, VenRow } from '../server/schemas/vens.ts';

/** Of the loads that are to be registered, those that are; null: there are none to register. */
export function successOf([total, registered, , , skipped]: ShortCounts): number | null {
  const meant = total - skipped;
  return meant > 0 ? registered / meant : null;
}

/** A step of the colour scale: `none` no loads, `waiting` none failed and some not tried yet, then from bad to good. */
export type SuccessStep = 'none' | 'waiting' | 'bad' | 'poor' | 'fair' | 'good' | 'all';

/** Which step a cell has. Bounds: 50, 90 and 99 %. */
export function stepOf(counts: ShortCounts): SuccessStep {
  const success = successOf(counts);
  const [, , failed, waiting] = counts;
  if (success === null) return 'none';
  if (success === 1) return 'all';
  if (failed === 0 && waiting > 0) return 'waiting';
  if (success >= 0.99) return 'good';
  if (success >= 0.9) return 'fair';
  if (success >= 0.5) return 'poor';
  return 'bad';
}

/** By what the matrix is sorted: the VEN's name, its failures, all its loads, or a component's success. */
export type MatrixOrder = { readonly by: string; readonly down: boolean };

const names = new Intl.Collator('da', { numeric: true });

/** The rows whose VEN's name holds `filter`, in order; where they are equal, by name. Sites without a VEN come last by name. */
export function arrangedRows(matrix: Matrix, filter: string, { by, down }: MatrixOrder): VenRow[] {
  const wanted = filter.trim().toLocaleLowerCase();
  const rows = matrix.vens.filter((row) => nameOf(row).toLocaleLowerCase().includes(wanted));
  const column = matrix.components.findIndex(({ component }) => `component:${component}` === by);
  const direction = down ? -1 : 1;
  return rows.sort((one, other) => {
    const byName = compareNames(one, other);
    if (by === 'name') return direction * byName;
    return direction * (sortValue(one, by, column) - sortValue(other, by, column)) || byName;
  });
}

/** What stands for sites without a VEN. */
export const withoutVen = 'without a VEN';

export function nameOf(row: VenRow): string {
  return row.ven ?? withoutVen;
}

function compareNames(one: VenRow, other: VenRow): number {
  if (one.ven === null || other.ven === null) return Number(one.ven === null) - Number(other.ven === null);
  return names.compare(one.ven, other.ven);
}

function sortValue(row: VenRow, by: string, column: number): number {
  if (by === 'failed') return row.all[2];
  if (by === 'loads') return row.all[0];
  const counts = column < 0 ? row.all : row.cells[column];
  // Where there is nothing to register there is nothing to see to: last among the good ones.
  return (counts && successOf(counts)) ?? 2;
}
