import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyState } from '../../src/repl/editing/edit-state.ts';
import { keyOf } from '../../src/repl/editing/key.ts';
import { matchedIn } from '../../src/repl/editing/search.ts';
import { anyScript } from './any-script.ts';
import { surroundingsOf } from './surroundings.ts';
import { shown, type } from './typing.ts';

const typed = (script: string, history: readonly string[] = []) =>
  shown(type(script, surroundingsOf(history)).state);

describe('keys of an entry', () => {
  test.each([
    ['letters', 'abc', 'abc|'],
    ['left over a whole character', 'a👨‍👩‍👧<left>', 'a|👨‍👩‍👧'],
    ['backspace takes a whole character', 'ae\u0301🇩🇪<backspace><backspace>', 'a|'],
    ['delete', 'a日b<home><right><delete>', 'a|b'],
    ['Ctrl-D erases to the right', 'ab<C-a><C-d>', '|b'],
    ['start and end', 'abc<C-a>x<C-e>y', 'xabcy|'],
    ['words', 'commit top=a<M-b><M-b>', 'commit |top=a'],
    ['words to the right', 'commit top=a<home><C-right><M-f>', 'commit top|=a'],
    ['Ctrl-W takes a piece', 'commit top=a<C-w>', 'commit |'],
    ['Alt-Backspace takes a word', 'commit top=a<M-backspace>', 'commit top=|'],
    ['Alt-D takes a word', 'commit top=a<home><M-d>', '| top=a'],
    ['kill to the end and yank', 'commit top<home><M-f><C-k><home><C-y>', ' top|commit'],
    ['kill to the start', 'commit top<M-b><C-u>', '|top'],
    ['kills in a row are one', 'a b c<C-w><C-w><C-y>', 'a b c|'],
    ['an earlier kill', 'one<C-u>two<C-u><C-y><M-y>', 'one|'],
    ['earlier kills go around', 'one<C-u>two<C-u><C-y><M-y><M-y>', 'two|'],
    ['transpose at the end', 'ab日<C-t>', 'a日b|'],
    ['transpose within', 'abc<left><left><C-t>', 'ba|c'],
    ['transpose with nothing to transpose', 'a<home><C-t>', '|a'],
    ['undo takes a word', 'commit top<C-_>', 'commit |'],
    ['undo and redo', 'commit top<C-_><C-_><M-/>', 'commit |'],
    ['undo by Ctrl-X Ctrl-U', 'commit top<C-x><C-u>', 'commit |'],
    ['a key that nobody knows', 'a<f5><C-x>b<C-q>c', 'ac|'],
    ['Ctrl-C clears', 'abc<C-c>', '|'],
    ['and undo brings back what it cleared', 'abc<C-c><C-_>', 'abc|'],
  ])('%s', (_, script, text) => expect(typed(script)).toBe(text));

  test('what Node.js leaves without a name has one', () => {
    expect(keyOf('\x1f', { sequence: '\x1f' })).toMatchObject({ name: '_', ctrl: true });
    expect(keyOf(undefined, { sequence: '\x1b/', meta: true })).toMatchObject({
      name: '/',
      meta: true,
      text: '',
    });
    expect(keyOf(undefined, { sequence: '\x1b', name: 'escape', meta: true })).toMatchObject({ meta: false });
    expect(keyOf('A', { sequence: 'A', name: 'a', shift: true }).text).toBe('A');
  });

  test('a text is entered, cleared, ended', () => {
    expect(type('abc<return>').effects).toEqual(['accept']);
    expect(type('<C-c>').effects).toEqual(['interrupt']);
    expect(type('<C-d>').effects).toEqual(['end']);
    expect(type('a<C-l><C-z><C-x><C-e>').effects).toEqual(['clear', 'suspend', 'edit']);
  });

  test('what was killed in one entry is yanked in another', () => {
    const { kills } = type('abc<C-u>').state;
    expect(type('<C-y>', surroundingsOf(), emptyState(kills)).state.text).toBe('abc');
  });
});

describe('several lines', () => {
  test.each([
    ['an open brace goes on, indented', 'each {<return>a', 'each {\n  a|'],
    ['a closing brace steps back', 'each {<return>a<return>}', 'each {\n  a\n}|'],
    ['Alt-Enter always goes on', 'a<M-return>b', 'a\nb|'],
    ['up and down keep their column', 'abcd<M-return>x<M-return>efgh<left><up><up>y', 'abcy|d\nx\nefgh'],
    ['home is the home of the line', 'ab<M-return>cd<home>x', 'ab\nx|cd'],
    ['kill to the end takes a newline at the end', 'ab<M-return>cd<up><end><C-k>', 'ab|cd'],
    ['backspace joins lines', 'ab<M-return>cd<home><backspace>', 'ab|cd'],
  ])('%s', (_, script, text) => expect(typed(script)).toBe(text));

  test('a block is entered once it is closed', () => {
    expect(type('each {<return>a<return>').effects).toEqual([]);
    expect(type('each {<return>a<return>}<return>').effects).toEqual(['accept']);
  });
});

describe('pasted texts', () => {
  test.each([
    ['nothing is entered', '<paste:a\nb\n>', 'a\nb|'],
    ['tabs stay, controls go', '<paste:a\tb\x07\x1b[31mc>', 'a\tbc|'],
    ['lines end with a newline', '<paste:a\r\nb\rc>', 'a\nb\nc|'],
    [
      'lines of another prompt stay as they are',
      '<paste:(QEMU) block-commit device=a\n(QEMU) x>',
      '(QEMU) block-commit device=a\n(QEMU) x|',
    ],
    ['in the middle', 'ac<left><paste:b>', 'ab|c'],
    ['undo takes back all of it', 'x <paste:a\nb><C-_>', 'x |'],
  ])('%s', (_, script, text) => expect(typed(script)).toBe(text));

  test('a paste enters nothing', () => expect(type('<paste:a\nb\n>').effects).toEqual([]));
});

describe('history', () => {
  const history = ['commit top=b', 'mirror a', 'commit top=a', 'each {\n  x\n}'];
  test.each([
    ['up and up', '<up><up>', 'mirror a|'],
    ['only what begins like this', 'commit<up><up>', 'commit top=a|'],
    ['down brings the typed text back', 'commit<up><up><down><down>', 'commit|'],
    ['nothing older', 'commit<up><up><up><up>', 'commit top=a|'],
    ['through an entry of several lines', '<up><up><up><up><up>', 'each {\n  x\n}|'],
    ['undo goes back to what was typed', 'commit<up><up><C-_>', 'commit|'],
    ['right takes the suggestion', 'com<right>', 'commit top=b|'],
    ['so does Ctrl-E', 'com<C-e>', 'commit top=b|'],
    ['Alt-F takes a word of it', 'com<M-f>', 'commit|'],
    ['and another', 'com<M-f><M-right>', 'commit top|'],
    ['nothing is taken within a line', 'com<left><right>', 'com|'],
  ])('%s', (_, script, text) => expect(typed(script, history)).toBe(text));
});

describe('completion', () => {
  test.each([
    ['the only candidate, and a space', 'mi<tab>', 'mirror |'],
    ['no space behind what wants something at once', 'commit t<tab>', 'commit top=|'],
    ['what they have in common', 'c<tab>', 'com|'],
    ['the first of the menu', 'com<tab><return>', 'commit |'],
    ['the second', 'com<tab><tab><return>', 'compare |'],
    ['the last by Shift-Tab', 'com<tab><S-tab><return>', 'compare |'],
    ['Escape closes', 'com<tab><escape>x', 'comx|'],
    ['another key closes and does what it does', 'com<tab><C-a>x', 'x|com'],
    ['typing filters', 'com<tab>p<return>', 'compare |'],
    [
      'a menu opened by what they have in common takes nothing by itself',
      'c<tab><down><down><return>',
      'compare |',
    ],
    ['a space that stands there is not doubled', 'mi top=a<home><right><right><tab>', 'mirror |top=a'],
    ['undo takes the completion back', 'mi<tab><C-_>', 'mi|'],
    ['nothing to complete', 'zz<tab>', 'zz|'],
  ])('%s', (_, script, text) => expect(typed(script)).toBe(text));

  test('Enter in a menu enters nothing, but where nothing is selected', () => {
    expect(type('com<tab><return>').effects).toEqual([]);
    expect(type('c<tab><return>').effects).toEqual(['accept']);
  });

  test('erasing goes on filtering, and closes the menu before its piece', () => {
    expect(type('commit top=<tab>1<backspace>').state.menu?.completion.candidates.length).toBe(30);
    expect(type(`commit top=<tab>${'<backspace>'.repeat(4)}`).state.menu).toBeUndefined();
  });
});

describe('a search through history', () => {
  const history = ['commit top=b', 'mirror drive0', 'commit top=a base=b', 'backup drive0'];
  test.each([
    ['the newest that has the letters', '<C-r>drv<return>', 'mirror drive0|'],
    ['an older one', '<C-r>drv<C-r><return>', 'backup drive0|'],
    ['what has it as it stands comes first', '<C-r>top=a<return>', 'commit top=a base=b|'],
    ['two words in any order', '<C-r>drive back<return>', 'backup drive0|'],
    ['Escape goes back', 'abc<C-r>drv<escape>', 'abc|'],
    ['so does Ctrl-G', 'abc<C-r>drv<C-g>', 'abc|'],
    ['another key takes it and does what it does', '<C-r>mirror<C-a>x', 'x|mirror drive0'],
    ['nothing found', 'abc<C-r>zzz<return>', 'abc|'],
  ])('%s', (_, script, text) => expect(typed(script, history)).toBe(text));

  test('tells which letters matched', () => {
    expect([...matchedIn('mirror drive0', 'drv')]).toEqual([7, 8, 10]);
    expect([...matchedIn('mirror drive0', 'IVE mi')]).toEqual([9, 10, 11, 0, 1]);
  });
});

const history = ['commit top=b', 'each {\n  x\n}', 'commit top=a', 'ab c', '日本 é'];

test('no keys throw, and the cursor stays within the text', () => {
  fc.assert(
    fc.property(anyScript, keys => {
      const { state } = type(keys, surroundingsOf(history));
      expect(state.cursor).toBeGreaterThanOrEqual(0);
      expect(state.cursor).toBeLessThanOrEqual(state.text.length);
    }),
    { numRuns: 500 },
  );
});

test('undo goes back to the empty line, and redo to where it was', () => {
  fc.assert(
    fc.property(anyScript, keys => {
      const around = surroundingsOf(history);
      const { state } = type(`${keys}<escape><escape>`, around);
      const steps = state.past.length;
      const empty = type('<C-_>'.repeat(steps + 1), around, state).state;
      expect(shown(empty)).toBe('|');
      expect(type('<M-/>'.repeat(empty.future.length - state.future.length), around, empty).state.text).toBe(
        state.text,
      );
    }),
    { numRuns: 300 },
  );
});
