import { seededRandom } from '../../core/random.ts';

/** How many meters the reference fleet's meter file holds. */
export const referenceMeters = 153;

/** Sites to a meter, at the least, in a generated fleet smaller than the reference fleet. */
const sitesPerMeter = 20;

/** The meters of the sample meter file, so that it goes with every generated fleet. */
const sampleMeters = [
  'meter_707057500950414460',
  'meter_707057500662585919',
  'meter_707057500933735705',
  'meter_707057500898979269',
];

/** The first `count` meter ids, as the meter file names its groups; the same at every call, whatever the seed. */
export function meterIds(count: number = referenceMeters): string[] {
  const ids = new Set(sampleMeters.slice(0, count));
  const random = seededRandom(referenceMeters);
  while (ids.size < count) {
    ids.add(`meter_707057500${String(Math.floor(random() * 1e9)).padStart(9, '0')}`);
  }
  return [...ids];
}

/** The meters of a generated fleet of that many sites: each is used by many of them. */
export function metersOfFleet(resources: number): string[] {
  return meterIds(Math.min(referenceMeters, Math.max(1, Math.floor(resources / sitesPerMeter))));
}
