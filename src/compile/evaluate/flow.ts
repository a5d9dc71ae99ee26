import * as conditions from '../../diagnostics/catalogue/conditions.ts';
import * as problems from '../../diagnostics/catalogue/flow.ts';
import { Later } from '../../qapi/placeholder.ts';
import type { Datum } from '../../statements/datum.ts';
import type {
  Block,
  ExpectErrorStatement,
  ExpectStatement,
  ForStatement,
  IfStatement,
  Statement,
} from '../../syntax/ast.ts';
import { ask } from './conditions.ts';
import type { Context } from './context.ts';
import { StatementFailure, scriptError } from './failure.ts';
import { isPassedOver } from './outside/host-rules.ts';
import { planOn } from './settled.ts';
import { datumText, describeDatum, evaluateExpression, evaluateValue } from './values.ts';
import type { Way } from './world.ts';

/** How a statement goes through its parts: the evaluator, handed in, so that this file stays below it. */
export interface Walk {
  statement(statement: Statement, context: Context): Promise<Datum>;
  block(block: Block, context: Context): Promise<void>;
}

const NOTHING: Way = { when: 'if there is nothing to do', walk: async () => {} };

/** The context inside a block: names bound there end with it, nodes excepted. */
function inside(context: Context, bindings: Readonly<Record<string, Datum>> = {}): Context {
  const scope = context.scope.inner();
  for (const [name, value] of Object.entries(bindings)) scope.bind(name, value);
  return { ...context, scope };
}

/** `if C { … } else { … }`. Where only the run will show, a plan follows both ways. */
export async function evaluateIf(statement: IfStatement, context: Context, walk: Walk): Promise<Datum> {
  const answer = await ask(statement.condition, context);
  const otherwise = statement.otherwise;
  if (answer.holds === 'later') {
    await context.world.either([
      { when: 'if so', walk: () => planWay(statement.consequent, inside(context), walk) },
      { when: 'if not', walk: async () => otherwise && planWay(otherwise, inside(context), walk) },
    ]);
  } else if (answer.holds) {
    await walk.block(statement.consequent, inside(context));
  } else if (otherwise) {
    await walk.block(otherwise, inside(context));
  }
  return null;
}

/** `for x in LIST { … }`. A list that only the run will show is planned as one item. */
export async function evaluateFor(statement: ForStatement, context: Context, walk: Walk): Promise<Datum> {
  const list = await evaluateExpression(statement.list, context);
  const name = statement.name.text;
  if (list instanceof Later) {
    const item = new Later(`each of ${list.what}`);
    await context.world.either([
      {
        when: `for each of ${list.what}`,
        walk: () => planWay(statement.body, inside(context, { [name]: item }), walk),
      },
      NOTHING,
    ]);
    return null;
  }
  if (list === null) return null;
  if (!Array.isArray(list)) throw scriptError(problems.notAList(statement.list.span, describeDatum(list)));
  for (const item of list) await walk.block(statement.body, inside(context, { [name]: item }));
  return null;
}

/** Plans one way of several. Where its failure is caught it ends there, and the other ways are still to be planned. */
async function planWay(block: Block, context: Context, walk: Walk): Promise<void> {
  try {
    await walk.block(block, context);
  } catch (failure) {
    if (!context.isCaught || !(failure instanceof StatementFailure)) throw failure;
  }
}

/** `expect C`: asked once. */
export async function evaluateExpect(statement: ExpectStatement, context: Context): Promise<Datum> {
  const answer = await ask(statement.condition, context);
  if (answer.holds === false) throw new StatementFailure('expectation', answer.finding);
  if (statement.condition.kind === 'job') await planOn(statement.condition, context);
  return null;
}

/** `expect error "text" from STATEMENT`: past the checker to QEMU, which has to say no, with these words if any are given. */
export async function evaluateExpectError(
  statement: ExpectErrorStatement,
  context: Context,
  walk: Walk,
): Promise<Datum> {
  const wanted = statement.text ? await evaluateValue(statement.text, context) : '';
  const before = await context.world.graph();
  try {
    await walk.statement(statement.from, { ...context, unchecked: true, isCaught: true });
  } catch (failure) {
    if (!(failure instanceof StatementFailure) || failure.harmful) throw failure;
    if (context.world.planning) return null;
    const text = wanted instanceof Later ? '' : datumText(wanted);
    if (failure.reason.includes(text)) return failure.reason;
    throw new StatementFailure('expectation', conditions.otherError(statement.span, text, failure.reason), {
      cause: failure,
    });
  }
  if (context.world.planning) {
    // What fails changes nothing.
    context.world.learn(before);
    return null;
  }
  if (isPassedOver(statement.from, context)) return null;
  throw new StatementFailure('expectation', conditions.expectedError(statement.span));
}

/**
 * `STATEMENT else { … }`: a failure of the world runs the block, with the reason as `$error`, and the script goes on. A
 * mistake of the script itself is no such failure.
 */
export async function evaluateWithElse(
  statement: Statement,
  otherwise: Block,
  context: Context,
  walk: Walk,
): Promise<Datum> {
  const bare: Statement = { ...statement, otherwise: undefined } as unknown as Statement;
  if (context.world.planning) return planWithElse(bare, otherwise, context, walk);
  try {
    return await walk.statement(bare, context);
  } catch (failure) {
    if (!(failure instanceof StatementFailure) || failure.kind === 'script') throw failure;
    await walk.block(otherwise, inside(context, { error: failure.reason }));
    return null;
  }
}

/** A refusal that can be foreseen is no mistake where the script is ready for it: then the block is what will happen. */
async function planWithElse(bare: Statement, otherwise: Block, context: Context, walk: Walk): Promise<Datum> {
  const error = new Later('what went wrong');
  const block = () => walk.block(otherwise, inside(context, { error }));
  try {
    const datum = await walk.statement(bare, { ...context, isCaught: true });
    await context.world.either([NOTHING, { when: 'if it fails', afterFailure: true, walk: block }]);
    return datum;
  } catch (failure) {
    if (!(failure instanceof StatementFailure) || failure.kind === 'script') throw failure;
    await context.world.either([{ when: 'it will fail, so', walk: block }]);
    return null;
  }
}
