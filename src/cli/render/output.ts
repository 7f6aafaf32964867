/*
 * Where text leaves the program, and nowhere else (test/cli/output.test.ts): it may be a server's, a file's or a
 * database's, and nothing in it may steer the terminal.
 */
import { visible, visibleJson } from '../../core/visible.ts';
import { columnsOf, wrapped } from './text.ts';

/** One line, or several; a line break within one is no line break on the terminal. */
export type Lines = string | readonly string[];

/** Lines as they may be shown, each with its end. */
export function linesOf(lines: Lines): string {
  const all = typeof lines === 'string' ? [lines] : lines;
  return all.map((line) => `${visible(line)}\n`).join('');
}

/** How wide standard output is; unbounded where it is no terminal. */
export function terminalColumns(): number {
  return process.stdout.isTTY ? process.stdout.columns || Infinity : Infinity;
}

/** Writes what a command is about to standard output. A terminal would break long lines within a word. */
export function print(lines: Lines): void {
  const columns = terminalColumns();
  const all = typeof lines === 'string' ? [lines] : lines;
  process.stdout.write(linesOf(columns === Infinity ? all : all.flatMap((line) => folded(line, columns))));
}

/** A line in as many as it takes; those after the first are indented further. */
export function folded(line: string, columns: number): string[] {
  const text = visible(line);
  if (columnsOf(text) <= columns || !text.trim().includes(' ')) return [text];
  const indent = /^ */.exec(text)?.[0] ?? '';
  const deeper = indent === '' ? '' : `${indent}  `;
  return wrapped(text.trimStart(), columns - deeper.length).map(
    (part, at) => (at === 0 ? indent : deeper) + part,
  );
}

/**
 * The number of the form that docs/json.md describes. It stays while fields are only added; the next one is for where a
 * field goes or changes its meaning.
 */
const format = 1;

/** Writes one object of `--json` to standard output, on a line of its own. */
export function printJson(value: object): void {
  process.stdout.write(`${visibleJson(JSON.stringify({ format, ...value }))}\n`);
}

/** Writes what a person should know besides to standard error. */
export function tell(lines: Lines): void {
  process.stderr.write(linesOf(lines));
}
