import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { styledCells, widthOf } from '../../src/terminal/cells.ts';
import type { Frame } from '../../src/terminal/frame.ts';
import { rowText, wrapCells } from '../../src/terminal/rows.ts';
import { Screen } from '../../src/terminal/screen.ts';
import { letter } from './letters.ts';
import { Xterm } from './xterm.ts';

const at = (rows: readonly string[], row: number, column: number): Frame => ({
  rows,
  cursor: { row, column },
});

describe('a screen', () => {
  test('draws a frame, changes it, and takes it away', async () => {
    const terminal = new Xterm(20, 6);
    const screen = new Screen(terminal);
    screen.draw(at(['one', 'two', 'three'], 1, 2));
    await terminal.shown();
    expect(terminal.seen()).toEqual(['one', 'two', 'three']);
    expect(terminal.cursor()).toEqual({ row: 1, column: 2 });
    screen.draw(at(['one', '2'], 0, 3));
    await terminal.shown();
    expect(terminal.seen()).toEqual(['one', '2']);
    expect(terminal.cursor()).toEqual({ row: 0, column: 3 });
    screen.erase();
    await terminal.shown();
    expect(terminal.seen()).toEqual([]);
    expect(terminal.cursor()).toEqual({ row: 0, column: 0 });
  });

  test('writes once for each drawing, and nothing where nothing changes', () => {
    const terminal = new Xterm(20, 6);
    const screen = new Screen(terminal);
    screen.draw(at(['one'], 0, 3));
    screen.draw(at(['one'], 0, 3));
    expect(terminal.writes).toBe(1);
    screen.draw(at(['one', 'two'], 0, 3), 'above');
    expect(terminal.writes).toBe(2);
  });

  test('prints above the frame, long lines too, and only what is printed scrolls away', async () => {
    const terminal = new Xterm(10, 4);
    const screen = new Screen(terminal);
    screen.draw(at(['> abc', 'menu'], 0, 5));
    for (let line = 1; line <= 5; line++) screen.draw(at(['> abc', 'menu'], 0, 5), `line ${line} is long`);
    await terminal.shown();
    const printed = [1, 2, 3, 4, 5].flatMap(line => [`line ${line} is `, 'long']);
    expect(terminal.all()).toEqual([...printed, '> abc', 'menu']);
    expect(terminal.cursor()).toEqual({ row: 2, column: 5 });
  });

  test('a line as wide as the terminal takes one row', async () => {
    const terminal = new Xterm(5, 6);
    const screen = new Screen(terminal);
    screen.draw(at(['12345', 'x'], 1, 1));
    screen.draw(at(['12345', 'x'], 1, 1), 'abcde');
    screen.draw(at(['12345', 'xy'], 1, 2));
    await terminal.shown();
    expect(terminal.seen()).toEqual(['abcde', '12345', 'xy']);
  });

  test('of a frame that is too tall the part with the cursor is shown', async () => {
    const terminal = new Xterm(10, 3);
    const screen = new Screen(terminal);
    const rows = ['a', 'b', 'c', 'd', 'e'];
    for (const [row, seen] of [
      [0, ['a', 'b', 'c']],
      [4, ['c', 'd', 'e']],
      [2, ['a', 'b', 'c']],
    ] as const) {
      screen.draw(at(rows, row, 1));
      await terminal.shown();
      expect(terminal.seen()).toEqual(seen);
    }
    screen.finish(at(rows, 4, 1));
    await terminal.shown();
    expect(terminal.all()).toEqual(rows);
  });

  test('clears what is seen', async () => {
    const terminal = new Xterm(10, 4);
    const screen = new Screen(terminal);
    screen.draw(at(['> x'], 0, 3), 'printed');
    screen.clear(at(['> x'], 0, 3));
    await terminal.shown();
    expect(terminal.seen()).toEqual(['> x']);
    expect(terminal.cursor()).toEqual({ row: 0, column: 3 });
  });

  test('a style that is left open ends with what was printed', async () => {
    const terminal = new Xterm(10, 4);
    new Screen(terminal).draw(at(['> x'], 0, 3), '\x1b[31mred');
    await terminal.shown();
    expect(terminal.terminal.buffer.active.getLine(1)?.getCell(0)?.isFgDefault()).toBe(true);
  });
});

const text = fc.array(letter, { maxLength: 40 }).map(letters => letters.join(''));
const size = fc.record({
  columns: fc.integer({ min: 2, max: 24 }),
  rows: fc.integer({ min: 1, max: 8 }),
});

const frameIn = (line: string, columns: number, place: number): Frame => {
  const rows = wrapCells(styledCells(line), columns).map(rowText);
  const row = place % rows.length;
  return at(rows, row, Math.min(columns - 1, widthOf(rows[row] ?? '')));
};

test('after any drawings a terminal shows what a fresh drawing shows, and keeps what was printed', async () => {
  const step = fc.record({ text, place: fc.nat(9), above: fc.option(text) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 8 }),
      size,
      async (steps, { columns, rows }) => {
        const terminal = new Xterm(columns, rows);
        const screen = new Screen(terminal);
        const fresh = new Xterm(columns, rows);
        for (const { text: line, place, above } of steps) {
          const shown = above === null ? undefined : rowText(styledCells(above));
          screen.draw(frameIn(line, columns, place), shown);
          if (shown !== undefined) fresh.write(`${shown}\r\n`);
        }
        const last = steps.at(-1);
        new Screen(fresh).draw(frameIn(last?.text ?? '', columns, last?.place ?? 0));
        await Promise.all([terminal.shown(), fresh.shown()]);
        expect(terminal.all()).toEqual(fresh.all());
      },
    ),
    { numRuns: 100 },
  );
});

test('a terminal that changes its width keeps what was printed, and has the frame once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(text, fc.nat(9), fc.integer({ min: 8, max: 60 })), { minLength: 1, maxLength: 6 }),
      async steps => {
        const terminal = new Xterm(40, 60);
        const screen = new Screen(terminal);
        screen.draw(at([''], 0, 0), 'first');
        for (const [line, place, columns] of steps) {
          screen.draw(frameIn(line, terminal.columns, place));
          await terminal.shown();
          terminal.terminal.resize(columns, 60);
          screen.draw(frameIn(line, columns, place));
          await terminal.shown();
          const frame = frameIn(line, columns, place);
          const rows = frame.rows.map(row => row.trimEnd());
          while (rows.at(-1) === '') rows.pop();
          const seen = terminal.all().map(row => row.trimEnd());
          while (seen.at(-1) === '') seen.pop();
          expect(seen).toEqual(['first', ...rows]);
        }
      },
    ),
    { numRuns: 100 },
  );
});
