import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderDiagnostic } from '../../src/diagnostics/render.ts';
import {
  endOf,
  fileAt,
  placeOf,
  placeRecord,
  positionAt,
  type Source,
  textAt,
  type UsedFile,
} from '../../src/text/source.ts';

/** A source with used files behind it, as a loader lays them out. */
function composite(...texts: readonly string[]): Source {
  const [text = '', ...others] = texts;
  const used: UsedFile[] = [];
  for (const [at, other] of others.entries())
    used.push({ file: { name: `lib/${at + 1}`, text: other }, start: endOf({ text, used }) });
  return { name: 'main', text, used };
}

const source = composite('one\ntwo', 'three\nfour', '', 'five');

describe('a source with files that it uses', () => {
  test('has their offsets behind its own, the end of each still in it', () => {
    expect(source.used?.map(({ start }) => start)).toEqual([8, 19, 20]);
    expect(fileAt(source, 7).file.name).toBe('main');
    expect(fileAt(source, 8).file.name).toBe('lib/1');
    expect(fileAt(source, 18).file.name).toBe('lib/1');
    expect(fileAt(source, 19).file.name).toBe('lib/2');
    expect(fileAt(source, 24).file.name).toBe('lib/3');
  });

  test('counts lines in the file that an offset lies in', () => {
    expect(positionAt(source, 4)).toEqual({ line: 2, column: 1 });
    expect(positionAt(source, 14)).toEqual({ line: 2, column: 1 });
    expect(positionAt(source, 21)).toEqual({ line: 1, column: 2 });
  });

  test('gives the text of a span, and names a file only where it is another one', () => {
    expect(textAt(source, { start: 14, end: 18 })).toBe('four');
    expect(textAt(source, { start: 4, end: 7 })).toBe('two');
    expect([4, 14].map(offset => placeOf(source, offset))).toEqual(['2', 'lib/1:2']);
    expect(placeRecord(source, 4)).toEqual({ line: 2 });
    expect(placeRecord(source, 14)).toEqual({ file: 'lib/1', line: 2 });
  });

  test('finds each character of each file where it stands', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', '漢'), maxLength: 8 });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), texts => {
        const all = composite(...texts);
        for (const { file, start } of [{ file: all, start: 0 }, ...(all.used ?? [])]) {
          for (let at = 0; at <= file.text.length; at++) {
            expect(fileAt(all, start + at).file).toBe(file);
            expect(positionAt(all, start + at)).toEqual(positionAt({ name: '', text: file.text }, at));
          }
        }
      }),
    );
  });
});

test('a frame shows the lines of every file that a diagnostic speaks of', () => {
  const rendered = renderDiagnostic({
    severity: 'error',
    code: 'made-up',
    message: 'something is wrong',
    source,
    primary: { span: { start: 14, end: 18 }, text: 'here' },
    secondary: [
      { span: { start: 0, end: 3 }, text: 'called here' },
      { span: { start: 8, end: 13 }, text: 'because of this' },
    ],
  });
  expect(rendered).toBe(
    [
      'error[made-up]: something is wrong',
      '  --> lib/1:2:1',
      '   |',
      ' 1 | three',
      '   | ----- because of this',
      ' 2 | four',
      '   | ^^^^ here',
      '  ::: main:1:1',
      '   |',
      ' 1 | one',
      '   | --- called here',
    ].join('\n'),
  );
});
