import type { Cell } from './cells.ts';

/** The rows that the cells fill at a width of at least 2: a wide one that has no place at the edge goes to the next row. */
export function wrapCells(cells: readonly Cell[], width: number): Cell[][] {
  let row: Cell[] = [];
  const rows = [row];
  let used = 0;
  for (const cell of cells) {
    if (used + cell.width > width) {
      row = [];
      rows.push(row);
      used = 0;
    }
    row.push(cell);
    used += cell.width;
  }
  return rows;
}

/** As many of the cells as fit one row, an ellipsis standing for the rest. */
export function clipCells(cells: readonly Cell[], width: number): Cell[] {
  if (columnsOf(cells) <= width) return [...cells];
  const kept: Cell[] = [];
  let used = 0;
  for (const cell of cells) {
    if (used + cell.width > width - 1) break;
    kept.push(cell);
    used += cell.width;
  }
  const last = kept.at(-1) ?? cells[0];
  if (width > 0 && last) kept.push({ ...last, text: '…', width: 1 });
  return kept;
}

/** The columns that the cells take side by side. */
export function columnsOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.width, 0);
}

/** The row as a terminal is sent it: it begins and ends without a style. */
export function rowText(cells: readonly Cell[]): string {
  let text = '';
  let style = '';
  for (const cell of cells) {
    if (cell.style !== style) {
      if (style) text += '\x1b[0m';
      text += cell.style;
      style = cell.style;
    }
    text += cell.text;
  }
  return style ? `${text}\x1b[0m` : text;
}
