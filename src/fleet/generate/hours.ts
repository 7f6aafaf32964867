import type { Random } from '../../core/random.ts';

/** Hours one after another in Denmark, as far as they matter to who uses electricity there. */
export interface Hours {
  readonly startsMs: Float64Array;
  /** 0 to 23 by the clock on the wall, summer time included. */
  readonly localHour: Uint8Array;
  /** Saturday or Sunday. */
  readonly isWeekend: Uint8Array;
  /** 0 at night, 1 under a high sun. */
  readonly daylight: Float64Array;
  /** Outdoors, °C. */
  readonly celsius: Float64Array;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const yearDays = 365.2425;

/** So many hours from a time on (milliseconds since 1970, UTC), with made-up weather. */
export function hoursFrom(startMs: number, count: number, random: Random): Hours {
  const hours = {
    startsMs: new Float64Array(count),
    localHour: new Uint8Array(count),
    isWeekend: new Uint8Array(count),
    daylight: new Float64Array(count),
    celsius: new Float64Array(count),
  };
  const weather = drawWeather(random);
  for (let hour = 0; hour < count; hour++) {
    const ms = startMs + hour * hourMs;
    const local = new Date(ms + utcOffsetMs(ms));
    hours.startsMs[hour] = ms;
    hours.localHour[hour] = local.getUTCHours();
    hours.isWeekend[hour] = local.getUTCDay() % 6 === 0 ? 1 : 0;
    hours.daylight[hour] = daylightAt(ms);
    hours.celsius[hour] = weather(ms);
  }
  return hours;
}

/** How far the clocks in Denmark are ahead (directive 2000/84/EC): from the last Sunday of March to that of October, 01:00 UTC. */
function utcOffsetMs(ms: number): number {
  const year = new Date(ms).getUTCFullYear();
  const isSummer = ms >= lastSunday(year, 2) + hourMs && ms < lastSunday(year, 9) + hourMs;
  return isSummer ? 2 * hourMs : hourMs;
}

function lastSunday(year: number, month: number): number {
  const lastMs = Date.UTC(year, month + 1, 0);
  return lastMs - new Date(lastMs).getUTCDay() * dayMs;
}

/** How high the sun stands over the middle of Denmark (56° N, 10° E): the sine of its height, scaled to 1 in June. */
function daylightAt(ms: number): number {
  const latitude = radians(56);
  const declination = radians(-23.44) * Math.cos(turn((dayOfYear(ms) + 10) / yearDays));
  const hourAngle = turn((ms % dayMs) / dayMs + 10 / 360 - 0.5);
  const height =
    Math.sin(latitude) * Math.sin(declination) +
    Math.cos(latitude) * Math.cos(declination) * Math.cos(hourAngle);
  return Math.min(1, Math.max(0, height / 0.8));
}

/** 0 °C in late January, 17 °C in late July, a little more in the afternoon; and each day is warmer or colder than that. */
function drawWeather(random: Random): (ms: number) => number {
  let today = -1;
  let deviation = 0;
  return (ms) => {
    const day = Math.floor(ms / dayMs);
    // What a day is like, the next one partly is as well.
    if (day !== today) deviation = 0.7 * deviation + 3 * (random() + random() - 1);
    today = day;
    const ofSeason = 8.5 - 8.5 * Math.cos(turn((dayOfYear(ms) - 24) / yearDays));
    const ofHour = 2.5 * Math.cos(turn((ms % dayMs) / dayMs - 14 / 24));
    return ofSeason + ofHour + deviation;
  };
}

function dayOfYear(ms: number): number {
  return (ms - Date.UTC(new Date(ms).getUTCFullYear(), 0)) / dayMs;
}

const turn = (share: number) => 2 * Math.PI * share;
const radians = (degrees: number) => (degrees * Math.PI) / 180;
