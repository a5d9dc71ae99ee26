import type {
  Access,
  Argument,
  ChainPattern,
  Condition,
  Expression,
  Reference,
  Statement,
  Text,
  Value,
} from '../../syntax/ast.ts';
import { isStatement } from '../../syntax/statement-or-value.ts';

/** Statements inside a statement, with the names that only they see. */
export interface Children {
  readonly statements: readonly Statement[];
  readonly binds: readonly string[];
  /** Whether they stand in braces. */
  readonly block: boolean;
}

/** Everything inside a statement that is a statement itself. */
export function childrenOf(statement: Statement): Children[] {
  const children: Children[] = [];
  const add = (statements: readonly Statement[], binds: readonly string[] = [], block = true) =>
    children.push({ statements, binds, block });
  switch (statement.kind) {
    case 'if':
      add(statement.consequent.statements);
      break;
    case 'for':
      add(statement.body.statements, [statement.name.text]);
      break;
    case 'proc':
      add(
        statement.body.statements,
        statement.parameters.map(({ name }) => name.text),
      );
      break;
    case 'at':
      add(statement.body.statements);
      break;
    case 'verb':
      if (statement.block) add(statement.block.statements);
      break;
    case 'defer':
      add([statement.statement], [], false);
      break;
    case 'expect-error':
      add([statement.from], [], false);
      break;
    case 'let':
      if (isStatement(statement.value)) add([statement.value], [], false);
      break;
    default:
  }
  if (statement.otherwise) add(statement.otherwise.statements, statement.kind === 'if' ? [] : ['error']);
  return children;
}

/** What may speak of names: a `$name`, or a string, in which one may have been meant. */
export type Mention = Reference | Text;

/** The `$name`s and strings of a value. */
export function* mentionsIn(value: Value): Generator<Mention> {
  yield* inValue(value);
}

/** The `$name`s and strings of a statement itself, those of its inner statements not included. */
export function* mentionsOf(statement: Statement): Generator<Mention> {
  switch (statement.kind) {
    case 'verb':
      for (const word of statement.words) yield* inValue(word);
      yield* inArguments(statement.arguments);
      break;
    case 'chain':
      yield* inChain(statement.chain);
      break;
    case 'param':
      if (statement.parameter.default) yield* inValue(statement.parameter.default);
      break;
    case 'let':
      if (!isStatement(statement.value)) yield* inExpression(statement.value);
      break;
    case 'expect':
    case 'wait':
    case 'if':
      yield* inCondition(statement.condition);
      break;
    case 'expect-error':
      if (statement.text) yield* inValue(statement.text);
      break;
    case 'wait-job':
      if (statement.job !== 'all') yield* inValue(statement.job);
      break;
    case 'wait-event':
      yield* inArguments(statement.where);
      break;
    case 'for':
      yield* inExpression(statement.list);
      break;
    case 'host':
      for (const word of statement.words) yield* inValue(word);
      break;
    case 'raw':
      yield* inValue(statement.message);
      break;
    default:
  }
  if ('within' in statement && statement.within) yield* inValue(statement.within.limit);
}

function* inArguments(list: readonly Argument[]): Generator<Mention> {
  for (const argument of list) yield* inValue(argument.value);
}

function* inChain(chain: ChainPattern): Generator<Mention> {
  if (chain.device) yield* inValue(chain.device);
  for (const link of chain.links) {
    if (link.kind === 'rest') continue;
    yield* inValue(link.name);
    if (link.filename) yield* inValue(link.filename);
    yield* inArguments(link.attributes);
  }
}

function* inCondition(condition: Condition): Generator<Mention> {
  switch (condition.kind) {
    case 'chain':
      yield* inChain(condition.chain);
      break;
    case 'job':
      yield* inValue(condition.job);
      break;
    case 'identical':
      yield* inValue(condition.left);
      yield* inValue(condition.right);
      break;
    case 'test':
      yield* inExpression(condition.test);
      break;
    default:
  }
}

function* inValue(value: Value): Generator<Mention> {
  switch (value.kind) {
    case 'reference':
      yield value;
      yield* inPath(value.path);
      break;
    case 'text':
      yield value;
      for (const part of value.parts) if (typeof part !== 'string') yield* inValue(part);
      break;
    case 'list':
      for (const item of value.items) yield* inValue(item);
      break;
    case 'object':
      for (const entry of value.entries) yield* inValue(entry.value);
      break;
    default:
  }
}

function* inPath(path: readonly Access[]): Generator<Mention> {
  for (const access of path) if (access.kind === 'index') yield* inExpression(access.index);
}

function* inExpression(expression: Expression): Generator<Mention> {
  switch (expression.kind) {
    case 'binary':
      yield* inExpression(expression.left);
      yield* inExpression(expression.right);
      break;
    case 'unary':
      yield* inExpression(expression.operand);
      break;
    case 'group':
      yield* inExpression(expression.inner);
      break;
    case 'call':
      for (const argument of expression.arguments) yield* inExpression(argument);
      break;
    case 'query':
      yield* inPath(expression.path);
      break;
    default:
      yield* inValue(expression);
  }
}
