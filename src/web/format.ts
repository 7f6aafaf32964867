/** Numbers, times and lengths as people read them. A number without a unit beside it names what it counts. */

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const oneDigit = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** `116,412`; null and undefined: a dash. */
export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : whole.format(value);
}

/** `1 load`, `116,412 loads`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${whole.format(value)} ${value === 1 ? one : many}`;
}

/** Large numbers where there is little room: `116.4K`. */
export function short(value: number): string {
  return value < 10_000 ? whole.format(value) : compact.format(value);
}

/** One digit below 100, none above. */
export function rate(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  return value < 100 ? oneDigit.format(value) : whole.format(value);
}

/** A share of 1 as `99.7 %`; it says 100 % and 0 % only where nothing is missing, or there is nothing. */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined || Number.isNaN(share)) return '–';
  return `${percentDigits(share)} %`;
}

/** The same without its unit, for tables whose heading has it. */
export function percentDigits(share: number): string {
  if (share >= 1) return '100';
  if (share <= 0) return '0';
  return Math.min(99.9, Math.max(0.1, share * 100)).toFixed(1);
}

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A length of time by its two largest units: `3 min 20 s`. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return '–';
  if (ms < secondMs) return `${Math.round(ms)} ms`;
  const units: [number, string][] = [
    [dayMs, 'd'],
    [hourMs, 'h'],
    [minuteMs, 'min'],
    [secondMs, 's'],
  ];
  const first = units.findIndex(([size]) => ms >= size);
  const [size, unit] = units[first]!;
  const next = units[first + 1];
  if (!next) return `${Math.floor(ms / size)} ${unit}`;
  const rest = Math.floor((ms % size) / next[0]);
  return `${Math.floor(ms / size)} ${unit}${rest > 0 ? ` ${rest} ${next[1]}` : ''}`;
}

/** How long ago, or how long from now, in its largest unit: `3 min ago`, `in 2 h`, `now`. */
export function distance(ms: number): string {
  const length = Math.abs(ms);
  if (length < secondMs) return 'now';
  const text = duration(length).split(' ').slice(0, 2).join(' ');
  return ms > 0 ? `in ${text}` : `${text} ago`;
}

/** `27 Nov, 13:05` in the viewer's time zone, of another year `27 Nov 2025, 13:05`; with seconds where they count. */
export function localTime(iso: string | number, withSeconds = false): string {
  const time = new Date(iso);
  return time.toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    ...(time.getFullYear() !== new Date().getFullYear() && { year: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
    ...(withSeconds && { second: '2-digit' }),
  });
}

/** The full time: ISO 8601, UTC. */
export function isoTime(time: string | number): string {
  return new Date(time).toISOString();
}

/** Watts as W, kW or MW. */
export function power(watts: number | null | undefined): string {
  if (watts === null || watts === undefined) return '–';
  const size = Math.abs(watts);
  if (size < 1_000) return `${oneDigit.format(watts)} W`;
  if (size < 1_000_000) return `${oneDigit.format(watts / 1_000)} kW`;
  return `${oneDigit.format(watts / 1_000_000)} MW`;
}
