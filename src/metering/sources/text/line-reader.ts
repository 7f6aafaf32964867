import { delimiterOf, statedDelimiter } from '../../../fleet/import/header.ts';
import type { DecimalMark } from '../../../fleet/import/numbers.ts';
import { parseLine } from '../../../fleet/import/records.ts';
import type { BadLine } from '../../reading-source.ts';
import { meterFileError } from '../hdf5-file.ts';
import { columnNames, type Field, findFields } from './columns.ts';
import { componentOf, meterOf, secondsOf, type Value, wattsOf } from './values.ts';

/** One row of a table of readings, as it says. */
export interface ReadingRow {
  readonly meterId: string;
  readonly component: string;
  /** Unix time in seconds. */
  readonly seconds: number;
  /** W; not a number where the row says that there is no reading. */
  readonly watts: number;
}

/** A line that is no reading, and why. */

/** What a line is; undefined: it is blank, or tells of the table, not of a reading. */
export type ReadLine = (text: string) => ReadingRow | BadLine | undefined;

/**
 * Reads the lines of a table, one after another: NDJSON where the first begins with a brace, else CSV whose first line names
 * the columns. `path` is for the texts of errors. Throws METER_FILE for a first line that is neither.
 */
export function lineReader(path: string): ReadLine {
  let line = 0;
  let stated: string | undefined;
  let readRow: ((text: string) => RowOrReason) | undefined;
  return (text) => {
    line++;
    if (text.trim() === '') return undefined;
    if (!readRow) {
      const delimiter = stated === undefined ? statedDelimiter(text) : undefined;
      if (delimiter !== undefined) {
        stated = delimiter;
        return undefined;
      }
      const isJson = /^\s*[{[]/.test(text);
      readRow = isJson ? jsonReader(text, path) : csvReader(text, path, stated);
      if (!isJson) return undefined;
    }
    const row = readRow(text);
    return 'reason' in row ? { line, reason: row.reason } : row;
  };
}

type RowOrReason = ReadingRow | { readonly reason: string };
type Fields = Readonly<Record<Field, string>>;

function csvReader(header: string, path: string, stated: string | undefined): (text: string) => RowOrReason {
  const delimiter = stated ?? delimiterOf(header);
  const names = parseLine(header, delimiter);
  if (!names) throw meterFileError(path, 'the quotes of its first line are not closed');
  const at = findFields(names);
  if ('problem' in at) throw meterFileError(path, `its first line ${at.problem}`);
  const row = rowReader(delimiter === ',');
  return (text) => {
    // No field of a reading has reason to be quoted, and the parser is slow on single lines.
    const fields = text.includes('"') ? parseLine(text, delimiter) : text.split(delimiter);
    if (!fields) return { reason: 'its quotes are not closed' };
    if (fields.length < names.length)
      return { reason: `it has ${fields.length} fields, and the first line ${names.length}` };
    const field = (name: Field) => (fields[at[name]] as string).trim();
    return row({
      meter: field('meter'),
      component: field('component'),
      time: field('time'),
      watts: field('watts'),
    });
  };
}

function jsonReader(first: string, path: string): (text: string) => RowOrReason {
  if (first.trim().startsWith('['))
    throw meterFileError(path, 'it is a JSON list; it must have one object to a line');
  const row = rowReader(true);
  const fieldsOf = lastRemembered(findFields);
  return (text) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return { reason: 'it is not JSON' };
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return { reason: 'it is no JSON object' };
    const names = Object.keys(value);
    const at = fieldsOf(names);
    if ('problem' in at) return { reason: `it ${at.problem}` };
    const values = Object.values(value);
    const field = (name: Field) => textOf(values[at[name]]);
    const { meter, component, time, watts } = at;
    if (typeof values[meter] === 'number')
      return { reason: `its ${names[meter]} is a number, which loses digits; write it as a text` };
    const isOdd = [component, time, watts].some((n) => typeof values[n] === 'object' && values[n] !== null);
    if (isOdd) return { reason: 'one of its values is an object or a list' };
    return row({
      meter: field('meter'),
      component: field('component'),
      time: field('time'),
      watts: field('watts'),
    });
  };
}

/** The same function, which does not think again about the names of the line before: most lines have the same. */
function lastRemembered<T>(find: (names: readonly string[]) => T): (names: readonly string[]) => T {
  let last: { readonly names: readonly string[]; readonly found: T } | undefined;
  return (names) => {
    const isSame = last?.names.length === names.length && names.every((name, n) => name === last?.names[n]);
    if (!last || !isSame) last = { names, found: find(names) };
    return last.found;
  };
}

function textOf(value: unknown): string {
  return value === null ? '' : String(value).trim();
}

/** Reads the values of rows; what one shows of the decimal sign counts for the next ones. */
function rowReader(commaParts: boolean): (fields: Fields) => RowOrReason {
  let mark: DecimalMark | undefined;
  return (fields) => {
    mark = commaParts ? '.' : (markIn(fields.watts) ?? mark);
    const meter = meterOf(fields.meter);
    const component = componentOf(fields.component);
    const seconds = secondsOf(fields.time);
    const watts = wattsOf(fields.watts, { commaParts, mark });
    if ('value' in meter && 'value' in component && 'value' in seconds && 'value' in watts) {
      const [meterId, time] = [meter.value, seconds.value];
      return { meterId, component: component.value, seconds: time, watts: watts.value };
    }
    return { reason: reasonOf({ meter, component, time: seconds, watts }) };
  };
}

/** The sign before the decimals, where the number cannot be read in two ways. */
function markIn(number: string): DecimalMark | undefined {
  const [, whole = '', mark, decimals = ''] = /^[+-]?(\d*)([.,])(\d+)$/.exec(number) ?? [];
  const mayBeThousands = decimals.length === 3 && /^[1-9]\d{0,2}$/.test(whole);
  return mayBeThousands ? undefined : (mark as DecimalMark | undefined);
}

function reasonOf(values: Readonly<Record<Field, Value<unknown>>>): string {
  for (const [field, value] of Object.entries(values) as [Field, Value<unknown>][])
    if ('why' in value) return `its ${columnNames[field][0]} ${value.why}`;
  return 'it is no reading';
}
