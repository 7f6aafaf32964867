import { visible } from '../../core/visible.ts';
import { terminalColumns } from './output.ts';
import { columnsOf, wrapped } from './text.ts';

/** A column of texts is not made narrower than this. */
const narrowest = 10;
const gap = 2;

/**
 * Lines of columns under headings; those whose cells are all numbers stand to the right. Where they are wider than
 * `columns`, long texts go on in the next line of their column; where that does not do, each row becomes a list of its
 * cells. Default: as wide as the terminal; elsewhere nothing is wrapped.
 */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number = terminalColumns(),
): string[] {
  // As they are shown, since that is what takes room.
  const head = headings.map(visible);
  const body = rows.map((row) => row.map(visible));
  const isNumeric = head.map((_, at) => body.every((row) => /^[-\d.,]*(\s?%)?$/.test(row[at] ?? '')));
  const widths = fitted(head, body, isNumeric, columns);
  if (widths === undefined) return lists(head, body, columns);
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => padded(cell, widths[at] ?? 0, isNumeric[at] ?? false))
      .join(' '.repeat(gap))
      .trimEnd();
  const linesOfRow = (row: readonly string[]) => {
    const cells = row.map((cell, at) => wrapped(cell, widths[at] ?? 0));
    const height = Math.max(...cells.map((parts) => parts.length));
    return Array.from({ length: height }, (_, at) => line(cells.map((parts) => parts[at] ?? '')));
  };
  return [...linesOfRow(head), line(widths.map((width) => '-'.repeat(width))), ...body.flatMap(linesOfRow)];
}

function padded(cell: string, width: number, toTheRight: boolean): string {
  const space = ' '.repeat(Math.max(0, width - columnsOf(cell)));
  return toTheRight ? space + cell : cell + space;
}

/**
 * Widths with which all fits: taken from the widest text as far as that goes, then from headings of numbers, which are
 * wrapped as well; undefined where that is not enough.
 */
function fitted(
  head: readonly string[],
  body: readonly (readonly string[])[],
  isNumeric: readonly boolean[],
  columns: number,
): number[] | undefined {
  const ofCells = head.map((_, at) => Math.max(1, ...body.map((row) => columnsOf(row[at] ?? ''))));
  const widths = head.map((heading, at) => Math.max(columnsOf(heading), ofCells[at] ?? 0));
  let excess = widths.reduce((sum, width) => sum + width + gap, -gap) - columns;
  const leastOfTexts = widths.map((width, at) => (isNumeric[at] ? width : Math.min(width, narrowest)));
  const leastOfAll = leastOfTexts.map((width, at) => (isNumeric[at] ? (ofCells[at] ?? width) : width));
  for (const least of [leastOfTexts, leastOfAll]) {
    for (; excess > 0; excess--) {
      const room = (at: number) => (widths[at] ?? 0) > (least[at] ?? 0);
      const widest = [...widths.keys()].filter(room).sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0];
      if (widest === undefined) break;
      widths[widest] = (widths[widest] ?? 0) - 1;
    }
  }
  return excess > 0 ? undefined : widths;
}

/** Each row as a list of headings and cells, for want of room; a cell below its heading, where that takes too much. */
function lists(head: readonly string[], body: readonly (readonly string[])[], columns: number): string[] {
  const beside = Math.max(...head.map(columnsOf)) + gap;
  const isBelow = columns - beside < 2 * narrowest;
  const indent = isBelow ? gap : beside;
  const item = (heading: string, cell: string) => {
    const [first = '', ...more] = wrapped(cell, Math.max(1, columns - indent));
    const begin = isBelow
      ? [...wrapped(heading, columns), ' '.repeat(indent) + first]
      : [padded(heading, indent, false) + first];
    return [...begin, ...more.map((line) => ' '.repeat(indent) + line)].map((line) => line.trimEnd());
  };
  return body.flatMap((row, at) => [
    ...(at > 0 ? [''] : []),
    ...row.flatMap((cell, place) => item(head[place] ?? '', cell)),
  ]);
}
