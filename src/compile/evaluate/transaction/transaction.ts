import * as problems from '../../../diagnostics/catalogue/transactions.ts';
import { type Datum, type PlannedObject, plannedObject } from '../../../statements/datum.ts';
import type { VerbStatement } from '../../../syntax/ast.ts';
import { wireArguments } from '../call.ts';
import type { Context, Findings } from '../context.ts';
import { scriptError } from '../failure.ts';
import type { Walk } from '../flow.ts';
import { limitOf } from '../limits.ts';
import { noteOwn } from '../safety/own-things.ts';
import { argumentAt, spansIn } from '../spans.ts';
import { pointing } from '../verbs.ts';
import { validateStep } from '../wire.ts';
import { Actions, type Preparation, transactionStep } from './actions.ts';
import { refusedTransaction, withTargets } from './failures.ts';
import { awaitJobs, type TransactionJob } from './jobs.ts';
import { TransactionWorld } from './world.ts';

/**
 * `transaction { … }`: its statements as the actions of one command. What has to be made for them is made before it is sent,
 * and all of it is checked before that. Answers with the last records of its jobs.
 */
export async function evaluateTransaction(
  statement: VerbStatement,
  context: Context,
  walk: Walk,
): Promise<Datum> {
  const { block, verb } = statement;
  if (!block) return null;
  if (context.transaction) throw scriptError(problems.nestedTransaction(verb.span));
  const limit = await limitOf(statement.within, context);
  const properties = await propertiesOf(statement, context);
  const spanOf = spansIn(
    statement,
    path =>
      argumentAt(statement.arguments, path)?.span ??
      argumentAt(statement.arguments, path.slice(1))?.span ??
      verb.span,
  );
  if (!context.unchecked) await validateStep(transactionStep([], properties), path => spanOf(path), context);
  const outer = await context.world.graph();
  const gathered = new Actions(outer, { started: Boolean(statement.started), properties, spanOf });
  const world = new TransactionWorld(context.world, gathered);
  const scope = context.scope.inner();
  let isWrong = false;
  const findings: Findings = {
    push: (...found) => {
      isWrong ||= found.some(({ severity }) => severity === 'error');
      return context.findings.push(...found);
    },
    some: test => context.findings.some(test),
  };
  await walk.block(block, { ...context, findings, world, scope, transaction: gathered });
  // With one action in error there is none of them.
  if (isWrong) return null;
  if (gathered.actions.length === 0) {
    if (context.world.planning) context.findings.push(problems.nothingToDo(verb.span));
    return null;
  }
  gathered.check(context);
  await prepare(gathered.preparations, context);
  try {
    const step = transactionStep(gathered.actions, properties);
    await context.world.perform(step, limit);
    noteOwn(step, context);
  } catch (failure) {
    throw await refusedTransaction(failure, gathered, context);
  }
  const jobs = gathered.actions.flatMap((action): TransactionJob[] =>
    'job' in action && action.job !== undefined ? [{ id: action.job, span: action.statement.verb.span }] : [],
  );
  if (statement.started) return null;
  const isGrouped = properties?.['completion-mode'] === 'grouped';
  try {
    return await awaitJobs(jobs, { isGrouped, limit, within: statement.within }, context);
  } catch (failure) {
    throw withTargets(failure, gathered.preparations);
  }
}

/** `completion-mode=grouped` is short for `properties.completion-mode=grouped`. */
async function propertiesOf(statement: VerbStatement, context: Context): Promise<PlannedObject | undefined> {
  const written = statement.arguments.map(argument => {
    const { key } = argument;
    return key.text === 'completion-mode'
      ? { ...argument, key: { ...key, text: 'properties.completion-mode' } }
      : argument;
  });
  const { properties } = plannedObject(await wireArguments(written, 'transaction', context));
  return properties as PlannedObject | undefined;
}

async function prepare(preparations: readonly Preparation[], context: Context): Promise<void> {
  for (const preparation of preparations) {
    if ('step' in preparation) {
      const { step, spanOf } = preparation;
      await pointing(step, spanOf, () => context.world.perform(step));
      noteOwn(step, context);
    } else {
      const { when, inside } = preparation;
      await context.world.either([
        { when, walk: () => prepare(inside, context) },
        { when: 'otherwise', walk: async () => {} },
      ]);
    }
  }
}
