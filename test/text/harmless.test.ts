import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { harmless } from '../../src/text/harmless.ts';

describe('harmless', () => {
  test.each([
    ['plain text, ünïcödé, 漢字 and 🎉', 'plain text, ünïcödé, 漢字 and 🎉'],
    ['\x1b[31mred', '\\x1b[31mred'],
    ['a\nb\tc\r', 'a\\nb\\tc\\x0d'],
    ['\u202eevil', '\\u202eevil'],
    ['\x9b31m\x7f', '\\x9b31m\\x7f'],
    ['\u2028\u2066', '\\u2028\\u2066'],
  ])('%j', (text, shown) => {
    expect(harmless(text)).toBe(shown);
  });

  test('nothing that it answers steers a terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(harmless(text)).not.toMatch(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});
