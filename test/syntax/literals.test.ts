import { describe, expect, test } from 'vitest';
import { parseDuration, parseInteger, parseSize } from '../../src/syntax/literals.ts';

describe('literals', () => {
  test.each([
    ['0', 0n],
    ['-42', -42n],
    ['18446744073709551615', 18446744073709551615n],
    ['0x1F', 31n],
    ['1.5', undefined],
    ['007', undefined],
    ['10M', undefined],
    ['', undefined],
  ])('integer %s', (text, value) => expect(parseInteger(text)).toBe(value));

  test.each([
    ['64K', 65536n],
    ['1.5M', 1572864n],
    ['39M', 40894464n],
    ['2G', 2147483648n],
    ['1T', 1n << 40n],
    ['1P', 1n << 50n],
    ['7E', 7n << 60n],
    ['1k', 1024n],
    ['512', 512n],
    ['0x200', 512n],
    ['12B', 12n],
    ['0.1K', 102n],
    ['1.5', undefined],
    ['-1K', undefined],
    ['1KB', undefined],
    ['M', undefined],
  ])('size %s', (text, value) => expect(parseSize(text)).toBe(value));

  test.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['10m', 600_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['1.5s', 1500],
    ['30', undefined],
    ['10M', undefined],
    ['s', undefined],
  ])('duration %s', (text, value) => expect(parseDuration(text)).toBe(value));
});
