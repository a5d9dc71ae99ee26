import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differenceOf, updatedText } from '../../src/testing/compare.ts';
import { stableJson } from '../../src/testing/stable-json.ts';

describe('wildcards', () => {
  test.each([
    ['id [..] ends', 'id commit0 ends'],
    ['x[..]', 'x'],
    ['a[..]b[..]c', 'a1b2b3c'],
    ['...', ''],
    ['...', 'a\nb\nc'],
    ['a\n...\nd', 'a\nb\nc\nd'],
    ['a\n...\nb\n...\nc', 'a\nx\nb\nb\ny\nc'],
    ['a\n...', 'a'],
    ['a  \nb\n\n', 'a\nb  '],
    ['', '\n'],
  ])('%j stands for %j', (expected, actual) => {
    expect(differenceOf(expected, actual)).toBeUndefined();
    expect(updatedText(expected, actual).trim()).toBe(expected.replace(/ +$/gm, '').trim());
  });

  test.each([
    ['a[..]a', 'a', 0],
    ['x [..] z', 'x y', 0],
    ['a\n...\nd', 'a\nb\nc', 2],
    ['a\nb\nc', 'a\nc', 1],
    ['a\nc', 'a\nb\nc', 1],
    ['a', '', 0],
    ['', 'a', 0],
    ['.....', 'a', 0],
  ])('%j does not stand for %j', (expected, actual, line) => {
    expect(differenceOf(expected, actual)?.line).toBe(line);
  });

  test('the difference has what was expected, what came and a little of what is around', () => {
    expect(differenceOf('1\n2\n3\n4\nfive\n6\n', '1\n2\n3\n4\n5\n6\n')?.text).toBe(
      '  2\n  3\n  4\n- five\n+ 5\n  6',
    );
  });

  test('what is rewritten keeps the lines that still hold', () => {
    expect(updatedText('job [..]\nold\n...\nend\n', 'job x0\nnew\nmore\nend\n')).toBe(
      'job [..]\nnew\n...\nend\n',
    );
  });
});

const text = fc
  .array(fc.constantFrom('a', 'b', 'a[..]', '...', '', 'job 7'), { maxLength: 8 })
  .map(lines => lines.join('\n'));

test('what was rewritten is as expected, whatever it was', () => {
  fc.assert(
    fc.property(text, text, (expected, came) => {
      const actual = came.replaceAll('...', 'x').replaceAll('[..]', 'y');
      expect(differenceOf(updatedText(expected, actual), actual)).toBeUndefined();
    }),
  );
});

test('long texts that have nothing in common are compared at once', () => {
  const lines = (word: string) => Array.from({ length: 5000 }, (_, at) => `${word}${at}`).join('\n');
  expect(differenceOf(lines('a'), lines('b'))?.line).toBe(0);
});

describe('JSON in one layout', () => {
  test('members are in order, and short values on one line', () => {
    expect(stableJson({ b: [1, { d: 2, c: 9007199254740993n }], a: null })).toBe(
      '{"a":null,"b":[1,{"c":9007199254740993,"d":2}]}',
    );
  });

  test('long ones go over lines', () => {
    const long = 'x'.repeat(60);
    expect(stableJson({ list: [long, { long }], empty: {} })).toBe(
      `{\n  "empty": {},\n  "list": [\n    "${long}",\n    {"long":"${long}"}\n  ]\n}`,
    );
  });
});
