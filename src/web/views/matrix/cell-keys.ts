/** Arrow keys move between the cells of a table of links, of which one is a stop of the tab key at a time. */
export function moveInCells(event: KeyboardEvent): void {
  const here = (event.target as HTMLElement).closest<HTMLElement>('a[data-cell]');
  const row = here?.closest('tr');
  if (!here || !row) return;
  const cells = cellsOf(row);
  const column = cells.indexOf(here);
  const moves: Readonly<Record<string, () => HTMLElement | undefined>> = {
    ArrowLeft: () => cells[column - 1],
    ArrowRight: () => cells[column + 1],
    ArrowUp: () => cellsOf(row.previousElementSibling)[column],
    ArrowDown: () => cellsOf(row.nextElementSibling)[column],
    Home: () => cells[0],
    End: () => cells.at(-1),
  };
  const target = moves[event.key]?.();
  if (!target) return;
  event.preventDefault();
  here.tabIndex = -1;
  target.tabIndex = 0;
  target.focus();
}

function cellsOf(row: Element | null): HTMLElement[] {
  return row ? [...row.querySelectorAll<HTMLElement>('a[data-cell]')] : [];
}
