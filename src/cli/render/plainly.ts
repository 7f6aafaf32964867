/** Writes a line to standard error, where nothing moves. */
export function sayPlainly(line: string): void {
  process.stderr.write(`${line}\n`);
}
