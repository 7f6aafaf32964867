import { VenfleetError } from '../../core/errors.ts';
import { type CapacityName, capacityNames } from '../new-site.ts';
import { parseLine } from './records.ts';

/** What a column of the file may hold. */
export type Field =
  | 'title'
  | 'address'
  | 'longitude'
  | 'latitude'
  | 'type'
  | 'subType'
  | 'meterPointId'
  | 'ven'
  | 'resourceId'
  | 'h5MeterId'
  | CapacityName;

/** The names of columns, the usual one first; case, spaces, `_` and `-` do not matter. */
export const columnNames: Readonly<Record<Field, readonly string[]>> = {
  title: ['title', 'name', 'resource_name', 'site_name', 'titel', 'navn'],
  address: ['address', 'full_address', 'street_address', 'adresse'],
  longitude: ['longitude', 'lon', 'lng', 'long', 'længdegrad'],
  latitude: ['latitude', 'lat', 'breddegrad'],
  type: ['type', 'resource_type'],
  subType: ['sub_type', 'category', 'resource_sub_type', 'kategori'],
  meterPointId: ['meter_point_id', 'metering_point_id', 'meter_point', 'gsrn', 'målepunkt', 'målepunkts_id'],
  ven: ['ven', 'ven_name', 'town', 'city', 'by'],
  resourceId: ['resource_id', 'site_id'],
  h5MeterId: ['h5_meter_id'],
  P_max_kw: ['P_max_kw', 'P_max'],
  P_min_kw: ['P_min_kw', 'P_min'],
  E_max_kwh: ['E_max_kwh', 'E_max'],
  E_min_kwh: ['E_min_kwh', 'E_min'],
};

export const requiredFields = ['title', 'address', 'longitude', 'latitude'] as const;
export const capacityFields: readonly CapacityName[] = capacityNames;

export interface Header {
  readonly delimiter: string;
  /** Where each field stands in a row; absent fields have no column. */
  readonly columns: ReadonlyMap<Field, number>;
  readonly width: number;
  /** Columns that mean nothing here, by name. */
  readonly ignored: readonly string[];
}

/** What parts the columns, where a line says no more than that, as Excel has it: `sep=;`. */
export function statedDelimiter(line: string): string | undefined {
  // Saved again by Excel, the line has as many columns as the others.
  return /^"?sep=([^\p{L}\p{N}\s"]|\t)"?[;,\t ]*$/iu.exec(line.trimStart())?.[1];
}

/**
 * Reads the line that names the columns; `stated`: what parts them, where the file says it. Throws BAD_CSV for missing
 * columns, and for doubled ones unless they mean nothing here.
 */
export function readHeader(line: string, path: string, stated?: string): Header {
  const delimiter = stated ?? delimiterOf(line);
  const refuse = (problem: string) => new VenfleetError('BAD_CSV', { path, problem });
  const names = parseLine(line, delimiter);
  if (!names) throw refuse('the quotes of its first line are not closed.');
  const plain = names.map(plainName);
  const columns = new Map<Field, number>();
  for (const [field, synonyms] of Object.entries(columnNames) as [Field, readonly string[]][]) {
    const found = synonyms.map((name) => plain.indexOf(plainName(name))).find((index) => index >= 0);
    if (found === undefined) continue;
    if (plain.lastIndexOf(plain[found] as string) !== found)
      throw refuse(`its first line names the column "${names[found]}" twice.`);
    columns.set(field, found);
  }
  const missing = requiredFields.filter((field) => !columns.has(field));
  if (missing.length > 0) throw refuse(`its first line names no column "${missing.join('", "')}".`);
  const used = new Set(columns.values());
  const ignored = names.filter((name, index) => name !== '' && !used.has(index));
  return { delimiter, columns, width: names.length, ignored: [...new Set(ignored)] };
}

/** A column's name as names are compared. */
export function plainName(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s_-]+/g, '');
}

/** Comma, semicolon or tab: whichever the header has most of, outside quotes. */
export function delimiterOf(header: string): string {
  const bare = header.replace(/"[^"]*"/g, '');
  const counts = [',', ';', '\t'].map((mark) => ({ mark, count: bare.split(mark).length }));
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).mark;
}
