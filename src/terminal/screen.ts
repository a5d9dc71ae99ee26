import { styledCells, widthOf } from './cells.ts';
import { cropped, emptyFrame, type Frame } from './frame.ts';
import { columnsOf, wrapCells } from './rows.ts';

/** The terminal that a screen writes to. Its size is read anew at each drawing. */
export interface TerminalOutput {
  write(text: string): void;
  readonly columns: number;
  readonly rows: number;
}

const BEGIN = '\x1b[?2026h\x1b[?25l';
const END = '\x1b[?25h\x1b[?2026l';
// A row never wraps by itself, so a terminal that takes a character for wider than it is spoils one row only.
const WRAP_OFF = '\x1b[?7l';
const WRAP_ON = '\x1b[?7h';

/**
 * Draws a frame at the bottom of a terminal, below what has been printed, and keeps it there while more is printed. It never
 * leaves the normal screen, and what has scrolled away holds printed text only. Each call is one write.
 */
export class Screen {
  readonly #output: TerminalOutput;
  #drawn: Frame = emptyFrame;
  #columns: number;
  #rows: number;

  constructor(output: TerminalOutput) {
    this.#output = output;
    this.#columns = output.columns;
    this.#rows = output.rows;
  }

  /** Draws the frame in place of the last one, and `above`, if it is given, as lines above it. A long line wraps as the terminal wraps it. */
  draw(frame: Frame, above?: string): void {
    const next = cropped(frame, this.#output.rows);
    const stale = this.#isStale();
    if (above === undefined && !stale) {
      const change = changeTo(this.#drawn, next, this.#columns);
      if (change) this.#output.write(change);
    } else {
      const printed = above === undefined ? '' : `${printable(above)}\r\n`;
      this.#output.write(`${BEGIN}${this.#erasure()}${printed}${afresh(next, this.#output.columns)}${END}`);
    }
    this.#remember(next);
  }

  /** Draws the frame for the last time, all of it, and goes to a new line below: it becomes printed text. */
  finish(frame: Frame): void {
    this.draw(emptyFrame, frame.rows.join('\n'));
  }

  /** Takes the frame away, and leaves the cursor at the left, where it began. */
  erase(): void {
    this.#output.write(this.#erasure());
    this.#remember(emptyFrame);
  }

  /** Clears what is seen and draws the frame at the top; what has scrolled away stays. */
  clear(frame: Frame): void {
    const next = cropped(frame, this.#output.rows);
    this.#output.write(`${BEGIN}\x1b[H\x1b[2J${afresh(next, this.#output.columns)}${END}`);
    this.#remember(next);
  }

  /** Another program has written: what was drawn is no more, and the cursor stands at the left of a free line. */
  forget(): void {
    this.#remember(emptyFrame);
  }

  #remember(frame: Frame): void {
    this.#drawn = frame;
    this.#columns = this.#output.columns;
    this.#rows = this.#output.rows;
  }

  #isStale(): boolean {
    return this.#columns !== this.#output.columns || this.#rows !== this.#output.rows;
  }

  #erasure(): string {
    const above = rowsAbove(this.#drawn, this.#columns, this.#output.columns);
    return `${up(Math.min(above, this.#output.rows - 1))}\r\x1b[J`;
  }
}

/** A terminal that becomes narrower breaks each drawn row into several, which nobody tells: so they are counted. */
function rowsAbove({ rows, cursor }: Frame, before: number, now: number): number {
  if (now >= before) return cursor.row;
  const broken = rows.slice(0, cursor.row + 1).map(row => wrapCells(styledCells(row), now));
  const above = broken.slice(0, -1).reduce((sum, parts) => sum + parts.length, 0);
  let [within, rest] = [0, cursor.column];
  for (const part of broken.at(-1)?.slice(0, -1) ?? []) {
    rest -= columnsOf(part);
    if (rest < 0) break;
    within++;
  }
  return above + within;
}

function printable(text: string): string {
  const lines = text.replace(/\r?\n/g, '\r\n');
  return lines.includes('\x1b') ? `${lines}\x1b[0m` : lines;
}

function afresh({ rows, cursor }: Frame, columns: number): string {
  const lines = rows.join('\r\n');
  return `${WRAP_OFF}${lines}${WRAP_ON}${move(rows.length - 1, cursor, columns)}`;
}

/** From any column of a row to the cursor's place. */
function move(row: number, to: Frame['cursor'], columns: number): string {
  const down = to.row - row;
  const column = Math.min(to.column, columns - 1);
  return `${up(-down)}${down > 0 ? `\x1b[${down}B` : ''}\r${column > 0 ? `\x1b[${column}C` : ''}`;
}

function up(rows: number): string {
  return rows > 0 ? `\x1b[${rows}A` : '';
}

/** What turns one frame into the other, empty where they are the same. */
function changeTo(drawn: Frame, next: Frame, columns: number): string {
  let text = '';
  let at = drawn.cursor.row;
  let last = drawn.rows.length - 1;
  for (const [index, row] of next.rows.entries()) {
    if (drawn.rows[index] === row) continue;
    text += move(at, { row: Math.min(index, last), column: 0 }, columns);
    if (index > last) text += '\r\n'.repeat(index - last);
    text += `${row}${widthOf(row) < columns ? '\x1b[K' : ''}`;
    at = index;
    last = Math.max(last, index);
  }
  if (drawn.rows.length > next.rows.length) {
    const first = next.rows.length;
    text += `${move(at, { row: first, column: 0 }, columns)}\x1b[J`;
    at = first;
  }
  const same = drawn.cursor.row === next.cursor.row && drawn.cursor.column === next.cursor.column;
  if (!text) return same ? '' : move(at, next.cursor, columns);
  return `${BEGIN}${WRAP_OFF}${text}${WRAP_ON}${move(at, next.cursor, columns)}${END}`;
}
