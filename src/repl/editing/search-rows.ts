import { type Cell, plainCells } from '../../terminal/cells.ts';
import { clipCells, columnsOf } from '../../terminal/rows.ts';
import type { Found, Search } from './edit-state.ts';
import { countRow, seenOf } from './menu-rows.ts';
import type { Block } from './text-rows.ts';
import type { Theme } from './theme.ts';

const MOST_ROWS = 11;

/** A search: what is asked for, and under it the entries found, newest first, a row each. */
export function searchRows(
  { query, found, selected }: Search,
  width: number,
  height: number,
  theme: Theme,
): Block {
  const asked = lastPart([...plainCells('search: ', theme['summary']), ...plainCells(query)], width - 1);
  const cursor = { row: 0, column: columnsOf(asked) };
  const below = Math.min(MOST_ROWS, height - 1);
  if (below < 1) return { rows: [asked], cursor };
  if (found.length === 0) {
    return { rows: [asked, clipCells(plainCells('nothing found', theme['summary']), width)], cursor };
  }
  const { from, to, counted } = seenOf(found.length, selected, below);
  const rows = [asked];
  for (let index = from; index < to; index++) {
    const entry = found[index];
    if (entry) rows.push(entryRow(entry, index === selected, width, theme));
  }
  if (counted) rows.push(countRow(selected + 1, found.length, width, theme));
  return { rows, cursor };
}

/** An entry in one row, the beginnings of its further lines marked. */
function entryRow({ entry, at }: Found, chosen: boolean, width: number, theme: Theme): Cell[] {
  const matched = new Set(at);
  const base = chosen ? (theme['selected'] ?? '') : '';
  // A row holds at most so many characters, and an entry may have thousands of lines.
  const cells = plainCells(entry.slice(0, width * 2).replace(/\n/g, '⏎'));
  const marked = cells.map(cell => ({
    ...cell,
    style: matched.has(cell.offset) ? base + (theme['match'] ?? '') : base,
  }));
  return [...plainCells(chosen ? '> ' : '  ', base), ...clipCells(marked, width - 2)];
}

/** The end of a row that is too long: what is being typed stays in sight. */
function lastPart(cells: readonly Cell[], width: number): Cell[] {
  let kept = [...cells];
  while (columnsOf(kept) > width) kept = kept.slice(Math.max(1, kept.length - width));
  return kept;
}
