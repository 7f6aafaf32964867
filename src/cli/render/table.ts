import { plain } from './text.ts';

/** A column is not made narrower than this. */
const narrowest = 10;

/**
 * Columns under headings; those whose cells are all numbers stand to the right. Where they are wider than `columns`, long
 * texts go on in the next line of their column. Default: as wide as the terminal; elsewhere nothing is wrapped.
 */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number = terminalColumns(),
): string {
  const cells = [headings, ...rows].map((row) => row.map(plain));
  const isNumeric = headings.map((_, column) =>
    rows.every((row) => /^[-\d.,]*(\s?%)?$/.test(row[column] ?? '')),
  );
  const natural = headings.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const widths = fitted(natural, isNumeric, columns);
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return isNumeric[column] ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const lines = (row: readonly string[]) => {
    const wrapped = row.map((cell, column) => wrap(cell, widths[column] ?? 0));
    const height = Math.max(...wrapped.map((parts) => parts.length));
    return Array.from({ length: height }, (_, at) => line(wrapped.map((parts) => parts[at] ?? '')));
  };
  const [head = [], ...body] = cells;
  return [...lines(head), line(widths.map((width) => '-'.repeat(width))), ...body.flatMap(lines)].join('\n');
}

function terminalColumns(): number {
  return process.stdout.isTTY ? process.stdout.columns || Infinity : Infinity;
}

/** Takes from the widest text until all fits, as far as that goes; then headings of numbers are wrapped as well. */
function fitted(natural: readonly number[], isNumeric: readonly boolean[], columns: number): number[] {
  const widths = [...natural];
  const least = natural.map((width, column) => (isNumeric[column] ? width : Math.min(width, narrowest)));
  let excess = widths.reduce((sum, width) => sum + width + 2, -2) - columns;
  while (excess > 0) {
    let widest = -1;
    for (const [column, width] of widths.entries()) {
      if (width > (least[column] ?? 0) && width > (widths[widest] ?? 0)) widest = column;
    }
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess--;
  }
  return widths;
}

/** Lines of at most `width` characters, broken at spaces where there are any. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width && width > 0) {
    const space = rest.lastIndexOf(' ', width);
    const end = space > 0 ? space : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}
