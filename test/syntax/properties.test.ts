import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, parseChunks } from '../../src/syntax/parse.ts';
import { format } from '../../src/syntax/print.ts';
import { scripts } from './generated-scripts.ts';

/** More with `QBLK_RUNS=20000`. */
const numRuns = Number(process.env['QBLK_RUNS'] ?? 1000);

const spans = new Set(['span', 'started', 'prompt']);

/** A tree without its offsets. */
function meaning(tree: unknown): string {
  return JSON.stringify(tree, (key, value) => (spans.has(key) ? true : value));
}

const fragments = fc.constantFrom(
  ...'commit top=C then within 10m else { } [ ] ( ) "a" "b \' $x ${ ${a} $ rm # ## <- -> (QEMU) {"execute": {"return": : , = == key= key=" key=[ ; \\ \n \r\n @a let if for proc param chain 64K -1 ... len( query-x . \u00a0 \u{1f600} \ud800'.split(
    ' ',
  ),
  '\n',
  ' ',
  '\\\n',
);

describe('parsing', () => {
  test('reads a short text, which is read by trial, as it reads the head of a long one', () => {
    const tail = `\n${'#'.repeat(5000)}`;
    const anything = fc.oneof(
      scripts,
      fc.array(fragments, { maxLength: 40 }).map(parts => parts.join(' ')),
    );
    const runs = { numRuns: Math.ceil(numRuns / 4) };
    fc.assert(
      fc.property(anything, text => {
        // What a text leaves open takes the tail in.
        if (/[{[("'`\\]/.test(text)) return;
        const short = parse(text).script.statements;
        expect(meaning(parse(text + tail).script.statements)).toBe(meaning(short));
      }),
      runs,
    );
  });

  test('never throws, whatever the text', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.array(fragments, { maxLength: 60 }).map(parts => parts.join(' ')),
      fc.array(fragments, { maxLength: 60 }).map(parts => parts.join('')),
    );
    fc.assert(
      fc.property(anything, text => {
        const { findings, script } = parse(text);
        for (const { primary } of findings) {
          expect(primary?.span.start).toBeGreaterThanOrEqual(0);
          expect(primary?.span.end).toBeLessThanOrEqual(text.length);
          expect(primary?.span.end).toBeGreaterThanOrEqual(primary?.span.start ?? 0);
        }
        expect(script.span).toEqual({ start: 0, end: text.length });
      }),
      { numRuns },
    );
  });

  test('never throws on scripts with pieces cut out, doubled or swapped', () => {
    const edits = fc.array(fc.tuple(fc.nat(), fc.nat(12), fragments), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(scripts, edits, (script, changes) => {
        let text = script;
        for (const [at, length, piece] of changes) {
          const from = at % (text.length + 1);
          text = text.slice(0, from) + piece + text.slice(from + length);
        }
        const parsed = parse(text);
        expect(format(parsed.script, text)).toBe(
          parsed.findings.length > 0 ? text : format(parsed.script, text),
        );
      }),
      { numRuns },
    );
  });

  test.each([
    '{',
    '[',
    '(',
    '@a {',
    'if a {',
    'for x in [',
    'foo a={"b":',
    '$x[',
    'not ',
    'else if a {} ',
    '"${',
    'if (',
    'defer ',
    'let x = ',
    '{"a":',
  ])('never throws on %j thousands of times over', piece => {
    for (const text of [
      piece.repeat(20_000),
      `if a {} ${piece.repeat(5000)}`,
      `foo ${piece.repeat(5000)}`,
      `foo a=${piece.repeat(5000)}`,
      `${piece.repeat(300)}\ncont`,
    ]) {
      expect(Array.isArray(parse(text).findings)).toBe(true);
    }
  });

  test('accepts every generated script', () => {
    fc.assert(
      fc.property(scripts, text => {
        expect(parse(text).findings).toEqual([]);
      }),
      { numRuns },
    );
  });

  test('gives the same tree in chunks of any size', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(scripts, fragments), { maxLength: 6 }),
        fc.integer({ min: 1, max: 80 }),
        (parts, size) => {
          const text = parts.join('\n');
          const whole = [...parseChunks(text, text.length + 1)];
          const pieces = [...parseChunks(text, size)];
          for (const part of ['statements', 'comments'] as const) {
            expect(pieces.flatMap(({ script }) => script[part] as unknown[])).toEqual(
              whole.flatMap(({ script }) => script[part] as unknown[]),
            );
          }
          expect(pieces.flatMap(({ findings }) => findings)).toEqual(
            whole.flatMap(({ findings }) => findings),
          );
          expect(pieces.map(({ script }) => script.documentation).join('')).toBe(
            whole.map(({ script }) => script.documentation).join(''),
          );
        },
      ),
      { numRuns },
    );
  });
});

describe('formatting', () => {
  test('keeps the meaning and the comments, and is done after once', () => {
    fc.assert(
      fc.property(scripts, text => {
        const parsed = parse(text);
        const once = format(parsed.script, text);
        const again = parse(once);
        expect(again.findings).toEqual([]);
        expect(meaning(again.script.statements)).toBe(meaning(parsed.script.statements));
        expect(again.script.comments.map(comment => comment.text)).toEqual(
          parsed.script.comments.map(comment => comment.text),
        );
        expect(again.script.documentation).toBe(parsed.script.documentation);
        expect(format(again.script, once)).toBe(once);
      }),
      { numRuns },
    );
  });
});
