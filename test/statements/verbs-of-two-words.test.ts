import { expect, test } from 'vitest';
import { familyOf, statements, statementWords } from '../../src/statements/index.ts';
import { resolveStatement } from '../../src/statements/resolve.ts';
import type { VerbStatement } from '../../src/syntax/ast.ts';
import { parse } from '../../src/syntax/parse.ts';
import { format } from '../../src/syntax/print.ts';

function statementIn(text: string): VerbStatement {
  const { script, findings } = parse(text);
  expect(findings).toEqual([]);
  const [statement] = script.statements;
  if (statement?.kind !== 'verb') throw new Error(`not a verb: ${text}`);
  return statement;
}

test('the second word chooses the statement, and the third is its subject', () => {
  const text = 'bitmap merge A target=b2 bitmaps=[b0, b1]';
  const resolved = resolveStatement(statementIn(text));
  expect(resolved?.definition.verb).toBe('bitmap merge');
  expect(resolved?.statement.words).toMatchObject([{ kind: 'bare', text: 'A' }]);
  const { span } = resolved?.statement.verb ?? { span: { start: 0, end: 0 } };
  expect(text.slice(span.start, span.end)).toBe('bitmap merge');
});

test.each(['bitmap', 'bitmap A', 'bitmap "add" A', 'nbd begin localhost:1', 'query-jobs', 'stop'])(
  '%s has no definition',
  text => {
    expect(resolveStatement(statementIn(text))).toBeUndefined();
  },
);

test('a family has every statement that begins with its word, and no word is a verb and a family', () => {
  expect(familyOf('export').map(({ verb }) => verb)).toEqual(['export add', 'export del']);
  expect(familyOf('stream')).toEqual([]);
  for (const word of statementWords) {
    const isVerb = statements.some(({ verb }) => verb === word);
    expect(familyOf(word).length > 0, word).toBe(!isVerb);
  }
});

test.each([
  ['bitmap  merge A   target=b2 bitmaps=[ b0,b1 ]', 'bitmap merge A target=b2 bitmaps=[b0, b1]\n'],
  ['export del x0 mode=hard', 'export del x0 mode=hard\n'],
  ['nbd stop', 'nbd stop\n'],
])('%s is laid out', (text, laidOut) => {
  const { script } = parse(text);
  expect(format(script, text)).toBe(laidOut);
  expect(format(parse(laidOut).script, laidOut)).toBe(laidOut);
});
