import { hash } from 'node:crypto';
import { type Random, seededRandom } from '../../core/random.ts';
import type { Readings, SeriesKey } from '../readings.ts';
import { hoursFrom } from './hours.ts';
import { referenceMeterData } from './meter-reference.ts';
import { drawProfile } from './profiles.ts';

/** Which made-up readings, for each series: hourly ones, from the time on at which those of the reference meter file begin. */
export interface MeterSeriesSize {
  readonly hours: number;
  /** A whole number; the same seed gives a series the same readings, whatever other series there are. */
  readonly seed: number;
}

/** Makes up the readings of any series. All of them have the same weather. */
export function meterSeries({ hours: count, seed }: MeterSeriesSize): (key: SeriesKey) => Readings {
  const hours = hoursFrom(referenceMeterData.startMs, count, randomOf(seed, 'weather'));
  return ({ meterId, component }) => ({
    startsMs: hours.startsMs,
    watts: drawProfile(component, hours, randomOf(seed, meterId, component)),
    stepMs: 3_600_000,
  });
}

function randomOf(...parts: readonly (string | number)[]): Random {
  return seededRandom(Number.parseInt(hash('sha1', JSON.stringify(parts), 'hex').slice(0, 8), 16));
}
