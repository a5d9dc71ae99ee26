import type { Highlight } from '../../editor/highlight.ts';
import { type Cell, plainCells, styledCells } from '../../terminal/cells.ts';
import { columnsOf, wrapCells } from '../../terminal/rows.ts';
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
  const middle = cursorLine(lines.cells(lines.here), shown.cursor, width);
  const rows = [...middle.rows];
  let row = middle.cursor.row;
  for (let at = lines.here + 1; at < lines.count && rows.length - row <= height; at++) {
    rows.push(...wrapCells(lines.cells(at), width));
  }
  let at = lines.here - 1;
  const above: Cell[][] = [];
  for (; at >= 0 && row <= height; at--) {
    const wrapped = wrapCells(lines.cells(at), width);
    above.push(...wrapped.reverse());
    row += wrapped.length;
  }
  rows.unshift(...above.reverse());
  const cursor = { row, column: middle.cursor.column };
  if (rows.length <= height && at < 0) return { rows, cursor };
  const kept = Math.max(1, height - (height > 2 ? 1 : 0));
  const from = Math.max(0, Math.min(row - Math.floor(kept / 2), rows.length - kept));
  const seen = rows.slice(from, from + kept);
  if (height > 2) {
    const place = `line ${lineNumber(shown.text, shown.cursor)} of ${lineNumber(shown.text, shown.text.length)}`;
    seen.push(plainCells(place.slice(0, width), theme.summary));
  }
  return { rows: seen, cursor: { row: row - from, column: cursor.column } };
}

function lineNumber(text: string, at: number): number {
  let number = 1;
  for (let next = text.indexOf('\n'); next >= 0 && next < at; next = text.indexOf('\n', next + 1)) number++;
  return number;
}

/** The lines of the label, of the text and of what stands grey behind it; each is made into cells when it is wanted. */
interface Lines {
  readonly count: number;
  /** The line with the cursor. */
  readonly here: number;
  cells(index: number): Cell[];
}

function linesOf({ text, cursor, label, highlights, ghost }: ShownText, theme: Theme): Lines {
  const labels = label.split('\n').map(line => styledCells(line).map(cell => ({ ...cell, offset: -1 })));
  const first = labels.pop() ?? [];
  const indent = columnsOf(first) <= WIDEST_INDENT ? columnsOf(first) : 0;
  const further = plainCells(GOES_ON.padStart(indent), theme.summary).map(cell => ({
    ...cell,
    offset: -1,
  }));
  const [beside = '', ...below] = ghost.split('\n');
  const lines = text.split('\n');
  const starts: number[] = [];
  let at = 0;
  for (const line of lines) {
    starts.push(at);
    at += line.length + 1;
  }
  return {
    count: labels.length + lines.length + below.length,
    here: labels.length + lineNumber(text, cursor) - 1,
    cells: index => {
      const number = index - labels.length;
      const [line, start = 0] = [lines[number], starts[number]];
      if (line === undefined) {
        return (
          labels[index] ?? [...further, ...plainCells(below[number - lines.length] ?? '', theme.ghost, at)]
        );
      }
      const end = start + line.length;
      return [
        ...(number === 0 ? first : further),
        ...highlighted(line, start, highlights, theme),
        ...(end === cursor ? plainCells(beside, theme.ghost, end) : []),
      ];
    },
  };
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
function cursorLine(cells: readonly Cell[], cursor: number, width: number): Block {
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
