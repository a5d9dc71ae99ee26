import { Lexer } from 'chevrotain';
import { expect, test } from 'vitest';
import { ScriptGrammar } from '../../src/syntax/grammar/script.ts';
import { modes } from '../../src/syntax/tokens.ts';

test('the grammar needs one token of lookahead and has no ambiguity that it does not name', () => {
  const grammar = new ScriptGrammar(false);
  expect(Object.keys(grammar.getGAstProductions()).length).toBeGreaterThan(20);
});

test('the lexer is valid, and finds the tokens of every mode by their first character', () => {
  const lexer = new Lexer(modes, { positionTracking: 'onlyOffset', ensureOptimizations: true });
  expect(lexer.lexerDefinitionErrors).toEqual([]);
});
