import * as problems from '../../../diagnostics/catalogue/transactions.ts';
import type { Finding } from '../../../diagnostics/diagnostic.ts';
import type { Schema } from '../../../qapi/schema.ts';
import type { Statement } from '../../../syntax/ast.ts';
import { isStatement } from '../../../syntax/statement-or-value.ts';

/** The names of the actions that a QEMU knows, as its schema lists them. */
export function actionTypes(schema: Schema): ReadonlySet<string> {
  return new Set(schema.valuesOf('transaction', ['actions', 0, 'type'], { actions: [{}] }));
}

/** What is wrong with a statement because it stands in a transaction, whatever its verb means; that is not looked at here. */
export function misplacedInside(statement: Statement): Finding | undefined {
  if (statement.target) return problems.notAnAction(statement.target.span, 'another endpoint');
  if (statement.otherwise && statement.kind !== 'if')
    return problems.notForAnAction(statement.otherwise.span, 'else');
  switch (statement.kind) {
    case 'if':
    case 'for':
    case 'transcript':
      return undefined;
    case 'let':
      return isStatement(statement.value)
        ? problems.notAnAction(statement.value.span, 'a `let` that keeps the outcome of a statement')
        : undefined;
    case 'verb': {
      const { verb, started, ending, within, block } = statement;
      if (verb.text === 'transaction') return problems.nestedTransaction(verb.span);
      if (started) return problems.notForAnAction(started, 'start');
      if (ending) return problems.noEndingForAction(ending.span);
      if (within) return problems.notForAnAction(within.span, 'within');
      return block && problems.notAnAction(block.span, 'a block');
    }
    case 'raw':
      return problems.notAnAction(statement.span, 'a command as an object');
    case 'host':
      return problems.notAnAction(statement.span, 'a program of the host');
    default:
      return problems.notAnAction(statement.span, `\`${WORDS[statement.kind]}\``);
  }
}

const WORDS: Readonly<
  Record<Exclude<Statement['kind'], 'if' | 'for' | 'transcript' | 'let' | 'verb' | 'raw' | 'host'>, string>
> = {
  chain: 'chain',
  param: 'param',
  expect: 'expect',
  'expect-error': 'expect error',
  wait: 'wait',
  'wait-job': 'wait',
  'wait-event': 'wait event',
  proc: 'proc',
  use: 'use',
  defer: 'defer',
  at: '@',
};
