import type { DurationParts, EventDuration, EventStart } from '../../fleet/grid-event.ts';
import { asText, not, Unusable } from './wire-value.ts';

/** What is made of a time that names no time zone: it is UTC, or it cannot be used, since it may mean two moments. */
export type Zoneless = 'is-utc' | 'is-unusable';

/** Year 0 or 1, in any form: `0001-01-01`, `0000-00-00`, `0001-01-01T00:00:00Z`. */
const sentinel = /^000[01]-\d\d-\d\d(?:[Tt ][\d:.]*(?:[Zz]|[+-]\d\d(?::?\d\d)?)?)?$/;

const dateTime =
  /^(\d{4}-\d\d-(\d\d))(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?([Zz]|([+-])(\d\d)(?::?(\d\d))?)?$/;

/** No time and no duration is longer, however it is written. */
const longestText = 100;

/** A text that may be shown as it is in a reason. */
function asShortText(value: unknown): string {
  const text = asText(value);
  if (text.length <= longestText) return text;
  throw new Unusable('', `is longer than ${longestText} characters`);
}

/** When an interval or event begins; the sentinel is "now" (User Guide, 7.3). */
export function asStart(value: unknown, zoneless: Zoneless): EventStart {
  const text = asShortText(value);
  return sentinel.test(text) ? now : { kind: 'at', ms: asInstant(text, zoneless) };
}

const now: EventStart = { kind: 'now' };

/**
 * A time of RFC 3339 or ISO 8601 in milliseconds since 1970, UTC. Hour 24 is the next day's first moment, second 60 the next
 * minute's.
 */
export function asInstant(value: unknown, zoneless: Zoneless): number {
  const match = dateTime.exec(asShortText(value));
  if (!match) throw not('a time like 2023-06-15T09:30:00Z', value);
  const [, date, day, hours = '0', minutes = '0', seconds = '0', fraction = '', zone] = match;
  const midnight = midnightOf(date as string, Number(day));
  if (midnight === undefined) throw noSuchTime(value);
  if (Number(hours) > 24 || Number(minutes) > 59 || Number(seconds) > 60) throw noSuchTime(value);
  if (hours === '24' && Number(minutes) + Number(seconds) > 0) throw noSuchTime(value);
  if (zone === undefined && zoneless === 'is-unusable') throw new Unusable('', `${value} has no time zone`);
  const [sign, zoneHours = '0', zoneMinutes = '0'] = match.slice(8);
  if (Number(zoneHours) > 23 || Number(zoneMinutes) > 59) throw noSuchTime(value);
  const behindMinutes = (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === '-' ? 1 : -1);
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'));
  return (
    midnight + ((Number(hours) * 60 + Number(minutes) + behindMinutes) * 60 + Number(seconds)) * 1000 + ms
  );
}

/** The last one that was asked for: intervals follow one another, and most are of the same day. */
let known: { readonly date: string; readonly ms: number | undefined } = { date: '', ms: undefined };

function midnightOf(date: string, day: number): number | undefined {
  if (known.date !== date) {
    const ms = Date.parse(`${date}T00:00:00Z`);
    // JavaScript takes February 30 for March 2.
    const exists = !Number.isNaN(ms) && new Date(ms).getUTCDate() === day;
    known = { date, ms: exists ? ms : undefined };
  }
  return known.ms;
}

const noSuchTime = (value: unknown) => new Unusable('', `${value} does not exist`);

/** The same, of a time that decides nothing that must be right: null where it cannot be read. */
export function instantOrNull(value: unknown): number | null {
  try {
    return asInstant(value, 'is-utc');
  } catch (error) {
    if (error instanceof Unusable) return null;
    throw error;
  }
}

const number = String.raw`(\d+(?:[.,]\d+)?)`;
const part = (unit: string) => `(?:${number}${unit})?`;
const duration = new RegExp(
  `^P(?=.)${[...'YMWD'].map(part).join('')}(?:T(?=.)${[...'HMS'].map(part).join('')})?$`,
);

/** `P9999Y`, whatever stands behind it: OpenLEADR writes all parts of a duration. */
const infiniteYears = 9_999;

/** As much of any other part is no time that anybody meant, and no date can be reckoned with it. */
const mostOfPart = 1e12;

/** A duration of ISO 8601: `PT1H`, `P9999Y`, `P0Y0M0DT1H0M0.5S`. Those that are negative cannot be used. */
export function asDuration(value: unknown): EventDuration {
  const text = asShortText(value);
  const known = durations.get(text);
  if (known !== undefined) return known;
  const read = durationOf(text);
  if (durations.size >= mostDurations) durations.clear();
  durations.set(text, read);
  return read;
}

/** Most intervals of all events last as long as others. */
const durations = new Map<string, EventDuration>();
const mostDurations = 1_000;

type Seven = [number, number, number, number, number, number, number];

function durationOf(text: string): EventDuration {
  const match = duration.exec(text);
  if (!match) {
    const isNegative = duration.test(text.replace(/[-+]/g, ''));
    throw isNegative
      ? new Unusable('', `${text} is negative, or has a sign`)
      : not('a duration like PT1H', text);
  }
  const numbers = match.slice(1).map((digits) => Number((digits ?? '0').replace(',', '.')));
  const [years, months, weeks, days, hours, minutes, seconds] = numbers as Seven;
  if (years >= infiniteYears) return 'infinite';
  if (numbers.some((one) => one > mostOfPart)) throw new Unusable('', `${text} is too long`);
  return { years, months, weeks, days, hours, minutes, seconds };
}

/** So many milliseconds as a duration. */
export function durationOfMs(ms: number): DurationParts {
  return { years: 0, months: 0, weeks: 0, days: 0, hours: 0, minutes: 0, seconds: ms / 1000 };
}
