import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainCells, styledCells, widthOf } from '../../src/terminal/cells.ts';
import { graphemeAfter, graphemeBefore, graphemesOf } from '../../src/terminal/graphemes.ts';
import { clipCells, columnsOf, rowText, wrapCells } from '../../src/terminal/rows.ts';
import { letter } from './letters.ts';
import { Xterm } from './xterm.ts';

const text = fc.array(letter, { maxLength: 60 }).map(letters => letters.join(''));

describe('graphemes', () => {
  test('a family, a flag, a letter with an accent are one each', () => {
    expect(graphemesOf('a👨‍👩‍👧e\u0301🇩🇪')).toEqual(['a', '👨‍👩‍👧', 'e\u0301', '🇩🇪']);
    expect(graphemeAfter('a👨‍👩‍👧b', 1)).toBe(9);
    expect(graphemeBefore('a👨‍👩‍👧b', 9)).toBe(1);
    expect([graphemeBefore('', 0), graphemeAfter('', 0), graphemeAfter('a', 1)]).toEqual([0, 0, 1]);
  });

  test('going forward and back again passes the same places', () => {
    fc.assert(
      fc.property(text, whole => {
        const forward = [0];
        while ((forward.at(-1) ?? 0) < whole.length) forward.push(graphemeAfter(whole, forward.at(-1) ?? 0));
        const back = [whole.length];
        while ((back.at(-1) ?? 0) > 0) back.push(graphemeBefore(whole, back.at(-1) ?? 0));
        expect(back.reverse()).toEqual(forward);
      }),
    );
  });
});

describe('cells', () => {
  test('controls, tabs and what has no width are written out', () => {
    const shown = (from: string) => rowText(plainCells(from));
    expect(shown('a\tb')).toBe('a    b');
    expect(shown('\x1b[2J\x07')).toBe('\\x1b[2J\\x07');
    expect(shown('\u202e')).toBe('\\u202e');
    expect(shown('\u200b')).toBe('\\u200b');
    expect(shown('\u0301a')).toBe('\\u{301}a');
    expect(shown('\ud800')).toBe('\\ud800');
  });

  test('several cells that show one character stand for its place', () => {
    expect(plainCells('a\x01b', '', 5).map(cell => cell.offset)).toEqual([5, 6, 6, 6, 6, 7]);
  });

  test('styles add up until a reset', () => {
    const cells = styledCells('a\x1b[1mb\x1b[31mc\x1b[0md');
    expect(cells.map(({ text: shown, style }) => [shown, style])).toEqual([
      ['a', ''],
      ['b', '\x1b[1m'],
      ['c', '\x1b[1m\x1b[31m'],
      ['d', ''],
    ]);
    expect(rowText(cells)).toBe('a\x1b[1mb\x1b[0m\x1b[1m\x1b[31mc\x1b[0md');
  });

  test('a text is as wide as a terminal makes it', async () => {
    await fc.assert(
      fc.asyncProperty(text, async whole => {
        const terminal = new Xterm(200, 3);
        const cells = plainCells(whole);
        terminal.write(rowText(cells));
        await terminal.shown();
        expect(terminal.cursor().column).toBe(columnsOf(cells));
        expect(widthOf(rowText(cells))).toBe(columnsOf(cells));
      }),
      { numRuns: 100 },
    );
  });

  test('rows wrap where a terminal wraps them', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 2, max: 30 }), async (whole, width) => {
        const terminal = new Xterm(width, 80);
        const rows = wrapCells(plainCells(whole), width);
        terminal.write(rows.map(rowText).join(''));
        await terminal.shown();
        expect(rows.every(row => columnsOf(row) <= width)).toBe(true);
        const shown = rows.map(row => rowText(row).trimEnd());
        while (shown.at(-1) === '') shown.pop();
        expect(terminal.seen().map(row => row.trimEnd())).toEqual(shown);
      }),
      { numRuns: 100 },
    );
  });

  test('a row that is cut says so, and fits', () => {
    expect(rowText(clipCells(plainCells('commit'), 4))).toBe('com…');
    expect(rowText(clipCells(plainCells('日本語'), 4))).toBe('日…');
    expect(rowText(clipCells(plainCells('日本'), 4))).toBe('日本');
    expect(rowText(clipCells(plainCells('ab'), 0))).toBe('');
  });
});
