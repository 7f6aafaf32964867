import { quote } from '../../../core/quote.ts';
import { type DecimalMark, readNumber } from '../../../fleet/import/numbers.ts';
import { inExponents, looksRounded } from '../../../fleet/import/rounded-ids.ts';
import { otherUnitOf } from '../../sound-readings.ts';

/** What a text means, or why it means nothing: words that follow the name of its column. */
export type Value<T> = { readonly value: T } | { readonly why: string };

/** As much of a text as tells which it is. */
function said(text: string): string {
  return quote(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

export function meterOf(text: string): Value<string> {
  if (text === '') return { why: 'is empty' };
  const isRounded = looksRounded(text) || inExponents.test(text);
  return isRounded ? { why: `${said(text)} was rounded, as spreadsheets do` } : { value: text };
}

/** A component by its name (`load_3`), or by its number alone. */
export function componentOf(text: string): Value<string> {
  if (text === '') return { why: 'is empty' };
  return { value: /^\d$/.test(text) ? `load_${text}` : text };
}

/** What says that there is no reading at this time. */
const noNumber = /^(|nan|null|none|n\/a|[+-]?inf(inity)?)$/i;

/** Power in W; not a number where the text says that there is none. */
export function wattsOf(
  text: string,
  options: { readonly commaParts: boolean; readonly mark: DecimalMark | undefined },
): Value<number> {
  if (noNumber.test(text)) return { value: Number.NaN };
  const read = readNumber(text, options);
  return 'number' in read ? { value: read.number } : { why: `${said(text)} ${read.why}` };
}

/** ISO 8601 as far as it tells an instant: date, time of the day, zone. */
const instant =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?: ?(?:(Z)|([+-])(\d\d)(?::?(\d\d))?))?$/i;

/** A time in Unix seconds: ISO 8601 with a zone, or Unix seconds. A local time may be two instants, or none. */
export function secondsOf(text: string): Value<number> {
  if (/^\d+([.,]\d+)?$/.test(text)) {
    const seconds = Number(text.replace(',', '.'));
    const unit = otherUnitOf(seconds);
    return unit ? { why: `${said(text)} looks like ${unit}; write Unix seconds` } : { value: seconds };
  }
  const parts = instant.exec(text);
  if (!parts) return { why: `${said(text)} is neither ISO 8601 with a zone nor Unix seconds` };
  const [, , month, day, hour, minute, second = '0', fraction = '', utc, sign] = parts;
  if (!utc && !sign) return { why: `${said(text)} has no zone; write Z, or an offset, behind it` };
  const [zoneHours, zoneMinutes] = [Number(parts[10] ?? 0), Number(parts[11] ?? 0)];
  const local = Date.UTC(
    ...([parts[1], Number(month) - 1, day, hour, minute, second].map(Number) as DateParts),
  );
  const isTime = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60 && zoneMinutes < 60;
  if (!isTime || zoneHours > 15 || new Date(local).getUTCDate() !== Number(day) || Number(month) > 12)
    return { why: `${said(text)} is no time that there is` };
  const offset = (sign === '-' ? -60 : 60) * (zoneHours * 60 + zoneMinutes);
  return { value: local / 1000 + Number(`0.${fraction || 0}`) - offset };
}

type DateParts = [year: number, month: number, day: number, hour: number, minute: number, second: number];
