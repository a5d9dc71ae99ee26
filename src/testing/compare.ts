/** How an expected text and an actual one differ. */
export interface Difference {
  /** The line of the expected text where they part, counted from 0. */
  readonly line: number;
  /** A few lines of both, `-` before what was expected and `+` before what came. */
  readonly text: string;
}

/** Stands for anything within a line. */
const ANYTHING = '[..]';
/** A line that stands for any lines, none included. */
const ANY_LINES = '...';

/** Where an actual text is not as expected; undefined where it is. White space at the end of lines and of the text counts nothing. */
export function differenceOf(expected: string, actual: string): Difference | undefined {
  const rows = align(linesOf(expected), linesOf(actual));
  const first = rows.findIndex(({ mark }) => mark !== ' ');
  if (first === -1) return undefined;
  const last = rows.findLastIndex(({ mark }) => mark !== ' ');
  const shown = rows.slice(Math.max(0, first - CONTEXT), Math.min(last + CONTEXT + 1, first + MOST_ROWS));
  const left = last + 1 - (first + MOST_ROWS);
  const text = shown.map(({ mark, text: line }) => `${mark} ${line}`.trimEnd());
  return {
    line: rows.slice(0, first).filter(({ mark }) => mark !== '+').length,
    text: [...text, ...(left > 0 ? [`(${left} more)`] : [])].join('\n'),
  };
}

/**
 * The actual text with the lines of the expected one kept that still stand for it, wildcards and all. What would be a wildcard
 * in a new line is escaped: a backslash before it makes it stand for itself.
 */
export function updatedText(expected: string, actual: string): string {
  const kept = align(linesOf(expected), linesOf(actual)).filter(({ mark }) => mark !== '-');
  return kept.map(({ mark, text }) => `${mark === '+' ? escaped(text) : text}\n`).join('');
}

/** Wildcards as they stand in a text, with the backslashes that one of them makes stand for itself and for the others. */
const WILDCARD = /(\\*)\[\.\.\]/g;
const WHOLE_LINE = /^\\*\.\.\.$/;

function escaped(line: string): string {
  return WHOLE_LINE.test(line) ? `\\${line}` : line.replace(WILDCARD, '\\$&');
}

/** What stands between the wildcards of a line, freed from escapes; one part where there is none. */
function partsOf(line: string): string[] {
  if (WHOLE_LINE.test(line)) return [line.replace('\\', '')];
  const parts: string[] = [];
  let part = '';
  let from = 0;
  for (const { 0: found, 1: backslashes = '', index } of line.matchAll(WILDCARD)) {
    part += line.slice(from, index);
    from = index + found.length;
    if (backslashes !== '') part += found.slice(1);
    else {
      parts.push(part);
      part = '';
    }
  }
  return [...parts, part + line.slice(from)];
}

const CONTEXT = 3;
const MOST_ROWS = 40;

interface Row {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

function linesOf(text: string): string[] {
  const trimmed = text.trimEnd();
  return trimmed === '' ? [] : trimmed.split('\n').map(line => line.trimEnd());
}

/** A line that has its wildcards filled in by another. */
function fits(expected: string, actual: string): boolean {
  if (!expected.includes(ANYTHING) && !expected.startsWith('\\')) return expected === actual;
  const parts = partsOf(expected);
  const [first = ''] = parts;
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return first === actual;
  if (actual.length < first.length + last.length) return false;
  if (!actual.startsWith(first) || !actual.endsWith(last)) return false;
  const end = actual.length - last.length;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = actual.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** More lines than this against each other are compared one by one, and shown from the first difference on. */
const MOST_CELLS = 4_000_000;

/** The two texts side by side with as few marked lines as can be. */
function align(expected: readonly string[], actual: readonly string[]): Row[] {
  const same: Row[] = [];
  let start = 0;
  while (
    start < expected.length &&
    start < actual.length &&
    fits(expected[start] ?? '', actual[start] ?? '')
  ) {
    if (expected[start] === ANY_LINES) break;
    same.push({ mark: ' ', text: expected[start] ?? '' });
    start++;
  }
  const [left, right] = [expected.slice(start), actual.slice(start)];
  if (left.length * right.length > MOST_CELLS) {
    return [
      ...same,
      ...left.map(text => ({ mark: '-', text }) as const),
      ...right.map(text => ({ mark: '+', text }) as const),
    ];
  }
  return [...same, ...alignRest(left, right)];
}

function alignRest(expected: readonly string[], actual: readonly string[]): Row[] {
  const width = actual.length + 1;
  const costs = new Uint32Array((expected.length + 1) * width);
  const cost = (row: number, column: number) => costs[row * width + column] ?? 0;
  for (let row = expected.length; row >= 0; row--) {
    const isAnyLines = expected[row] === ANY_LINES;
    for (let column = actual.length; column >= 0; column--) {
      if (row === expected.length && column === actual.length) continue;
      const drop = row < expected.length ? cost(row + 1, column) + (isAnyLines ? 0 : 1) : COSTLY;
      const add = column < actual.length ? cost(row, column + 1) + (isAnyLines ? 0 : 1) : COSTLY;
      const isFit =
        row < expected.length && column < actual.length && fits(expected[row] ?? '', actual[column] ?? '');
      const keep = isFit && !isAnyLines ? cost(row + 1, column + 1) : COSTLY;
      const both = row < expected.length && column < actual.length && !isAnyLines;
      const replace = both ? cost(row + 1, column + 1) + 1 : COSTLY;
      costs[row * width + column] = Math.min(drop, add, keep, replace);
    }
  }
  const rows: Row[] = [];
  let row = 0;
  let column = 0;
  while (row < expected.length || column < actual.length) {
    const here = cost(row, column);
    const text = expected[row] ?? '';
    if (row < expected.length && text === ANY_LINES) {
      if (cost(row + 1, column) === here) {
        rows.push({ mark: ' ', text: ANY_LINES });
        row++;
      } else column++;
    } else if (
      row < expected.length &&
      column < actual.length &&
      fits(text, actual[column] ?? '') &&
      cost(row + 1, column + 1) === here
    ) {
      rows.push({ mark: ' ', text });
      row++;
      column++;
    } else if (row < expected.length && column < actual.length && cost(row + 1, column + 1) + 1 === here) {
      rows.push({ mark: '-', text }, { mark: '+', text: actual[column] ?? '' });
      row++;
      column++;
    } else if (row < expected.length && cost(row + 1, column) + 1 === here) {
      rows.push({ mark: '-', text });
      row++;
    } else {
      rows.push({ mark: '+', text: actual[column] ?? '' });
      column++;
    }
  }
  return grouped(rows);
}

/** Of what differs in one place first all that was expected, then all that came. */
function grouped(rows: readonly Row[]): Row[] {
  const ordered: Row[] = [];
  let came: Row[] = [];
  for (const row of rows) {
    if (row.mark === '+') {
      came.push(row);
      continue;
    }
    if (row.mark === ' ') {
      ordered.push(...came);
      came = [];
    }
    ordered.push(row);
  }
  return [...ordered, ...came];
}

const COSTLY = 0xffff_ffff;
