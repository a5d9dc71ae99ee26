import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entryOf, isCancelled, lineOf } from '../../../src/repl/history/entry-line.ts';

test('an entry of several lines is one line, which a person can read', () => {
  expect(lineOf('if a\\b {\n\tstop\n}')).toBe('if a\\\\b {\\n\\tstop\\n}');
  expect(entryOf('if a\\\\b {\\n\\tstop\\n}')).toBe('if a\\b {\n\tstop\n}');
});

test('every entry comes back as it was, out of UTF-8 too', () => {
  const character = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\\', '\n', 'n', 'u0041', '\ud800', '\ufffd', '\x18'),
  );
  fc.assert(
    fc.property(fc.array(character), parts => {
      const entry = parts.join('');
      const line = lineOf(entry);
      expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
      expect(isCancelled(line)).toBe(false);
      expect(entryOf(Buffer.from(line).toString())).toBe(entry);
    }),
  );
});

test('a line that no history writes holds no entry; an escape that none writes is left alone', () => {
  expect(['\x7fELF', 'a\0', 'a\ufffd'].map(entryOf)).toEqual([undefined, undefined, undefined]);
  expect(entryOf('\\d+')).toBe('\\d+');
});
