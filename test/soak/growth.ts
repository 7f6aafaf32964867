import { median } from '../../bench/lib/report.ts';

/** How something went over the hours of a day. */
export interface Growth {
  /** Medians of the second quarter of the hours and of the last: the first warms up. */
  readonly before: number;
  readonly after: number;
  /** Least and most of the two quarters: how much it varies anyway. */
  readonly least: number;
  readonly most: number;
  /** By which it grows each hour from the second quarter on: the median of the slopes between any two hours (Theil and Sen). */
  readonly perHour: number;
  /** It grew beyond the bound. */
  readonly isBeyond: boolean;
}

/** What may be put down to chance; growth is what is more than both. */
export interface GrowthBound {
  /** A part of what there was. */
  readonly part: number;
  /** In the unit of the values. */
  readonly amount: number;
}

/** Compares the last quarter with the second. `values`: one of each hour, at least 4. */
export function growthOf(values: readonly number[], { part, amount }: GrowthBound): Growth {
  const quarter = Math.floor(values.length / 4);
  const second = values.slice(quarter, 2 * quarter);
  const last = values.slice(-quarter);
  const [before, after] = [median(second), median(last)];
  const both = [...second, ...last];
  const grown = after - before;
  return {
    before,
    after,
    least: Math.min(...both),
    most: Math.max(...both),
    perHour: slopeOf(values.slice(quarter)),
    isBeyond: grown > amount && grown > part * before,
  };
}

function slopeOf(values: readonly number[]): number {
  const slopes = values.flatMap((from, at) =>
    values.slice(at + 1).map((to, distance) => (to - from) / (distance + 1)),
  );
  return median(slopes);
}
