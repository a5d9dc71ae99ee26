import { Later } from '../../qapi/placeholder.ts';
import { type Datum, isDatumObject } from '../../statements/datum.ts';
import { resolveStatement } from '../../statements/resolve.ts';
import type { Block, LetStatement, Script, Statement, VerbStatement } from '../../syntax/ast.ts';
import { isStatement } from '../../syntax/statement-or-value.ts';
import { builtins } from './builtins.ts';
import { declareChain } from './chains.ts';
import type { Context } from './context.ts';
import { contextFor, declareEndpoint, refuseUnknownEndpoint } from './endpoints.ts';
import { StatementFailure, scriptError } from './failure.ts';
import {
  evaluateExpect,
  evaluateExpectError,
  evaluateFor,
  evaluateIf,
  evaluateWithElse,
  type Walk,
} from './flow.ts';
import { leaveOpen, Untold } from './left-open.ts';
import { evaluateHost } from './outside/host-programs.ts';
import { evaluateParameter } from './parameters.ts';
import { callProcedure, knowProcedures } from './procedures.ts';
import { evaluateCommand, evaluateRaw } from './raw.ts';
import { misplacedInside } from './transaction/inside.ts';
import { evaluateTransaction } from './transaction/transaction.ts';
import { evaluateExpression } from './values.ts';
import { evaluateDefined } from './verbs.ts';
import { evaluateWait, evaluateWaitEvent, evaluateWaitJob } from './waits.ts';

/** Ends a plan early: what would follow could only repeat the last finding in other words. */
export class PlanEnd extends Error {}

/**
 * Plans or runs a whole script, its deferred statements last. While planning, a statement in error is left out and the
 * rest goes on; running, the first failure ends the script and is thrown once the deferred statements have run.
 */
export async function evaluateScript(script: Script, context: Context): Promise<void> {
  let failed: unknown;
  knowProcedures(script, context);
  try {
    await evaluateStatements(script.statements, context);
  } catch (failure) {
    failed = failure;
  }
  if (context.world.planning && context.deferred.length > 0) {
    // Where the script has ended by then is not known.
    for (const world of [context.world, ...context.endpoints.values()])
      world.learn({ ...(await world.graph()), jobs: new Map(), complete: false });
  }
  for (let entry = context.deferred.pop(); entry; entry = context.deferred.pop()) {
    try {
      await evaluateStatements([entry.statement], entry.context);
    } catch (failure) {
      if (failed === undefined) failed = failure;
      else if (failure instanceof StatementFailure) context.findings.push(failure.finding);
    }
  }
  if (failed !== undefined) throw failed;
}

const walk: Walk = {
  statement: (statement, context) => evaluateStatement(statement, context),
  block: (block: Block, context) => evaluateStatements(block.statements, context),
};

async function evaluateStatements(statements: readonly Statement[], outer: Context): Promise<void> {
  for (const statement of statements) {
    if (statement.kind === 'transcript') continue;
    const context = contextFor(statement, outer);
    context.world.enter(statement);
    try {
      refuseUnknownEndpoint(statement, context);
      const datum = await evaluateStatement(statement, context);
      showResult(statement, datum, context);
      await context.world.leave(statement, { ok: true });
    } catch (failure) {
      await context.world.leave(statement, { ok: false, failure });
      if (failure instanceof Untold) {
        await leaveOpen(statement, context);
        continue;
      }
      if (!context.world.planning || !(failure instanceof StatementFailure)) throw failure;
      // A mistake of the script is only taken where it is sent past the checker.
      if (context.isCaught && (context.unchecked || failure.kind !== 'script')) throw failure;
      context.findings.push(failure.finding);
      // Whatever follows stands on this chain.
      if (statement.kind === 'chain') throw new PlanEnd();
      await leaveOpen(statement, context);
    }
  }
}

/** The reply of a query that stands alone is the script's result. */
function showResult(statement: Statement, datum: Datum, context: Context): void {
  if (context.world.planning || statement.otherwise) return;
  if (statement.kind === 'host' || (statement.kind === 'verb' && statement.verb.text === 'io')) {
    if (typeof datum === 'string' && datum !== '') context.world.output(datum);
    return;
  }
  const isCommand =
    statement.kind === 'raw' ||
    (statement.kind === 'verb' &&
      !statement.block &&
      !resolveStatement(statement) &&
      !builtins.has(statement.verb.text));
  if (!isCommand || datum === null || datum instanceof Later) return;
  if (isDatumObject(datum) && Object.keys(datum as object).length === 0) return;
  context.world.output('', datum);
}

/** Plans or runs one statement. Answers with what `let` keeps of it; throws a StatementFailure where it fails. */
async function evaluateStatement(statement: Statement, context: Context): Promise<Datum> {
  const misplaced = context.transaction && misplacedInside(statement);
  if (misplaced) throw scriptError(misplaced);
  if (statement.kind === 'defer') {
    const { otherwise } = statement;
    const deferred = otherwise ? ({ ...statement.statement, otherwise } as Statement) : statement.statement;
    context.deferred.push({ statement: deferred, context });
    return null;
  }
  if (statement.otherwise && statement.kind !== 'if')
    return evaluateWithElse(statement, statement.otherwise, context, walk);
  switch (statement.kind) {
    case 'verb':
      return evaluateVerb(statement, context);
    case 'chain':
      return declareChain(statement.chain, context);
    case 'param':
      return evaluateParameter(statement.parameter, context);
    case 'let':
      return evaluateLet(statement, context);
    case 'expect':
      return evaluateExpect(statement, context);
    case 'expect-error':
      return evaluateExpectError(statement, context, walk);
    case 'wait':
      return evaluateWait(statement, context);
    case 'wait-job':
      return evaluateWaitJob(statement, context);
    case 'wait-event':
      return evaluateWaitEvent(statement, context);
    case 'if':
      return evaluateIf(statement, context, walk);
    case 'for':
      return evaluateFor(statement, context, walk);
    case 'raw':
      return evaluateRaw(statement, context);
    case 'transcript':
    case 'proc':
    case 'use':
      return null;
    case 'at':
      await walk.block(statement.body, { ...context, scope: context.scope.inner() });
      return null;
    case 'host':
      return evaluateHost(statement, context);
  }
}

async function evaluateVerb(statement: VerbStatement, context: Context): Promise<Datum> {
  const verb = statement.verb.text;
  if (context.transaction && !context.procedures.has(verb))
    return context.transaction.take(statement, context);
  if (verb === 'target') return declareEndpoint(statement, context);
  if (verb === 'transaction' && statement.block) return evaluateTransaction(statement, context, walk);
  const procedure = context.procedures.get(verb);
  if (procedure) return callProcedure(procedure, statement, context, walk);
  const builtin = builtins.get(verb);
  if (builtin) return builtin.evaluate(statement, context);
  const resolved = resolveStatement(statement);
  if (!resolved) return evaluateCommand(statement, context);
  return evaluateDefined(resolved.definition, resolved.statement, context);
}

async function evaluateLet(statement: LetStatement, context: Context): Promise<Datum> {
  const { value } = statement;
  // Where the statement fails and an `else` goes on, there is nothing to keep.
  context.scope.bind(statement.name.text, null);
  const datum = isStatement(value)
    ? await evaluateStatement(value, context)
    : await evaluateExpression(value, context);
  const known =
    datum === null && context.world.planning && isStatement(value)
      ? new Later(`the outcome of ${statement.name.text}`)
      : datum;
  context.scope.bind(statement.name.text, known);
  return null;
}
