import type { Matrix, VenRow } from '../../server/schemas/vens.ts';

/**
 * The matrix with the rows that have changed since: new rows at the end, all others as they were, and the same objects, so that only
 * what changed is drawn again. Rows without loads are gone: so the server says it. Other components than before: the change is all
 * there is.
 */
export function mergeMatrix(known: Matrix | undefined, change: Matrix): Matrix {
  if (!known || !sameComponents(known, change))
    return { components: change.components, vens: change.vens.filter(hasLoads) };
  if (change.vens.length === 0) return known;
  const changed = new Map(change.vens.map((row) => [row.ven, row]));
  const vens: VenRow[] = known.vens.map((row) => {
    const now = changed.get(row.ven);
    changed.delete(row.ven);
    return now ?? row;
  });
  return { components: known.components, vens: [...vens, ...changed.values()].filter(hasLoads) };
}

const hasLoads = ({ all: [total] }: VenRow) => total > 0;

function sameComponents(one: Matrix, other: Matrix): boolean {
  return (
    one.components.length === other.components.length &&
    one.components.every(({ component, name }, index) => {
      const mine = other.components[index];
      return mine?.component === component && mine.name === name;
    })
  );
}

/** A point of a course: milliseconds since 1970, and a value. */
export type Sample = readonly [number, number];

/** A course with one more sample, without those older than `keepMs`, and never more than `most`. */
export function withSample(
  course: readonly Sample[],
  sample: Sample,
  keepMs = 10 * 60_000,
  most = 600,
): readonly Sample[] {
  const from = sample[0] - keepMs;
  const kept = course.filter(([at]) => at >= from && at < sample[0]);
  return [...kept.slice(-(most - 1)), sample];
}
