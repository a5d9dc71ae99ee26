import type { Candidate } from '../../editor/completion.ts';
import { type Cell, plainCells } from '../../terminal/cells.ts';
import { clipCells, columnsOf } from '../../terminal/rows.ts';
import type { Menu } from './edit-state.ts';
import type { Theme } from './theme.ts';

const GAP = 2;
const WIDEST_LABEL = 40;

/** A menu in at most so many rows: one candidate a row with its summary, or several where none has one. */
export function menuRows(menu: Menu, width: number, height: number, theme: Theme): Cell[][] {
  const { candidates } = menu.completion;
  if (height < 1) return [];
  const labels = candidates.map(labelOf);
  const widest = Math.max(...labels.map(columnsOf));
  const described = candidates.some(({ summary }) => summary !== '');
  const across = described ? 1 : Math.max(1, Math.floor((width + GAP) / (widest + GAP)));
  const down = Math.ceil(candidates.length / across);
  const { from, to, counted } = seenOf(down, Math.max(0, menu.selected) % down, height);
  const rows: Cell[][] = [];
  for (let row = from; row < to; row++) {
    const cells: Cell[] = [];
    for (let column = 0; column < across; column++) {
      const index = column * down + row;
      const [label, candidate] = [labels[index], candidates[index]];
      if (!label || !candidate) continue;
      const chosen = index === menu.selected;
      const size = described ? Math.min(widest, WIDEST_LABEL, width) : widest;
      if (column > 0) cells.push(...plainCells(' '.repeat(GAP)));
      cells.push(...styled(padded(clipCells(label, size), size), chosen ? theme['selected'] : ''));
      if (described && candidate.summary) {
        cells.push(...plainCells(`${' '.repeat(GAP)}${candidate.summary}`, theme['summary']));
      }
    }
    rows.push(clipCells(cells, width));
  }
  if (counted) rows.push(countRow(Math.max(0, menu.selected) + 1, candidates.length, width, theme));
  return rows;
}

/** Which of `count` rows are seen in `height` with the selected one among them, and whether a row has to tell that there are more. */
export function seenOf(
  count: number,
  selected: number,
  height: number,
): { from: number; to: number; counted: boolean } {
  if (count <= height) return { from: 0, to: count, counted: false };
  const counted = height > 1;
  const size = Math.max(1, counted ? height - 1 : height);
  const from = Math.min(Math.max(0, selected - Math.floor(size / 2)), count - size);
  return { from, to: from + size, counted };
}

/** The row that tells which of how many is selected. */
export function countRow(selected: number, count: number, width: number, theme: Theme): Cell[] {
  return clipCells(plainCells(`${selected} of ${count}`, theme['summary']), width);
}

/** The cells with another style. */
export function styled(cells: readonly Cell[], style = ''): Cell[] {
  return cells.map(cell => ({ ...cell, style }));
}

function labelOf({ label, text }: Candidate): Cell[] {
  return plainCells(label ?? text);
}

function padded(cells: readonly Cell[], width: number): Cell[] {
  return [...cells, ...plainCells(' '.repeat(Math.max(0, width - columnsOf(cells))))];
}
