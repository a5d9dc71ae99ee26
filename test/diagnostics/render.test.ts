import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Diagnostic, Label } from '../../src/diagnostics/diagnostic.ts';
import { renderDiagnostic } from '../../src/diagnostics/render.ts';

/** A diagnostic over `text`, with labels at the places where `words` stand. */
function over(text: string, words: readonly string[], more: Partial<Diagnostic> = {}): Diagnostic {
  const labels: Label[] = words.map((word, index) => {
    const start = text.indexOf(word);
    return { span: { start, end: start + word.length }, text: `label ${index}` };
  });
  const [primary, ...secondary] = labels;
  if (!primary) throw new Error('a label, please');
  return {
    severity: 'error',
    code: 'some-code',
    message: 'what is wrong',
    source: { name: 'x.qblk', text },
    primary,
    secondary,
    ...more,
  };
}

const lines = (text: string) => renderDiagnostic(over(text, ['HERE'])).split('\n');

test('a name that QEMU made up stands in quotes in a help, as it has to be typed', () => {
  const help = ['delete it: `del #block793`', 'or "#block12" below #block9, not x#block1'];
  const text = renderDiagnostic(over('HERE', ['HERE'], { help }));
  expect(text).toContain(
    'help: delete it: `del "#block793"`\nhelp: or "#block12" below "#block9", not x#block1',
  );
});

describe('a frame', () => {
  test('points at the place', () => {
    expect(
      renderDiagnostic(over('first\ncommit HERE\n', ['HERE'], { help: ['do this'], notes: ['know that'] })),
    ).toBe(
      [
        'error[some-code]: what is wrong',
        '  --> x.qblk:2:8',
        '   |',
        ' 2 | commit HERE',
        '   |        ^^^^ label 0',
        'note: know that',
        'help: do this',
      ].join('\n'),
    );
  });

  test('has several labels on one line, the rightmost first', () => {
    expect(renderDiagnostic(over('A is above B', ['B', 'A']))).toBe(
      [
        'error[some-code]: what is wrong',
        '  --> x.qblk:1:12',
        '   |',
        ' 1 | A is above B',
        '   |            ^ label 0',
        '   | - label 1',
      ].join('\n'),
    );
  });

  test('leaves out the lines between', () => {
    expect(renderDiagnostic(over('one A\n2\n3\n4\n5\n6\n7\n8\n9\nten B\n', ['B', 'A']))).toBe(
      [
        'error[some-code]: what is wrong',
        '   --> x.qblk:10:5',
        '    |',
        '  1 | one A',
        '    |     - label 1',
        '...',
        ' 10 | ten B',
        '    |     ^ label 0',
      ].join('\n'),
    );
  });

  test('counts tabs as four columns, wide characters as two, combining marks as none', () => {
    expect(lines('\tHERE').slice(3)).toEqual([' 1 |     HERE', '   |     ^^^^ label 0']);
    expect(lines('漢字 HERE').slice(3)).toEqual([' 1 | 漢字 HERE', '   |      ^^^^ label 0']);
    expect(lines('e\u0301 HERE').slice(3)).toEqual([' 1 | e\u0301 HERE', '   |   ^^^^ label 0']);
    expect(
      renderDiagnostic(over('[漢字]', ['漢字']))
        .split('\n')
        .slice(4),
    ).toEqual(['   |  ^^^^ label 0']);
  });

  test('shows escapes, and points behind them', () => {
    expect(lines('\x1b[0m HERE').slice(3)).toEqual([
      ' 1 | \\x1b[0m HERE',
      `   | ${' '.repeat(8)}^^^^ label 0`,
    ]);
  });

  test('has stars for a secret, though another line tells that it is one', () => {
    const text = '{"arguments": {\n  "qom-type": "secret",\n  "data": "hunter2"} } HERE';
    expect(lines(text).slice(3)).toEqual([
      ' 3 |   "data": *********} } HERE',
      `   | ${' '.repeat(23)}^^^^ label 0`,
    ]);
    const told = renderDiagnostic(over('HERE', ['HERE'], { notes: ['no https://me:hunter2@host/x'] }));
    expect(told).not.toContain('hunter2');
  });

  test('draws a span over several lines under the first of them', () => {
    expect(
      renderDiagnostic(over('if x {\n  y\n}\n', ['{\n  y\n}']))
        .split('\n')
        .slice(1),
    ).toEqual(['  --> x.qblk:1:6', '   |', ' 1 | if x {', '   |      ^ label 0']);
  });

  test('points at the end of a text, with a newline and without', () => {
    const at = (text: string) => {
      const label = { span: { start: text.length, end: text.length }, text: 'nothing here' };
      return renderDiagnostic({
        ...over('x', ['x']),
        source: { name: 'x', text },
        primary: label,
        secondary: [],
      });
    };
    expect(at('commit').split('\n').slice(1)).toEqual([
      '  --> x:1:7',
      '   |',
      ' 1 | commit',
      '   |       ^ nothing here',
    ]);
    expect(at('commit\n').split('\n').slice(1)).toEqual([
      '  --> x:2:1',
      '   |',
      ' 2 |',
      '   | ^ nothing here',
    ]);
    expect(at('').split('\n').slice(1)).toEqual(['  --> x:1:1', '   |', ' 1 |', '   | ^ nothing here']);
  });

  test('has no line ending of Windows in it', () => {
    expect(lines('HERE\r\nnext\r\n').slice(3)).toEqual([' 1 | HERE', '   | ^^^^ label 0']);
  });

  test('shows the part of a very long line that matters', () => {
    const [, , , text = '', pointer = ''] = lines(`${'x'.repeat(5000)}HERE${'y'.repeat(5000)}`);
    expect(text.length).toBeLessThan(200);
    expect(text).toContain('HERE');
    expect(pointer.indexOf('^')).toBe(text.indexOf('HERE'));
  });

  test('is left out where there is no source', () => {
    const { source: _, ...diagnostic } = over('HERE', ['HERE'], { severity: 'warning' });
    expect(renderDiagnostic(diagnostic)).toBe('warning[some-code]: what is wrong');
  });

  test('has colour only when asked for, and says the same then', () => {
    const diagnostic = over('commit HERE\nA', ['HERE', 'A'], { help: ['do'] });
    const plain = renderDiagnostic(diagnostic);
    const coloured = renderDiagnostic(diagnostic, { color: true });
    expect(plain).not.toContain('\x1b');
    expect(coloured).toContain('\x1b[');
    expect(coloured.replace(/\x1b\[[0-9;]*m/g, '')).toBe(plain);
  });

  test('several lines in a message stay apart, and harmless', () => {
    expect(
      renderDiagnostic(over('HERE', ['HERE'], { message: 'one\ntwo\x07' }))
        .split('\n')
        .slice(0, 2),
    ).toEqual(['error[some-code]: one', '      two\\x07']);
  });

  test('never throws and never lets a control through, whatever the text and the span', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ' ', '\n', '\r', '\t', '\x1b', '漢', '\u0301', '\u202e'),
    });
    fc.assert(
      fc.property(text, fc.nat(30), fc.nat(30), (written, start, length) => {
        const span = {
          start: Math.min(start, written.length),
          end: Math.min(start + length, written.length),
        };
        const primary = { span, text: written };
        const rendered = renderDiagnostic({
          ...over('x', ['x']),
          source: { name: written, text: written },
          primary,
        });
        expect(rendered).not.toMatch(/[\x00-\x09\x0b-\x1f\u202e]/);
        expect(rendered).toContain('^');
      }),
    );
  });
});
