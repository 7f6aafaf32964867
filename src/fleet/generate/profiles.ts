import type { Random } from '../../core/random.ts';
import type { Hours } from './hours.ts';

/** What one load draws in an hour that has come, W, before the noise. */
type Profile = (hours: Hours, hour: number) => number;

/** How a load component draws power: `draw` gives each series a size and habits of its own. */
interface Kind {
  readonly draw: (random: Random) => Profile;
  /** How far an hour is off, as a share of what it would draw. */
  readonly noise: number;
}

/** Shares of the day's most, hour by hour from midnight, by the clock on the wall. */
type Day = readonly number[];

// One line for each six hours, from midnight.
const waterDay: Day = [
  ...[0.06, 0.05, 0.05, 0.05, 0.1, 0.35],
  ...[0.9, 1.0, 0.6, 0.3, 0.22, 0.25],
  ...[0.3, 0.25, 0.18, 0.18, 0.25, 0.45],
  ...[0.75, 0.85, 0.7, 0.5, 0.3, 0.12],
];
const mealsDay: Day = [
  ...[0.03, 0.02, 0.02, 0.02, 0.03, 0.1],
  ...[0.35, 0.5, 0.3, 0.2, 0.35, 0.75],
  ...[0.85, 0.45, 0.25, 0.25, 0.45, 0.9],
  ...[1.0, 0.7, 0.35, 0.2, 0.1, 0.05],
];
const openDay: Day = [
  ...[0.15, 0.12, 0.1, 0.1, 0.15, 0.3],
  ...[0.6, 0.8, 0.95, 1.0, 1.0, 1.0],
  ...[1.0, 1.0, 1.0, 1.0, 0.95, 0.9],
  ...[0.85, 0.8, 0.7, 0.55, 0.35, 0.2],
];

/** By component; others are like the last. */
const kinds: readonly Kind[] = [
  { noise: 0.03, draw: baseLoad },
  { noise: 0.15, draw: (random) => daily(random, waterDay, [120, 2400], 0.9) },
  { noise: 0.08, draw: climate },
  { noise: 0.18, draw: (random) => daily(random, mealsDay, [90, 2600], 1.1) },
  { noise: 0.05, draw: lighting },
  { noise: 0.2, draw: (random) => daily(random, openDay, [180, 900], 0.7) },
];

/** The power of a made-up load in each hour, in W with one decimal, never negative. The same draws give the same. */
export function drawProfile(component: string, hours: Hours, random: Random): Float64Array {
  const number = Number(/^load_(\d)$/.exec(component)?.[1] ?? kinds.length);
  const { draw, noise } = kinds[number] ?? (kinds.at(-1) as Kind);
  const profile = draw(random);
  const watts = new Float64Array(hours.startsMs.length);
  for (let hour = 0; hour < watts.length; hour++) {
    const off = 1 + noise * (random() + random() - 1);
    watts[hour] = Math.round(profile(hours, hour) * off * 10) / 10;
  }
  return watts;
}

/** Refrigeration, ventilation, what is on standby: day and night the same. */
function baseLoad(random: Random): Profile {
  const watts = between(random, 250, 900);
  return () => watts;
}

/** A habit of every day, with a least and a most in W; at weekends a share of it. */
function daily(random: Random, day: Day, [least, most]: [number, number], weekend: number): Profile {
  const size = between(random, 0.5, 1.6);
  const shift = Math.floor(between(random, 23, 26));
  return ({ localHour, isWeekend }, hour) => {
    const share = day[((localHour[hour] as number) + shift) % 24] as number;
    return size * (least + (most - least) * share * (isWeekend[hour] ? weekend : 1));
  };
}

/** Heating where it is cold outside, cooling where it is warm; less of both while nobody is there. */
function climate(random: Random): Profile {
  const size = between(random, 0.5, 1.6);
  const [heatBelow, coolAbove] = [between(random, 14, 17), between(random, 19, 22)];
  return ({ celsius, localHour, isWeekend }, hour) => {
    const outside = celsius[hour] as number;
    const there = 0.45 + 0.55 * (openDay[localHour[hour] as number] as number) * (isWeekend[hour] ? 0.8 : 1);
    const heating = 130 * Math.max(0, heatBelow - outside);
    const cooling = 210 * Math.max(0, outside - coolAbove);
    return size * (90 + (heating + cooling) * there);
  };
}

/** What is lit while people are there, and daylight does not do. */
function lighting(random: Random): Profile {
  const watts = between(random, 500, 2200);
  return ({ daylight, localHour, isWeekend }, hour) => {
    const there = (openDay[localHour[hour] as number] as number) * (isWeekend[hour] ? 0.85 : 1);
    return watts * (0.03 + there * (0.35 + 0.62 * (1 - (daylight[hour] as number))));
  };
}

function between(random: Random, least: number, most: number): number {
  return least + (most - least) * random();
}
