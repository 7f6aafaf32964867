import { type Options, parse } from 'csv-parse/sync';
import { describeError } from '../../core/errors.ts';

/** One row of a CSV file, or why it is none. `line` is where it starts, counted from 1. */
export type CsvRecord =
  | { readonly line: number; readonly fields: readonly string[] }
  | { readonly line: number; readonly problem: string };

interface Line {
  readonly line: number;
  readonly text: string;
}

/** Lines that are parsed at once: parsing costs ten times as much one by one. */
const blockLines = 200;

/** Lines that one quoted field may span. */
const mostRecordLines = 20;

/**
 * The rows of a CSV file. `firstLine` is the number of the first of `lines`. Rows of empty fields alone
 * are passed over. A row with a bad quote costs that line only: reading goes on at the next.
 */
export async function* readRecords(
  lines: AsyncIterator<string>,
  firstLine: number,
  delimiter: string,
): AsyncGenerator<CsvRecord> {
  let next = firstLine;
  const pending: Line[] = [];
  const fill = async (count: number): Promise<void> => {
    while (pending.length < count) {
      const { done, value } = await lines.next();
      if (done) return;
      pending.push({ line: next++, text: value });
    }
  };
  for (;;) {
    await fill(blockLines);
    if (pending.length === 0) return;
    const records = parseBlock(pending, delimiter);
    if (records) {
      pending.length = 0;
      yield* records.filter(isFilled);
      continue;
    }
    // A bad quote, or a field that goes on beyond the block: one by one as far as the block went.
    const end = pending.at(-1)?.line ?? 0;
    while ((pending[0]?.line ?? Number.POSITIVE_INFINITY) <= end) {
      await fill(mostRecordLines);
      const { record, lines: used } = parseOne(pending, delimiter);
      pending.splice(0, used);
      if (isFilled(record)) yield record;
    }
  }
}

/** The fields of one line, e.g. the header; undefined where its quotes are bad. */
export function parseLine(text: string, delimiter: string): string[] | undefined {
  const result = tryParse(text, { ...dialect(delimiter), relax_quotes: true });
  return 'problem' in result ? undefined : (result.rows[0] ?? []);
}

function isFilled(record: CsvRecord): boolean {
  return 'problem' in record || record.fields.some((field) => field !== '');
}

function dialect(delimiter: string) {
  return { delimiter, trim: true, relax_column_count: true, record_delimiter: '\n' } satisfies Options;
}

function parseBlock(lines: readonly Line[], delimiter: string): CsvRecord[] | undefined {
  const first = lines[0]?.line ?? 1;
  try {
    const rows = parse(textOf(lines), {
      ...dialect(delimiter),
      info: true,
      raw: true,
      skip_empty_lines: true,
    }) as unknown as { record: string[]; raw: string; info: { lines: number } }[];
    return rows.map(({ record, raw, info }) => ({
      // info.lines is where the row ends; raw may begin with empty lines.
      line: first + info.lines - raw.trim().split('\n').length,
      fields: record,
    }));
  } catch {
    return undefined;
  }
}

/** The row at the start of `lines`, and how many of them it takes. */
function parseOne(lines: readonly Line[], delimiter: string): { record: CsvRecord; lines: number } {
  const [first] = lines as [Line];
  const bad = (problem: string) => ({ record: { line: first.line, problem }, lines: 1 });
  // Quotes inside a field that has none around it do no harm.
  const alone = tryParse(first.text, { ...dialect(delimiter), relax_quotes: true });
  if ('rows' in alone) return { record: { line: first.line, fields: alone.rows[0] ?? [] }, lines: 1 };
  if (!alone.open) return bad(badQuote);
  for (let count = 2; count <= Math.min(lines.length, mostRecordLines); count++) {
    const result = tryParse(textOf(lines.slice(0, count)), dialect(delimiter));
    if ('rows' in result) {
      return { record: { line: first.line, fields: result.rows[0] ?? [] }, lines: count };
    }
    // What closes here was opened elsewhere, so the quote on the first line has no end.
    if (!result.open) break;
  }
  return bad('a quoted field is never closed');
}

const badQuote = 'a quoted field goes on after its closing quote; a quote inside it must be doubled';

type Parsed = { rows: string[][] } | { problem: string; open: boolean };

function tryParse(text: string, options: Options): Parsed {
  try {
    return { rows: parse(text, options) as unknown as string[][] };
  } catch (error) {
    const open = (error as { code?: string }).code === 'CSV_QUOTE_NOT_CLOSED';
    return { problem: describeError(error), open };
  }
}

function textOf(lines: readonly Line[]): string {
  return lines.map(({ text }) => `${text}\n`).join('');
}
