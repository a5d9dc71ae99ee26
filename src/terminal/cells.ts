import stringWidth from 'string-width';
import { harmless } from '../text/harmless.ts';
import { graphemesOf } from './graphemes.ts';

/** One character as a terminal shows it. */
export interface Cell {
  readonly text: string;
  /** Columns: 1 or 2. */
  readonly width: number;
  /** The SGR sequences in force, empty for none. */
  readonly style: string;
  /** Where in its text the character begins that this shows; several cells may show one. */
  readonly offset: number;
}

const TAB = '    ';
const ACCENTS = /[\u0300-\u036f]+$/;
const SGR = /\x1b\[[0-9;:]*m/g;
const RESET = /^\x1b\[0*m$/;

/** The columns that a text takes on one line of a terminal; its SGR sequences take none. */
export function widthOf(text: string): number {
  return graphemesOf(text.replace(SGR, '')).reduce((sum, grapheme) => sum + columnsFor(grapheme), 0);
}

function columnsFor(grapheme: string): number {
  if (grapheme.length === 1 && grapheme >= ' ' && grapheme <= '~') return 1;
  // An accent on a flag or a heart makes it no narrower, though no list of emoji has it then.
  return Math.max(stringWidth(grapheme), stringWidth(grapheme.replace(ACCENTS, '')));
}

/**
 * The cells of a text without escapes, `offset` being its own place in a longer one. A tab becomes four spaces; a control
 * or what has no width by itself is written out, so that it neither steers the terminal nor hides.
 */
export function plainCells(text: string, style = '', offset = 0): Cell[] {
  const cells: Cell[] = [];
  let at = offset;
  for (const grapheme of graphemesOf(text)) {
    const width = columnsFor(grapheme);
    if (width === 1 || width === 2) cells.push({ text: grapheme, width, style, offset: at });
    else for (const part of writtenOut(grapheme, width)) cells.push({ ...part, style, offset: at });
    at += grapheme.length;
  }
  return cells;
}

function writtenOut(grapheme: string, width: number): { text: string; width: number }[] {
  if (grapheme === '\t') return [...TAB].map(text => ({ text, width: 1 }));
  const spelled = harmless(grapheme);
  if (spelled !== grapheme) return [...spelled].map(text => ({ text, width: 1 }));
  // Two wide halves, as Hangul letters that make no syllable: each has a place of its own.
  if (width > 2) return [...grapheme].flatMap(one => plainCells(one));
  const codes = [...grapheme].map(one => `\\u{${one.codePointAt(0)?.toString(16)}}`).join('');
  return [...codes].map(text => ({ text, width: 1 }));
}

/** The cells of a text whose escapes are SGR sequences; each adds to the ones before it until a reset. */
export function styledCells(text: string, style = ''): Cell[] {
  const cells: Cell[] = [];
  let current = style;
  let at = 0;
  for (const match of text.matchAll(SGR)) {
    cells.push(...plainCells(text.slice(at, match.index), current, at));
    current = RESET.test(match[0]) ? style : current + match[0];
    at = match.index + match[0].length;
  }
  cells.push(...plainCells(text.slice(at), current, at));
  return cells;
}
