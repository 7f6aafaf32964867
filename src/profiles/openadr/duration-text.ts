const hourMs = 3_600_000;
const minuteMs = 60_000;

/**
 * A time span in milliseconds as an ISO 8601 duration, at most in hours: a day of `P1D` need not have 24 of them
 * (`PT1H`, `PT15M`, `PT24H`, `PT1.5S`).
 */
export function durationText(ms: number): string {
  const hours = Math.floor(ms / hourMs);
  const minutes = Math.floor((ms % hourMs) / minuteMs);
  const seconds = (ms % minuteMs) / 1000;
  const text = `${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}${seconds > 0 ? `${seconds}S` : ''}`;
  return `PT${text || '0S'}`;
}
