import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { settledView, view } from '../../src/repl/editing/view.ts';
import { widthOf } from '../../src/terminal/cells.ts';
import { emptyFrame } from '../../src/terminal/frame.ts';
import { Screen } from '../../src/terminal/screen.ts';
import { Xterm } from '../terminal/xterm.ts';
import { anyScript } from './any-script.ts';
import { surroundingsOf } from './surroundings.ts';
import { type } from './typing.ts';

const plain = (row: string) => row.replace(/\x1b\[[0-9;]*m/g, '').trimEnd();

const seen = (
  script: string,
  { width = 60, height = 12, history = [] as readonly string[], label = 'qblk> ' } = {},
) => {
  const around = surroundingsOf(history);
  const { rows, cursor } = view(type(script, around).state, around, label, width, height, false);
  return { rows: rows.map(plain), cursor };
};

describe('what an entry looks like', () => {
  test('the label, the text, the cursor', () => {
    expect(seen('abc<left>')).toEqual({ rows: ['qblk> abc'], cursor: { row: 0, column: 8 } });
    expect(seen('')).toEqual({ rows: ['qblk>'], cursor: { row: 0, column: 6 } });
  });

  test('a text that fills the row leaves the cursor on the next one', () => {
    expect(seen('abcd', { width: 10 })).toEqual({ rows: ['qblk> abcd', ''], cursor: { row: 1, column: 0 } });
    expect(seen('abc日', { width: 10 })).toEqual({
      rows: ['qblk> abc', '日'],
      cursor: { row: 1, column: 2 },
    });
  });

  test('further lines stand under the first', () => {
    expect(seen('each {<return>x')).toEqual({
      rows: ['qblk> each {', ' ...>   x'],
      cursor: { row: 1, column: 9 },
    });
  });

  test('what may follow stands behind the cursor, and what an earlier entry went on with before that', () => {
    expect(seen('commit ').rows).toEqual(['qblk> commit top=NODE base=NODE']);
    expect(seen('commit ', { history: ['commit top=a'] }).rows).toEqual(['qblk> commit top=a']);
    expect(seen('each', { history: ['each {\n  x\n}'] })).toEqual({
      rows: ['qblk> each {', ' ...>   x', ' ...> }'],
      cursor: { row: 0, column: 10 },
    });
  });

  test('a menu has its summaries', () => {
    expect(seen('com<tab>').rows).toEqual([
      'qblk> com',
      'commit   writes a layer into the one below',
      'compare  compares two nodes',
    ]);
    expect(seen('com<tab>', { width: 20 }).rows).toEqual([
      'qblk> com',
      'commit   writes a l…',
      'compare  compares t…',
    ]);
  });

  test('a long menu scrolls, and tells where', () => {
    expect(seen('commit top=<tab><S-tab>', { height: 8 }).rows).toEqual([
      'qblk> commit top=node',
      'node27  27 GiB',
      'node28  28 GiB',
      'node29  29 GiB',
      '30 of 30',
    ]);
  });

  test('candidates without a summary stand in columns', () => {
    const candidates = Array.from({ length: 7 }, (_, index) => ({
      text: `name${index}`,
      summary: '',
      kind: 'path' as const,
    }));
    const around = { ...surroundingsOf(), complete: () => ({ start: 0, end: 0, candidates }) };
    const { rows } = view(type('<tab>', around).state, around, '> ', 22, 10, false);
    expect(rows.map(plain)).toEqual(['> name', 'name0  name3  name6', 'name1  name4', 'name2  name5']);
  });

  test('a search has the entries under it', () => {
    const history = ['commit top=b', 'each {\n  x\n}', 'commit top=a'];
    expect(seen('<C-r>', { history }).rows).toEqual([
      'search:',
      '> commit top=b',
      '  each {⏎  x⏎}',
      '  commit top=a',
    ]);
    expect(seen('<C-r>comm<C-r>', { history })).toEqual({
      rows: ['search: comm', '  commit top=b', '> commit top=a'],
      cursor: { row: 0, column: 12 },
    });
    expect(seen('<C-r>zzz', { history }).rows).toEqual(['search: zzz', 'nothing found']);
  });

  test('of a long text the part around the cursor, with its place', () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `line${index}`).join('\n');
    expect(seen(`<paste:${lines}>`, { height: 5 }).rows).toEqual([
      ' ...> line9996',
      ' ...> line9997',
      ' ...> line9998',
      ' ...> line9999',
      'line 10000 of 10000',
    ]);
    expect(seen(`<paste:${lines}><up><up><up><up>`, { height: 5 })).toEqual({
      rows: [' ...> line9993', ' ...> line9994', ' ...> line9995', ' ...> line9996', 'line 9996 of 10000'],
      cursor: { row: 2, column: 14 },
    });
  });

  test('colours are those of the language', () => {
    const around = surroundingsOf();
    const { rows } = view(type('commit a', around).state, around, '> ', 40, 5, true);
    expect(rows).toEqual(['> \x1b[1;34mcommit\x1b[0m a']);
  });

  test('an entry that was entered stays whole', () => {
    const lines = Array.from({ length: 50 }, (_, index) => `line${index}`).join('\n');
    expect(settledView(lines, surroundingsOf(), '> ', 40, false).rows).toHaveLength(50);
  });
});

const size = fc.record({ width: fc.integer({ min: 1, max: 30 }), height: fc.integer({ min: 1, max: 10 }) });
const history = ['commit top=b', 'each {\n  x\n}', 'commit top=a', '日本 é'];

test('any entry fits its terminal, and the cursor is in sight', () => {
  fc.assert(
    fc.property(anyScript, size, (script, { width, height }) => {
      const around = surroundingsOf(history);
      const { rows, cursor } = view(type(script, around).state, around, 'q日> ', width, height, true);
      const columns = Math.max(2, width);
      expect(rows.length).toBeLessThanOrEqual(height);
      expect(rows.every(row => widthOf(row) <= columns)).toBe(true);
      expect(rows[cursor.row]).toBeDefined();
      expect(cursor.column).toBeLessThan(columns);
    }),
    { numRuns: 400 },
  );
});

test('after any keys a terminal shows what a fresh drawing shows', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyScript, { minLength: 1, maxLength: 8 }),
      fc.record({ width: fc.integer({ min: 2, max: 30 }), height: fc.integer({ min: 1, max: 10 }) }),
      async (scripts, { width, height }) => {
        const around = surroundingsOf(history);
        const terminal = new Xterm(width, height);
        const screen = new Screen(terminal);
        let { state } = type('', around);
        let frame = emptyFrame;
        let tallest = 1;
        for (const script of scripts) {
          state = type(script, around, state).state;
          frame = view(state, around, 'q> ', width, height, true);
          tallest = Math.max(tallest, frame.rows.length);
          screen.draw(frame);
        }
        const fresh = new Xterm(width, height);
        new Screen(fresh).draw(frame);
        await Promise.all([terminal.shown(), fresh.shown()]);
        expect(terminal.all()).toEqual(fresh.all());
        expect(terminal.cursor()).toEqual(fresh.cursor());
        expect(tallest).toBeLessThanOrEqual(height);
      },
    ),
    { numRuns: 100 },
  );
});
