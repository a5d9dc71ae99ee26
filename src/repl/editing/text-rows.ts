import { type Cell, plainCells, styledCells } from '../../terminal/cells.ts';
import { columnsOf, wrapCells } from '../../terminal/rows.ts';
import type { Highlight } from './edit-state.ts';
import type { Theme } from './theme.ts';

/** A text as it is to be shown, with what stands grey behind the cursor. */
export interface ShownText {
  readonly text: string;
  readonly cursor: number;
  readonly label: string;
  readonly highlights: readonly Highlight[];
  /** Shown at the cursor, where its line ends; it may have several lines. */
  readonly ghost: string;
}

/** Rows of cells, and the cursor's place in them. */
export interface Block {
  readonly rows: readonly (readonly Cell[])[];
  readonly cursor: { readonly row: number; readonly column: number };
}

const GOES_ON = '...> ';
const WIDEST_INDENT = 12;

/**
 * The rows of a text behind its label: of a text taller than `height` the part around the cursor, with a row that tells where
 * that is. Only the lines that are seen are laid out.
 */
export function textRows(shown: ShownText, width: number, height: number, theme: Theme): Block {
  const lines = linesOf(shown, theme);
  const here = lines.findIndex(line => shown.cursor <= line.end);
  const middle = cursorLine(lines[here], shown.cursor, width);
  const rows = [...middle.rows];
  let row = middle.cursor.row;
  for (let at = here + 1; at < lines.length && rows.length - row <= height; at++) {
    rows.push(...wrapCells(lines[at]?.cells() ?? [], width));
  }
  let at = here - 1;
  for (; at >= 0 && row <= height; at--) {
    const above = wrapCells(lines[at]?.cells() ?? [], width);
    rows.unshift(...above);
    row += above.length;
  }
  const cursor = { row, column: middle.cursor.column };
  if (rows.length <= height && at < 0) return { rows, cursor };
  const kept = Math.max(1, height - (height > 2 ? 1 : 0));
  const from = Math.max(0, Math.min(row - Math.floor(kept / 2), rows.length - kept));
  const seen = rows.slice(from, from + kept);
  if (height > 2) {
    const place = `line ${lineNumber(shown.text, shown.cursor)} of ${lineNumber(shown.text, shown.text.length)}`;
    seen.push(plainCells(place.slice(0, width), theme['summary']));
  }
  return { rows: seen, cursor: { row: row - from, column: cursor.column } };
}

function lineNumber(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

interface Line {
  readonly end: number;
  cells(): Cell[];
}

function linesOf({ text, cursor, label, highlights, ghost }: ShownText, theme: Theme): Line[] {
  const labels = label.split('\n').map(line => styledCells(line).map(cell => ({ ...cell, offset: -1 })));
  const first = labels.pop() ?? [];
  const indent = columnsOf(first) <= WIDEST_INDENT ? columnsOf(first) : 0;
  const further = plainCells(GOES_ON.padStart(indent), theme['summary']).map(cell => ({
    ...cell,
    offset: -1,
  }));
  const [beside = '', ...below] = ghost.split('\n');
  const lines: Line[] = labels.map(cells => ({ end: -1, cells: () => cells }));
  let at = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const start = at;
    const end = start + line.length;
    lines.push({
      end,
      cells: () => [
        ...(index === 0 ? first : further),
        ...highlighted(line, start, highlights, theme),
        ...(end === cursor ? plainCells(beside, theme['ghost'], end) : []),
      ],
    });
    at = end + 1;
  }
  const end = text.length + 1;
  return [
    ...lines,
    ...below.map(line => ({ end, cells: () => [...further, ...plainCells(line, theme['ghost'], end)] })),
  ];
}

function highlighted(line: string, start: number, highlights: readonly Highlight[], theme: Theme): Cell[] {
  const end = start + line.length;
  const cells: Cell[] = [];
  let at = start;
  const upTo = (to: number, style?: string) => {
    if (to > at) cells.push(...plainCells(line.slice(at - start, to - start), style, at));
    at = Math.max(at, to);
  };
  for (let index = firstBehind(highlights, start); index < highlights.length; index++) {
    const piece = highlights[index];
    if (!piece || piece.start >= end) break;
    upTo(Math.min(piece.start, end));
    upTo(Math.min(piece.end, end), theme[piece.style]);
  }
  upTo(end);
  return cells;
}

/** The first of the pieces that ends behind the offset. */
function firstBehind(highlights: readonly Highlight[], at: number): number {
  let [low, high] = [0, highlights.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((highlights[middle]?.end ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The rows of the line with the cursor. Behind a row that is full the cursor stands on one more. */
function cursorLine(line: Line | undefined, cursor: number, width: number): Block {
  const cells = line?.cells() ?? [];
  const rows = wrapCells(cells, width);
  const target = cells.find(cell => cell.offset >= cursor);
  for (const [row, columns] of rows.entries()) {
    const index = target ? columns.indexOf(target) : -1;
    if (index >= 0) return { rows, cursor: { row, column: columnsOf(columns.slice(0, index)) } };
  }
  const column = columnsOf(rows.at(-1) ?? []);
  if (column < width) return { rows, cursor: { row: rows.length - 1, column } };
  return { rows: [...rows, []], cursor: { row: rows.length, column: 0 } };
}
