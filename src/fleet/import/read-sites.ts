import { VenfleetError } from '../../core/errors.ts';
import { type Header, readHeader, statedDelimiter } from './header.ts';
import { readLines } from './lines.ts';
import { type DecimalMark, decimalMarkOf } from './numbers.ts';
import { readRecords } from './records.ts';
import { looksRounded } from './rounded-ids.ts';
import { type ImportedSite, siteOfFields } from './row.ts';

/** One row of a file: a site, or why it is none. `line` is where it starts, counted from 1. */
export type ImportRow =
  | ({ readonly line: number } & ImportedSite)
  | { readonly line: number; readonly problem: string };

export interface ReadSitesOptions {
  /** Called once, before the first row, with the names of the columns that mean nothing here. */
  readonly onIgnoredColumns?: (names: readonly string[]) => void;
}

/**
 * The sites of a CSV file, row by row, as docs/import.md describes it. `path` is for the texts of errors.
 * A bad row yields its problem and stops nothing; two rows with the same key are one site and one problem.
 * Holds the keys of the file, not its rows. Throws FILE_UNREADABLE and BAD_CSV.
 */
export async function* readSites(
  bytes: AsyncIterable<Uint8Array>,
  path: string,
  options: ReadSitesOptions = {},
): AsyncGenerator<ImportRow> {
  const lines = readLines(bytes, path);
  const { header, line } = await firstLine(lines, path);
  if (header.ignored.length > 0) options.onIgnoredColumns?.(header.ignored);
  const firstOf = keyKeeper();
  let markBefore: DecimalMark | undefined;
  for await (const record of readRecords(lines, line + 1, header.delimiter)) {
    if ('problem' in record) {
      yield record;
      continue;
    }
    const mark = decimalMarkOf(record.fields, header) ?? markBefore;
    markBefore = mark;
    const row = siteOfFields(record.fields, header, mark);
    if ('problem' in row) {
      yield { line: record.line, problem: row.problem };
      continue;
    }
    const earlier = firstOf(row, record.line);
    yield earlier ? { line: record.line, problem: earlier } : { line: record.line, ...row };
  }
}

async function firstLine(
  lines: AsyncGenerator<string>,
  path: string,
): Promise<{ header: Header; line: number }> {
  let stated: string | undefined;
  for (let line = 1; ; line++) {
    // Not for await: that would close the lines.
    const { done, value } = await lines.next();
    if (done) throw new VenfleetError('BAD_CSV', { path, problem: 'it is empty.' });
    if (value.trim() === '') continue;
    const delimiter = stated === undefined ? statedDelimiter(value) : undefined;
    if (delimiter === undefined) return { header: readHeader(value, path, stated), line };
    stated = delimiter;
  }
}

/** Tells of a site whether an earlier line of the file was the same, by what they have in common. */
function keyKeeper(): (row: ImportedSite, line: number) => string | undefined {
  const byResource = new Map<string, number>();
  const byMeterPoint = new Map<string, number>();
  return ({ site, given }, line) => {
    const byKey = byResource.get(site.resourceId);
    const rounded = looksRounded(given.has('resourceId') ? site.resourceId : site.meterPointId);
    const why = rounded ? '; a spreadsheet seems to have rounded it' : '';
    if (byKey !== undefined) return `it has the same ${keyName(given)} as line ${byKey}${why}`;
    const byMeter = byMeterPoint.get(site.meterPointId);
    if (byMeter !== undefined && given.has('meterPointId') && !given.has('resourceId')) {
      return `it has the same meter_point_id as line ${byMeter}${why}`;
    }
    byResource.set(site.resourceId, line);
    if (given.has('meterPointId') && byMeter === undefined) byMeterPoint.set(site.meterPointId, line);
    return undefined;
  };
}

function keyName(given: ImportedSite['given']): string {
  if (given.has('resourceId')) return 'resource_id';
  if (given.has('meterPointId')) return 'meter_point_id';
  return 'title and address (a resource_id or meter_point_id would tell them apart)';
}
