import type { VerbStatement } from '../syntax/ast.ts';
import type { StatementDefinition } from './define.ts';
import { statementOf } from './index.ts';

/** A statement with its definition, as if its verb were one word: of `bitmap add A` the subject is `A`. */
export interface Resolved {
  readonly definition: StatementDefinition;
  readonly statement: VerbStatement;
}

/** The definition that a statement's verb chooses, alone or together with the word behind it. */
export function resolveStatement(statement: VerbStatement): Resolved | undefined {
  const { verb, words } = statement;
  const own = statementOf(verb.text);
  if (own) return { definition: own, statement };
  const [second, ...rest] = words;
  const definition = second?.kind === 'bare' ? statementOf(`${verb.text} ${second.text}`) : undefined;
  if (!second || !definition) return undefined;
  const whole = { ...verb, text: definition.verb, span: { start: verb.span.start, end: second.span.end } };
  return { definition, statement: { ...statement, verb: whole, words: rest } };
}
