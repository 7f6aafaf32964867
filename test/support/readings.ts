import type { Readings } from '../../src/fleet/readings.ts';

export const hour = 3_600_000;

/** Readings of these powers (W), an hour each, one after the other; `at` in place of their times. */
export function readingsOf(
  watts: readonly number[],
  fromMs = Date.UTC(2025, 0, 15, 8),
  at?: number[],
): Readings {
  return {
    startsMs: Float64Array.from(at ?? watts.map((_, n) => fromMs + n * hour)),
    watts: Float64Array.from(watts),
    stepMs: hour,
  };
}

/** A year of readings, about as a meter has them: with all the digits of a double. */
export function yearOfReadings(points = 8_739): Readings {
  return readingsOf(Array.from({ length: points }, (_, n) => 1_500 + 1_400 * Math.sin(n / 3.8)));
}
