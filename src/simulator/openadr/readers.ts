import { refuse } from './problem.ts';

/**
 * Checks a value of a request and returns it as the VTN keeps it: without what it does not know and without
 * nulls, durations and times rewritten. Refuses the request (400) where it is wrong; `at` says where.
 */
export type Reader<T = unknown> = (value: unknown, at: string) => T;

/** An object's fields. Those that are null or absent are left out, unless the reader makes something of them. */
export type Fields = Readonly<Record<string, Reader>>;

export function invalid(at: string, problem: string): never {
  return refuse(400, `Failed to deserialize the JSON body into the target type: ${at}: ${problem}`);
}

/** OpenLEADR counts the bytes of UTF-8 where the specification counts characters. */
export function isShort(text: string, longest = 128): boolean {
  return text.length * 3 <= longest || Buffer.byteLength(text) <= longest;
}

/** A text of 1 to 128 bytes. */
export const name: Reader<string> = (value, at) => {
  if (typeof value !== 'string') return invalid(at, 'expected a string');
  if (value === '' || !isShort(value)) {
    return invalid(at, `string length ${Buffer.byteLength(value)} outside of allowed range 1..=128`);
  }
  return keepable(value);
};

/** The database behind OpenLEADR keeps no NUL: 500. */
export function keepable(text: string): string {
  return text.includes('\0') ? refuse(500, 'A database error occurred') : text;
}

export const text: Reader<string> = (value, at) =>
  typeof value === 'string' ? keepable(value) : invalid(at, 'expected a string');

/** Whether a text may be an object's id, a client's, or a target. */
export function isIdentifier(value: string): boolean {
  return /^[A-Za-z0-9_-]{1,128}$/.test(value) && value.toLowerCase() !== 'null';
}

export const identifier: Reader<string> = (value, at) => {
  if (typeof value !== 'string') return invalid(at, 'expected a string');
  if (!isIdentifier(value)) return invalid(at, `"${value}" is no identifier ([a-zA-Z0-9_-], 1 to 128)`);
  return value;
};

export const flag: Reader<boolean> = (value, at) =>
  typeof value === 'boolean' ? value : invalid(at, 'expected a boolean');

export const number: Reader<number> = (value, at) =>
  typeof value === 'number' ? value : invalid(at, 'expected a number');

export const integer =
  (least = -(2 ** 31), most = 2 ** 31 - 1): Reader<number> =>
  (value, at) => {
    const fits = Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
    return fits ? (value as number) : invalid(at, `expected an integer from ${least} to ${most}`);
  };

export const oneOf =
  (...texts: string[]): Reader<string> =>
  (value, at) =>
    texts.includes(value as string) ? (value as string) : invalid(at, `expected one of ${texts.join(', ')}`);

export const list =
  <T>(item: Reader<T>, least = 0, most = Infinity): Reader<T[]> =>
  (value, at) => {
    if (!Array.isArray(value)) return invalid(at, 'expected a sequence');
    if (value.length < least || value.length > most) {
      return refuse(400, `${at}: Validation error: length ${value.length}`);
    }
    return value.map((one, index) => item(one, `${at}[${index}]`));
  };

/** May be null or absent; then it is left out. */
export const optional =
  <T>(reader: Reader<T>): Reader<T | undefined> =>
  (value, at) =>
    value === undefined || value === null ? undefined : reader(value, at);

/** May be absent, and then is `standard`. */
export const standard =
  <T>(reader: Reader<T>, value: T): Reader<T> =>
  (given, at) =>
    given === undefined ? value : reader(given, at);

/** Unknown fields are dropped, as OpenLEADR does. */
export const object =
  (fields: Fields): Reader<Record<string, unknown>> =>
  (value, at) => {
    if (!isObject(value)) return invalid(at, 'expected an object');
    const result: Record<string, unknown> = {};
    for (const [field, reader] of Object.entries(fields)) {
      const kept = reader(value[field], at === '' ? field : `${at}.${field}`);
      if (kept !== undefined) result[field] = kept;
    }
    return result;
  };

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object that is the body of a request. */
export function objectBody(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : invalid('body', 'expected an object');
}

const durationForm =
  /^P(?=\d|T\d)(?:(\d+(?:\.\d+)?)Y)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** Weeks stand alone. */
const weeksForm = /^P(\d+(?:\.\d+)?)W$/;

/** An ISO 8601 duration, rewritten with all its parts as OpenLEADR does. */
export const duration: Reader<string> = (value, at) => {
  const weeks = typeof value === 'string' ? weeksForm.exec(value)?.[1] : undefined;
  if (weeks !== undefined) return `P0Y0M${Number(weeks) * 7}DT0H0M0S`;
  const parts = typeof value === 'string' ? durationForm.exec(value) : null;
  if (!parts) return invalid(at, 'expected an ISO 8601 duration');
  const [years, months, days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
  return `P${years}Y${months}M${days}DT${hours}H${minutes}M${seconds}S`;
};

const timeForm = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/;

/** An RFC 3339 time, rewritten to UTC with `+00:00`. */
export const dateTime: Reader<string> = (value, at) => {
  const parts = typeof value === 'string' ? timeForm.exec(value) : null;
  if (!parts) return invalid(at, 'Invalid RFC3339 string');
  const [, date, time, digits = '', zone] = parts as unknown as string[];
  const utc = new Date(`${date}T${time}${zone?.toUpperCase()}`);
  if (Number.isNaN(utc.getTime())) return invalid(at, 'Invalid RFC3339 string');
  return `${utc.toISOString().slice(0, 19)}${fraction(digits)}+00:00`;
};

/** Thousandths, millionths or billionths of a second, or nothing. */
function fraction(digits: string): string {
  const places = Math.ceil(digits.replace(/0+$/, '').length / 3) * 3;
  return places === 0 ? '' : `.${digits.padEnd(places, '0').slice(0, places)}`;
}

/** One of the values of a valuesMap: text, number, boolean or a point. */
export const scalar: Reader = (value, at) => {
  if (typeof value === 'string') return keepable(value);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value;
  if (isObject(value) && typeof value.x === 'number' && typeof value.y === 'number') {
    return { x: value.x, y: value.y };
  }
  // OpenLEADR takes a pair of numbers for a point, too.
  if (Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === 'number')) {
    return { x: value[0], y: value[1] };
  }
  return invalid(at, 'data did not match any variant of untagged enum Value');
};

export const valuesMap = object({ type: name, values: list(scalar) });

export const objectType = oneOf('PROGRAM', 'EVENT', 'REPORT', 'SUBSCRIPTION', 'VEN', 'RESOURCE');
