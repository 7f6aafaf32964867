/*
 * ASCII written into bytes, piece by piece. A year of a fleet is eight million different readings, each with two times and a
 * number: written in this way they take a fifth of the time that `JSON.stringify` and `Date` take. Each function writes from
 * `at` on, which must have room, and says where it ended.
 */

/** The longest time: `-271821-04-20T00:00:00.001Z`. */
export const longestUtc = 27;
/** The longest number: `-2.2250738585072014e-308`. */
export const longestNumber = 24;

const dayMs = 86_400_000;
const zero = 0x30;
const [colon, dot, letterZ] = [0x3a, 0x2e, 0x5a];

const encoder = new TextEncoder();

/** A text as UTF-8: for pieces that are written many times. */
export const utf8 = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text);

let scratch = new Uint8Array(0);

/** Memory to write so many bytes into, for one who does not wait before they are copied out: others get it too. */
export function scratchBytes(length: number): Uint8Array<ArrayBuffer> {
  if (scratch.length < length) scratch = new Uint8Array(length + (length >>> 2));
  return scratch;
}

/** Writes what `utf8` made. */
export function writeBytes(into: Uint8Array, at: number, piece: Uint8Array): number {
  into.set(piece, at);
  return at + piece.length;
}

/** Writes a text of ASCII alone. */
export function writeText(into: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) into[at + i] = text.charCodeAt(i);
  return at + text.length;
}

/** A time, milliseconds since 1970, as RFC 3339 has it: UTC, with milliseconds only where there are some. */
export function utcText(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/** The day of the time that was written last, up to the "T": most times have the same as the one before. */
let dayStart = Number.NaN;
let day = new Uint8Array(0);

/** Writes a time, whole milliseconds since 1970, as `utcText` has it. */
export function writeUtc(into: Uint8Array, start: number, ms: number): number {
  if (!(ms >= dayStart && ms < dayStart + dayMs)) {
    dayStart = Math.floor(ms / dayMs) * dayMs;
    day = utf8(new Date(dayStart).toISOString().slice(0, -'00:00:00.000Z'.length));
  }
  let at = start;
  for (let i = 0; i < day.length; i++) into[at++] = day[i] as number;
  const rest = ms - dayStart;
  const seconds = (rest / 1000) | 0;
  const minutes = (seconds / 60) | 0;
  const hours = (minutes / 60) | 0;
  at = writeTwo(into, at, hours);
  into[at++] = colon;
  at = writeTwo(into, at, minutes - hours * 60);
  into[at++] = colon;
  at = writeTwo(into, at, seconds - minutes * 60);
  const fraction = rest - seconds * 1000;
  if (fraction > 0) {
    into[at++] = dot;
    const hundreds = (fraction / 100) | 0;
    into[at++] = zero + hundreds;
    at = writeTwo(into, at, fraction - hundreds * 100);
  }
  into[at++] = letterZ;
  return at;
}

/** Writes two digits. */
function writeTwo(into: Uint8Array, at: number, value: number): number {
  const tens = (value / 10) | 0;
  into[at] = zero + tens;
  into[at + 1] = zero + value - tens * 10;
  return at + 2;
}
