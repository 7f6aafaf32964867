import type { DurationParts, EventDuration } from '../../fleet/grid-event.ts';

/** How long something lasts: months, which are as long as the calendar (UTC) has them, and what is always as long. */
export interface Lasting {
  readonly months: number;
  readonly ms: number;
}

export const noTime: Lasting = { months: 0, ms: 0 };

/** P9999Y is without end (User Guide, 7.3), however it is written. */
const endlessYears = 9999;
/** The last point in time that a Date can tell, and the first with a minus. */
const lastMs = 8.64e15;

const secondMs = 1_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Undefined: it is not a duration that can be reckoned with (a number in it is none, or negative; parts of a month). */
export function lastingOf(duration: EventDuration): Lasting | 'infinite' | undefined {
  if (duration === 'infinite' || duration.years >= endlessYears) return 'infinite';
  const { years, months, weeks, days, hours, minutes, seconds } = duration;
  if (partsOf(duration).some((part) => !(part >= 0))) return undefined;
  const lasting = {
    months: years * 12 + months,
    ms: Math.round(
      (weeks * 7 + days) * dayMs + hours * hourMs + minutes * 60 * secondMs + seconds * secondMs,
    ),
  };
  return Number.isInteger(lasting.months) && Number.isFinite(lasting.ms) ? lasting : undefined;
}

/** PT0S, in any form. */
export function isZero(duration: EventDuration): boolean {
  return duration !== 'infinite' && partsOf(duration).every((part) => part === 0);
}

function partsOf({ years, months, weeks, days, hours, minutes, seconds }: DurationParts): number[] {
  return [years, months, weeks, days, hours, minutes, seconds];
}

export function together(one: Lasting, other: Lasting): Lasting {
  return { months: one.months + other.months, ms: one.ms + other.ms };
}

/**
 * The time so much later, milliseconds since 1970, UTC: a month after January 31 is the last of February, and two months after
 * it are March 31. NaN where that is later than a Date can tell.
 */
export function laterBy(fromMs: number, { months, ms }: Lasting): number {
  const laterMs = (months === 0 ? fromMs : monthsLater(fromMs, months)) + ms;
  return isPointInTime(laterMs) ? laterMs : Number.NaN;
}

export function isPointInTime(ms: number): boolean {
  return Math.abs(ms) <= lastMs;
}

function monthsLater(fromMs: number, months: number): number {
  const later = new Date(fromMs);
  const day = later.getUTCDate();
  later.setUTCDate(1);
  later.setUTCMonth(later.getUTCMonth() + months);
  const lastDay = new Date(later);
  lastDay.setUTCMonth(lastDay.getUTCMonth() + 1, 0);
  return later.setUTCDate(Math.min(day, lastDay.getUTCDate()));
}
