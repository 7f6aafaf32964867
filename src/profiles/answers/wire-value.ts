/*
 * Readers of what came as JSON, for objects that are used as a whole or not at all. The first thing in them that cannot be
 * used ends the reading (`Unusable`); nothing of that leaves `profiles`: who calls them catches it with `readOrProblem`.
 */

/** What cannot be used, and where it stands: `intervals[3].id`. */
export class Unusable extends Error {
  readonly where: string;
  readonly what: string;

  constructor(where: string, what: string) {
    super(`${where} ${what}`);
    this.where = where;
    this.what = what;
  }
}

export type Fields = Readonly<Record<string, unknown>>;

/** What `read` gives, or what it could not use: no sentence. */
export function readOrProblem<T>(
  read: () => T,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string } {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof Unusable) return { ok: false, problem: error.message };
    throw error;
  }
}

/** The items of a list, each as `read` makes it. What is absent or null is an empty list. */
export function eachOf<T>(value: unknown, where: string, read: (item: unknown) => T): T[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Unusable(where, `is ${described(value)}, not a list`);
  const all: T[] = [];
  let n = 0;
  try {
    for (; n < value.length; n++) all.push(read(value[n]));
  } catch (error) {
    throw inside(`${where}[${n}]`, error);
  }
  return all;
}

/** What `read` makes of a field; null where it is absent or null. */
export function orNull<T>(value: unknown, where: string, read: (value: unknown) => T): T | null {
  if (value === undefined || value === null) return null;
  try {
    return read(value);
  } catch (error) {
    throw inside(where, error);
  }
}

/** What `read` makes of a field that must be there. */
export function required<T>(value: unknown, where: string, read: (value: unknown) => T): T {
  if (value === undefined || value === null) throw new Unusable(where, 'is missing');
  return orNull(value, where, read) as T;
}

function inside(where: string, error: unknown): unknown {
  if (!(error instanceof Unusable)) return error;
  const joint = error.where === '' || error.where.startsWith('[') ? '' : '.';
  return new Unusable(`${where}${joint}${error.where}`, error.what);
}

/*
 * What follows says nothing of the place: that is for the above to add.
 */

export function asFields(value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw not('an object', value);
}

export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw not('a text', value);
}

/** The longest that names and types may be in OpenADR, in characters. */
const longestName = 128;

/** A text that names something: neither empty nor longer than OpenADR allows. */
export function asName(value: unknown): string {
  const text = asText(value);
  if (text.length > 0 && text.length <= longestName) return text;
  throw new Unusable('', text === '' ? 'is empty' : `is longer than ${longestName} characters`);
}

export function asBoolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw not('true or false', value);
}

export function asInteger(value: unknown): number {
  if (Number.isSafeInteger(value)) return value as number;
  throw not('an integer', value);
}

export function not(wanted: string, value: unknown): Unusable {
  return new Unusable('', `is ${described(value)}, not ${wanted}`);
}

const longestShown = 60;

/** A value in a few words. */
export function described(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'number') return String(value);
  const shown = JSON.stringify(value) ?? String(value);
  return shown.length > longestShown ? `${shown.slice(0, longestShown).toWellFormed()}…` : shown;
}
