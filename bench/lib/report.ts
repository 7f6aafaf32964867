import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { benchFile } from './child.ts';

export type Row = Readonly<Record<string, string | number | undefined>>;

/** Prints rows as a table; the columns are the keys of the first row. Texts to the left, numbers to the right. */
export function printTable(title: string, rows: readonly Row[]): void {
  const [first] = rows;
  if (!first) return;
  const columns = Object.keys(first);
  const cells = rows.map((row) => columns.map((column) => show(row[column])));
  const widths = columns.map((column, at) => Math.max(column.length, ...cells.map((row) => row[at]!.length)));
  const isText = columns.map((column) => rows.every((row) => typeof row[column] === 'string'));
  const line = (texts: readonly string[]) =>
    texts.map((text, at) => (isText[at] ? text.padEnd(widths[at]!) : text.padStart(widths[at]!))).join('  ');
  process.stdout.write(
    `\n${title}\n${line(columns)}\n${widths.map((width) => '─'.repeat(width)).join('  ')}\n`,
  );
  for (const row of cells) process.stdout.write(`${line(row).trimEnd()}\n`);
}

function show(value: string | number | undefined): string {
  if (value === undefined) return '–';
  if (typeof value === 'string') return value;
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-GB', { minimumFractionDigits: 0, maximumFractionDigits: digits });
}

/** Writes results, with what they were measured on, to bench/results/`name`.json. */
export function writeResults(name: string, results: Readonly<Record<string, unknown>>): void {
  const folder = benchFile('results');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.json`);
  const machine = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    node: process.version,
  };
  writeFileSync(path, `${JSON.stringify({ at: new Date().toISOString(), machine, ...results }, null, 2)}\n`);
  process.stdout.write(`\nWritten to ${path}\n`);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
