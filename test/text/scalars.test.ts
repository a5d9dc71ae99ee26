import { expect, test } from 'vitest';
import { parseDuration, parseInteger, parseSize } from '../../src/text/scalars.ts';

test.each([
  ['0', 0n],
  ['-7', -7n],
  ['+7', 7n],
  ['010', 10n],
  ['0x1F', 31n],
  ['-0x10', -16n],
  ['9223372036854775807', 9223372036854775807n],
  ['18446744073709551616', 18446744073709551616n],
  ['', undefined],
  ['1.0', undefined],
  ['1e3', undefined],
  ['0x', undefined],
  ['64K', undefined],
  [' 1', undefined],
  ['1'.repeat(100_000), undefined],
])('the integer %s', (text, integer) => {
  expect(parseInteger(text)).toBe(integer);
});

test.each([
  ['512', 512n],
  ['0x200', 512n],
  ['64K', 65536n],
  ['64k', 65536n],
  ['1.5M', 1572864n],
  ['39M', 40894464n],
  ['2G', 2147483648n],
  ['0.5K', 512n],
  ['7E', 8070450532247928832n],
  ['10b', 10n],
  ['0.3K', undefined],
  ['1.5', undefined],
  ['1.0', 1n],
  ['-1K', undefined],
  ['1KB', undefined],
  ['1KiB', undefined],
  ['K', undefined],
  ['.5K', undefined],
])('the size %s', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['1.5m', 90_000],
  ['2h', 7_200_000],
  ['1d', 86_400_000],
  ['30', undefined],
  ['s', undefined],
  ['-1s', undefined],
  ['1h30m', undefined],
  [`${'9'.repeat(20)}d`, undefined],
])('the duration %s', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});
