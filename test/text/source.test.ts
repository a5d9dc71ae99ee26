import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cover, lineStarts, lineText, positionAt } from '../../src/text/source.ts';

const source = (text: string) => ({ name: 'x', text });

describe('source', () => {
  test('lines begin behind each newline', () => {
    expect(lineStarts(source('a\n\nbc\n'))).toEqual([0, 2, 3, 6]);
    expect(lineStarts(source(''))).toEqual([0]);
  });

  test('positions count from 1, and the end has one', () => {
    const text = source('ab\ncd');
    expect(positionAt(text, 0)).toEqual({ line: 1, column: 1 });
    expect(positionAt(text, 2)).toEqual({ line: 1, column: 3 });
    expect(positionAt(text, 3)).toEqual({ line: 2, column: 1 });
    expect(positionAt(text, 5)).toEqual({ line: 2, column: 3 });
    expect(positionAt(source(''), 0)).toEqual({ line: 1, column: 1 });
  });

  test('a line has no line ending, Windows’ included', () => {
    const text = source('one\r\ntwo\nthree');
    expect([1, 2, 3, 4].map(line => lineText(text, line))).toEqual(['one', 'two', 'three', '']);
  });

  test('a position leads back to its offset', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '\r', '漢') }), fc.nat(), (text, at) => {
        const one = source(text);
        const offset = at % (text.length + 1);
        const { line, column } = positionAt(one, offset);
        expect((lineStarts(one)[line - 1] ?? 0) + column - 1).toBe(offset);
      }),
    );
  });

  test('cover holds both spans', () => {
    expect(cover({ start: 3, end: 5 }, { start: 1, end: 4 })).toEqual({ start: 1, end: 5 });
  });
});
