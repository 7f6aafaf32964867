/*
 * Where text leaves the program, and nowhere else (test/cli/output.test.ts): it may be a server's, a file's or a
 * database's, and nothing in it may steer the terminal.
 */
import { visible, visibleJson } from '../../core/visible.ts';

/** One line, or several; a line break within one is no line break on the terminal. */
export type Lines = string | readonly string[];

/** Lines as they may be shown, each with its end. */
export function linesOf(lines: Lines): string {
  const all = typeof lines === 'string' ? [lines] : lines;
  return all.map((line) => `${visible(line)}\n`).join('');
}

/** Writes what a command is about to standard output. */
export function print(lines: Lines): void {
  process.stdout.write(linesOf(lines));
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
