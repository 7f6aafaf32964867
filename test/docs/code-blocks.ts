import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** A fenced block of a document. */
export interface CodeBlock {
  /** What stands after the three backticks: `sh`, `ts`. */
  readonly language: string;
  readonly code: string;
  /** `README.md:12`. */
  readonly place: string;
}

export function readDocument(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The fenced blocks of a document below the root, in order. */
export function codeBlocks(path: string): CodeBlock[] {
  const text = readDocument(path);
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(({ 1: language = '', 2: code = '', index }) => ({
    language,
    code,
    place: `${path}:${text.slice(0, index).split('\n').length}`,
  }));
}

/** The rows of the first table below a heading, as cells; backticks and links are taken off. */
export function tableBelow(path: string, heading: string): string[][] {
  const text = readDocument(path);
  const start = text.search(new RegExp(`^#+ ${heading}$`, 'm'));
  if (start < 0) throw new Error(`${path} has no heading "${heading}"`);
  const table = /(?:^\|.*\|\n)+/m.exec(text.slice(start));
  if (!table) throw new Error(`${path} has no table below "${heading}"`);
  const [, , ...rows] = table[0].trim().split('\n');
  return rows.map((row) =>
    row
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll('\\|', '|')),
  );
}
