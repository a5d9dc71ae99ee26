import * as problems from '../../diagnostics/catalogue/verbs.ts';
import { withFix } from '../../diagnostics/diagnostic.ts';
import { droppedFiles, droppedNodes } from '../../graph/dropped.ts';
import type { BlockGraph } from '../../graph/graph.ts';
import { Later } from '../../qapi/placeholder.ts';
import { type Datum, isDatumObject, NodeDatum, plannedObject } from '../../statements/datum.ts';
import type { Call, Lowering, StatementDefinition } from '../../statements/define.ts';
import { endJob } from '../../statements/job-steps.ts';
import { execute, type Step } from '../../statements/step.ts';
import type { VerbStatement } from '../../syntax/ast.ts';
import type { Span } from '../../text/source.ts';
import { makeCall, valuesByParameter } from './call.ts';
import type { Context } from './context.ts';
import { StatementFailure, scriptError } from './failure.ts';
import { withLeftovers } from './leftovers.ts';
import { limitOf } from './limits.ts';
import { predictStep } from './predict.ts';
import { refusalAt, refuseHarmful, warnBefore } from './refusal.ts';
import { removal } from './removal.ts';
import { guardSteps } from './safety/guard.ts';
import { noteOwn } from './safety/own-things.ts';
import { warnOfSecrets } from './safety/secrets.ts';
import { argumentAt, type SpanOf, spansIn, spanWithin } from './spans.ts';
import { validateStep } from './wire.ts';
import type { Limit } from './world.ts';

/** Plans or runs a statement that has a definition. Answers with what `let` keeps of it. */
export async function evaluateDefined(
  definition: StatementDefinition,
  statement: VerbStatement,
  context: Context,
): Promise<Datum> {
  const limit = await limitOf(statement.within, context);
  const call = await makeCall(definition, statement, context);
  const lowering = definition.lower(call);
  const spanOf = argumentSpans(definition, statement);
  if ('refused' in lowering) throw refusalAt(lowering, spanOf, context);
  const steps = completeSteps(lowering, call, statement, context);
  // What is wrong with the way a job ends is said at its ending.
  const ending = statement.ending?.span;
  const spansAt = (at: number) =>
    ending && at >= lowering.steps.length ? spansIn(statement, () => ending) : spanOf;
  warnOfSecrets(plannedObject(call.further), statement, context);
  guardSteps(steps, spansAt, call.graph, context);
  if (!context.unchecked) await check(steps, spansAt, call.graph, context);
  else for (const [at, step] of steps.entries()) refuseHarmful(call.graph, step, spansAt(at), context);
  const result = await perform(steps, spanOf, lowering, statement, limit, context);
  for (const { name, node } of lowering.binds ?? []) context.scope.bindNode(name, node);
  return lowering.job && !statement.started ? withDropped(definition, result, call, context) : result;
}

/** Adds the steps of the ending, and says where an ending is missing or idle. */
function completeSteps(
  lowering: Lowering,
  call: Call,
  statement: VerbStatement,
  context: Context,
): readonly Step[] {
  const verb = statement.verb;
  const { job } = lowering;
  if (!job) return lowering.steps;
  if (statement.started) return lowering.steps;
  if (job.ends === 'never') {
    throw scriptError(problems.mustBeStarted(verb.span, verb.text, 'this job never ends by itself'));
  }
  if (call.further['auto-finalize'] === false) {
    throw scriptError(
      problems.mustBeStarted(verb.span, verb.text, '`auto-finalize=false` holds the job back'),
    );
  }
  if (job.ends === 'when-told' && !statement.ending)
    throw scriptError(problems.needsEnding(statement.span, verb.text));
  if (job.ends === 'by-itself' && statement.ending && context.world.planning) {
    const { span, text } = statement.ending;
    const finding = problems.endingWithoutEffect(span, text, verb.text);
    context.findings.push(withFix(finding, [removal(statement, span)]));
  }
  return [...lowering.steps, ...endJob(job, call.ending)];
}

async function check(
  steps: readonly Step[],
  spansAt: (at: number) => SpanOf,
  graph: BlockGraph,
  context: Context,
): Promise<void> {
  for (const [at, step] of steps.entries())
    if (step.kind === 'execute') await validateStep(step, spansAt(at), context);
  let now = graph;
  for (const [at, step] of steps.entries()) {
    const spanOf = spansAt(at);
    const after = predictStep(now, step);
    if ('refused' in after) throw refusalAt(after, spanOf, context);
    warnBefore(step, now, spanOf, context);
    now = after;
  }
}

async function perform(
  steps: readonly Step[],
  spanOf: SpanOf,
  lowering: Lowering,
  statement: VerbStatement,
  limit: Limit | undefined,
  context: Context,
): Promise<Datum> {
  let result: Datum = null;
  const done: Step[] = [];
  try {
    for (const step of steps) {
      const answer = await pointing(step, spanOf, () => context.world.perform(step, limit));
      done.push(step);
      noteOwn(step, context);
      if (step.kind === 'await-job' || (!lowering.job && step.kind === 'execute')) result = answer;
    }
    return result;
  } catch (failure) {
    if (
      lowering.job &&
      statement.within?.otherwise &&
      failure instanceof StatementFailure &&
      failure.kind === 'timeout'
    ) {
      await cancelAfterTimeout(lowering.job.id, context);
      const { finding } = failure;
      const primary = {
        span: finding.primary?.span ?? statement.span,
        text: `the job ${lowering.job.id} was cancelled`,
      };
      const cancelled = new StatementFailure(
        'timeout',
        { ...finding, primary, help: [] },
        { cause: failure },
      );
      throw withLeftovers(cancelled, [...done, execute('job-dismiss', { id: lowering.job.id })]);
    }
    throw withLeftovers(failure, done);
  }
}

/** A failure of a check points at the argument that the check is about. */
export async function pointing(step: Step, spanOf: SpanOf, perform: () => Promise<Datum>): Promise<Datum> {
  try {
    return await perform();
  } catch (failure) {
    const parameter = step.kind === 'check' ? step.parameter : undefined;
    if (!(failure instanceof StatementFailure) || parameter === undefined) throw failure;
    const { kind, finding, reason } = failure;
    const primary = { span: spanOf([parameter]), text: finding.primary?.text ?? '' };
    throw new StatementFailure(kind, { ...finding, primary }, { cause: failure, reason });
  }
}

/** The job may have ended while it ran out of time: then there is nothing to cancel, but still a verdict to let go of. */
export async function cancelAfterTimeout(id: string, context: Context): Promise<void> {
  try {
    await context.world.perform(execute('job-cancel', { id }));
  } catch (failure) {
    if (!(failure instanceof StatementFailure)) throw failure;
  }
  await context.world.perform({ kind: 'await-job', job: id, status: 'concluded' });
  await context.world.perform(execute('job-dismiss', { id }));
}

/** A job's record with the files that left its chain, lowest first, and the nodes that did and are still open, uppermost first. */
async function withDropped(
  definition: StatementDefinition,
  record: Datum,
  call: Call,
  context: Context,
): Promise<Datum> {
  const node = Object.values(call.given).find(datum => datum instanceof NodeDatum);
  if (!isDatumObject(record) || typeof node?.nodeName !== 'string') return record;
  const [before, after] = [call.graph, await context.world.graph()];
  const gone = droppedNodes(before, after, node.nodeName);
  // A plan without a QEMU knows neither the files nor who keeps a node open.
  if (context.world.planning && !(before.complete && gone.every(({ filename }) => filename !== undefined))) {
    const verb = definition.verb;
    return {
      ...record,
      dropped: new Later(`the files that left the chain by the ${verb}`),
      left: new Later(`the open nodes that left the chain by the ${verb}`),
    };
  }
  const open = gone.filter(({ name }) => after.nodes.has(name));
  return {
    ...record,
    dropped: droppedFiles(before, after, node.nodeName),
    left: open.reverse().map(({ name }) => name),
  };
}

/** The place of an argument, by its own name or by that of the parameter that it comes from; the verb where nothing gave it. */
export function argumentSpans(definition: StatementDefinition, statement: VerbStatement): SpanOf {
  const values = valuesByParameter(definition, statement);
  const spanAt = (path: readonly (string | number)[]): Span | undefined => {
    const [name, ...rest] = path;
    const parameter = definition.parameters.find(item => item.name === name || item.argument === name);
    const argument =
      argumentAt(statement.arguments, path) ??
      (parameter && argumentAt(statement.arguments, [parameter.name]));
    const part = argument && spanWithin(argument.value, rest);
    return part ?? argument?.span ?? (parameter && values.get(parameter.name)?.span);
  };
  // A command may hold what the statement says one by one further inside: `options.0.backing`.
  return spansIn(statement, path => {
    const spans = path.map((_, at) => spanAt(path.slice(at)));
    return spans.find(span => span !== undefined) ?? statement.verb.span;
  });
}
