import { markup } from '../printing/markup.ts';

/** What an expectation and what came have in common, and not. Lines are told by a sign as well as by colour. */
export function diffTable(expected: string, actual: string): string {
  const rows = shortened(alignment(linesOf(expected), linesOf(actual)));
  const shown = rows.map(({ side, text }) => {
    const [style, sign] = SIDES[side];
    return `<span${style === '' ? '' : ` class="${style}"`}>${sign} ${markup(text)}</span>`;
  });
  return `<div class="diff" role="group" aria-label="− expected, + what came"><span class="soft">&nbsp; − expected, + what came</span>${shown.join('')}</div>`;
}

const SIDES = {
  both: ['', '&nbsp;'],
  expected: ['only-expected', '−'],
  actual: ['only-actual', '+'],
} as const;

interface Row {
  readonly side: keyof typeof SIDES;
  readonly text: string;
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Beyond so many pairs of lines, all that was expected stands before all that came. */
const MOST_PAIRS = 4_000_000;

/** The lines of both in their order, with as few as possible that only one has. Wildcards count as what they stand for. */
function alignment(expected: readonly string[], actual: readonly string[]): Row[] {
  const width = actual.length + 1;
  if ((expected.length + 1) * width > MOST_PAIRS) {
    return [
      ...expected.map(text => ({ side: 'expected' as const, text })),
      ...actual.map(text => ({ side: 'actual' as const, text })),
    ];
  }
  const patterns = expected.map(lineTest);
  const isRest = (row: number) => expected[row]?.trim() === '...';
  // How many lines only one side has, from each pair of places to the ends.
  const left = new Uint32Array((expected.length + 1) * width);
  const at = (row: number, column: number) => left[row * width + column] ?? 0;
  for (let row = expected.length; row >= 0; row--) {
    for (let column = actual.length; column >= 0; column--) {
      const cost = isRest(row) ? 0 : 1;
      let best = row + column === expected.length + actual.length ? 0 : Number.POSITIVE_INFINITY;
      if (row < expected.length) best = Math.min(best, at(row + 1, column) + cost);
      if (column < actual.length) best = Math.min(best, at(row, column + 1) + cost);
      if (cost === 1 && column < actual.length && patterns[row]?.(actual[column] ?? ''))
        best = Math.min(best, at(row + 1, column + 1));
      left[row * width + column] = best;
    }
  }
  const rows: Row[] = [];
  let [row, column] = [0, 0];
  while (row < expected.length || column < actual.length) {
    const here = at(row, column);
    const text = actual[column] ?? '';
    if (isRest(row) && here === at(row + 1, column)) row++;
    else if (isRest(row)) {
      rows.push({ side: 'both', text });
      column++;
    } else if (patterns[row]?.(text) && column < actual.length && here === at(row + 1, column + 1)) {
      rows.push({ side: 'both', text });
      row++;
      column++;
    } else if (row < expected.length && here === at(row + 1, column) + 1) {
      rows.push({ side: 'expected', text: expected[row] ?? '' });
      row++;
    } else {
      rows.push({ side: 'actual', text });
      column++;
    }
  }
  return rows;
}

/** Whether a line is as expected, where `[..]` stands for anything. */
function lineTest(expected: string): (line: string) => boolean {
  const pieces = expected.trimEnd().split('[..]');
  if (pieces.length === 1) return line => line.trimEnd() === expected.trimEnd();
  const pattern = new RegExp(
    `^${pieces.map(piece => piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.*?')}$`,
    's',
  );
  return line => pattern.test(line.trimEnd());
}

/** Long runs of what is the same are told by their number. */
function shortened(rows: readonly Row[]): Row[] {
  const shown: Row[] = [];
  for (let at = 0; at < rows.length; ) {
    let end = at;
    while (end < rows.length && rows[end]?.side === 'both') end++;
    const run = rows.slice(at, end);
    if (run.length > 2 * CONTEXT + 1) {
      const count = run.length - 2 * CONTEXT;
      shown.push(...run.slice(0, CONTEXT), { side: 'both', text: `(${count} lines that are the same)` });
      shown.push(...run.slice(-CONTEXT));
    } else shown.push(...run);
    const next = rows[end];
    if (next) shown.push(next);
    at = end + 1;
  }
  return shown;
}

const CONTEXT = 3;
