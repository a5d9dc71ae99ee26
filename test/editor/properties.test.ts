import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { complete } from '../../src/editor/complete.ts';
import { isOpen } from '../../src/editor/entry.ts';
import { highlight } from '../../src/editor/highlight.ts';
import { hint } from '../../src/editor/hint.ts';
import { languageWords } from '../../src/editor/language-words.ts';
import { topics } from '../../src/editor/topics.ts';
import { statements } from '../../src/statements/index.ts';
import { parse } from '../../src/syntax/parse.ts';
import { scripts } from '../syntax/generated-scripts.ts';
import { world } from './some-world.ts';

/** More with `QBLK_RUNS=20000`. */
const numRuns = Number(process.env['QBLK_RUNS'] ?? 500);

const pieces = fc.constantFrom(
  ...'commit C top=C base= base=A then within 10m else { } [ ] ( ) "a" "b \' $ $x $x. ${ $ rm # <- -> (QEMU) {"execute": "block-commit" "arguments": : , = == key=" [ ; \\ @dst let x if expect wait event where job proc param chain disk0: bitmap add :save help explain blockdev-add driver=qcow2 file.driver= children.0. __proto__ constructor= start transaction \u{1f600} \ud800'.split(
    ' ',
  ),
  '\n',
  ' ',
);
const texts = fc.oneof(
  scripts,
  fc.string(),
  fc.array(pieces, { maxLength: 12 }).map(list => list.join(' ')),
  fc.array(pieces, { maxLength: 6 }).map(list => list.join('')),
);

test('nothing that is typed makes the editor throw, and what is replaced is at the cursor', () => {
  fc.assert(
    fc.property(texts, fc.nat(), (text, number) => {
      const offset = number % (text.length + 1);
      const { start, end, candidates } = complete(text, offset, world);
      expect(start).toBeLessThanOrEqual(offset);
      expect(end).toBeGreaterThanOrEqual(offset);
      expect(end).toBeLessThanOrEqual(text.length);
      expect(new Set(candidates.map(item => item.text)).size).toBe(candidates.length);
      hint(text, offset, world);
      isOpen(text);
      let at = 0;
      for (const piece of highlight(text, world)) {
        expect(piece.start).toBeGreaterThanOrEqual(at);
        expect(piece.end).toBeGreaterThan(piece.start);
        at = piece.end;
      }
      expect(at).toBeLessThanOrEqual(text.length);
    }),
    { numRuns },
  );
});

const examples = [
  ...statements.flatMap(({ examples: own }) => own.map(({ script }) => script)),
  ...languageWords.map(({ example }) => example),
  ...topics.map(({ example }) => example),
];

/** What only begins something, so that more has to be written before it parses. */
const BEGINS = new Set(['within', 'else', 'where', '==', '!=', '<-', 'in', 'and', 'or', 'if', 'not', 'from']);

describe.each(examples)('%s', example => {
  const words = [...example.matchAll(/[\w.-]+/g)];

  test('each verb and each key is among what is offered for its beginning', () => {
    const { script } = parse(example);
    for (const statement of script.statements) {
      if (statement.kind !== 'verb') continue;
      const { verb, arguments: pairs, words: behind } = statement;
      const [second] = behind;
      const whole =
        second &&
        statements.some(
          item => item.verb === `${verb.text} ${example.slice(second.span.start, second.span.end)}`,
        );
      for (const { text, span } of [verb, ...pairs.map(({ key }) => key)]) {
        const offset = span.start + Math.max(1, text.length - 1);
        const { candidates } = complete(example, offset, world);
        const isFirst = text === verb.text && whole;
        const wanted = new RegExp(`^${text.replaceAll('.', '[.]')}${isFirst ? ' ' : '=?$'}`);
        expect(candidates.map(item => item.text)).toContainEqual(expect.stringMatching(wanted));
      }
    }
  });

  test('what is taken at a word is grammar', () => {
    for (const { index } of words) {
      const before = example.slice(0, index);
      if (parse(before).findings.length > 0 || /[$"=:.,]$/.test(before)) continue;
      const { start, candidates } = complete(before, index, world);
      for (const { text, isOpen: goesOn, kind } of candidates.slice(0, 60)) {
        if (goesOn || BEGINS.has(text) || kind === 'verb' || kind === 'command') continue;
        const { findings } = parse(before.slice(0, start) + text);
        expect(
          findings.filter(({ code }) => !code.startsWith('unclosed') && !code.startsWith('missing')),
          before + text,
        ).toEqual([]);
      }
    }
  });
});
