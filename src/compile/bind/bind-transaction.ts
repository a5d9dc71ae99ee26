import * as bare from '../../diagnostics/catalogue/bare-words.ts';
import * as problems from '../../diagnostics/catalogue/transactions.ts';
import * as values from '../../diagnostics/catalogue/values.ts';
import * as verbs from '../../diagnostics/catalogue/verbs.ts';
import { type Finding, withFix } from '../../diagnostics/diagnostic.ts';
import type { Schema } from '../../qapi/schema.ts';
import { type Resolved, resolveStatement } from '../../statements/resolve.ts';
import type { Statement, VerbStatement } from '../../syntax/ast.ts';
import { surelyMeant } from '../../text/suggest.ts';
import { builtins } from '../evaluate/builtins.ts';
import { commandOf } from '../evaluate/call.ts';
import { removal } from '../evaluate/removal.ts';
import { actionTypes, misplacedInside } from '../evaluate/transaction/inside.ts';

const MODES = ['individual', 'grouped'];

/** Whether a statement is a `transaction` with a block; without one it is the QMP command. */
export function isTransaction(statement: Statement): boolean {
  return statement.kind === 'verb' && statement.verb.text === 'transaction' && statement.block !== undefined;
}

/** Holds a `transaction { … }` itself against what it can be. */
export function bindTransaction(statement: VerbStatement, findings: Finding[]): void {
  const { verb, words, arguments: written, ending, within, started, block } = statement;
  const keys = new Set(written.map(({ key }) => key.text));
  const [word] = words;
  if (word) findings.push(bare.wordForCommand(word.span, verb.text));
  for (const { key, value } of written) {
    if (key.text === 'completion-mode') {
      if (value.kind !== 'bare' || MODES.includes(value.text)) continue;
      const meant = surelyMeant(value.text, MODES);
      const fix = meant === undefined ? [] : [{ span: value.span, text: meant }];
      findings.push(withFix(values.wrongChoice(value.span, key.text, value.text, MODES), fix));
    } else if (key.text.split('.')[0] !== 'properties') {
      findings.push(verbs.unknownArgument(key.span, verb.text, key.text, ['completion-mode'], keys));
    }
  }
  if (ending) findings.push(verbs.noSuchEnding(ending.span, ending.text, verb.text, []));
  if (within && started)
    findings.push(
      withFix(verbs.nothingToWaitFor(within.span, `start ${verb.text}`), [removal(statement, within.span)]),
    );
  if (within?.otherwise && within.otherwise.text !== 'cancel')
    findings.push(verbs.unknownLimitEnding(within.otherwise.span, within.otherwise.text));
  if (block?.isPart) return;
  const inside = (block?.statements ?? []).filter(({ kind }) => kind !== 'transcript');
  const [only, more] = inside;
  if (block && !only) findings.push(problems.emptyTransaction(block.span));
  const single = only?.kind === 'verb' && !more ? resolveStatement(only)?.statement.verb : undefined;
  if (single) findings.push(problems.singleAction(single.span, single.text));
}

/** Whether these are the statements of a transaction's block, and not those of its `else`. */
export function isBlockOfTransaction(statement: Statement, list: readonly Statement[]): boolean {
  return isTransaction(statement) && statement.kind === 'verb' && statement.block?.statements === list;
}

/** What is wrong with a statement in a transaction's block, because it stands there. The bodies of procedures are looked at when they are called. */
export function bindInside(statement: Statement, schema: Schema): Finding | undefined {
  const misplaced = misplacedInside(statement);
  if (misplaced || statement.kind !== 'verb') return misplaced;
  const { text } = statement.verb;
  const types = actionTypes(schema);
  if (types.has(text)) return undefined;
  const resolved = resolveStatement(statement);
  const isKnown = resolved !== undefined || builtins.has(text) || schema.command(text) !== undefined;
  if (!isKnown || (resolved && mayBeAction(resolved, types))) return undefined;
  const { verb } = resolved?.statement ?? statement;
  return problems.notAnAction(verb.span, `\`${verb.text}\``);
}

function mayBeAction({ definition, statement }: Resolved, types: ReadonlySet<string>): boolean {
  const command = commandOf(definition, new Set(statement.arguments.map(({ key }) => key.text)));
  return command !== undefined && types.has(command);
}
