import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Json, parseJson, stringifyJson } from '../../src/qmp/json.ts';

const integer = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n });
const exact = (value: bigint) => (Number.isSafeInteger(Number(value)) ? Number(value) : value);

test('integers are exact wherever they stand in a text', () => {
  fc.assert(
    fc.property(fc.array(integer), fc.string({ maxLength: 40 }), (integers, key) => {
      const written = integers.map(each => `{${JSON.stringify(key)}: ${each}}`).join(', ');
      expect(parseJson(`[${written}]`)).toEqual(integers.map(each => ({ [key]: exact(each) })));
    }),
  );
});

test('what was written is read back', () => {
  const value = fc.letrec<{ any: Json }>(tie => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(null, true, false),
      integer.map(exact),
      fc.integer(),
      fc.string({ unit: 'binary' }),
      fc.array(tie('any')),
      fc.dictionary(fc.stringMatching(/^[a-z-]{1,9}$/), tie('any'), { noNullPrototype: true }),
    ),
  })).any;
  fc.assert(
    fc.property(value, written => {
      expect(parseJson(stringifyJson(written))).toEqual(written);
    }),
  );
});

test('digits in strings and fractions are no integers', () => {
  const text =
    '["2026010100000000000001", "a:12345678901234567890", 0.12345678901234567, 12345678901234567e3]';
  expect(parseJson(text)).toEqual(JSON.parse(text));
});

test('a large integer beside strings that look like it', () => {
  const text = String.raw`["n1, 12345678901234567, ", "\\", 12345678901234567 , "\", 12345678901234567", {"k, 9": -12345678901234567}]`;
  expect(parseJson(text)).toEqual([
    'n1, 12345678901234567, ',
    '\\',
    12345678901234567n,
    '", 12345678901234567',
    { 'k, 9': -12345678901234567n },
  ]);
  expect(parseJson('18446744073709551615')).toBe(18446744073709551615n);
});

test('megabytes of digits in a string take linear time', () => {
  const start = performance.now();
  expect(parseJson(JSON.stringify('1'.repeat(4_000_000)))).toHaveLength(4_000_000);
  expect(performance.now() - start).toBeLessThan(2000);
});

test.each([
  '{',
  '[1,]',
  '',
  '{"a": 18446744073709551615',
  '{18446744073709551615: 1}',
  '[018446744073709551615]',
  '[--18446744073709551615]',
  '[18446744073709551615 "a"]',
  '["a, 18446744073709551615',
])('%j is refused with a SyntaxError', text => {
  expect(() => parseJson(text)).toThrow(SyntaxError);
});
