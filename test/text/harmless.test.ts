import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { harmless, harmlessJson } from '../../src/text/harmless.ts';

describe('harmless', () => {
  test.each([
    ['plain text, ünïcödé, 漢字 and 🎉', 'plain text, ünïcödé, 漢字 and 🎉'],
    ['\x1b[31mred', '\\x1b[31mred'],
    ['a\nb\tc\r', 'a\\nb\\tc\\x0d'],
    ['\u202eevil', '\\u202eevil'],
    ['\x9b31m\x7f', '\\x9b31m\\x7f'],
    ['\u2028\u2066', '\\u2028\\u2066'],
    ['a\u200bb\u{e0041}\xad\ufeff', 'a\\u200bb\\u{e0041}\\xad\\ufeff'],
    ['\ud800x\udc00', '\\ud800x\\udc00'],
    ['👩\u200d🚀 می\u200cخواهم', '👩\u200d🚀 می\u200cخواهم'],
  ])('%j', (text, shown) => {
    expect(harmless(text)).toBe(shown);
  });

  test('JSON says the same afterwards', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const json = harmlessJson(JSON.stringify({ text }, undefined, 2));
        expect(JSON.parse(json)).toEqual({ text });
        expect(json).not.toMatch(
          /[\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u{e0000}-\u{e007f}]/u,
        );
      }),
    );
    expect(harmlessJson(`"\u{e0041}\x9b"`)).toBe('"\\udb40\\udc41\\u009b"');
  });

  test('nothing that it answers steers a terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(harmless(text)).not.toMatch(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});
