import { fileThere, pathsTakenBy } from '../../commands/images/files-made.ts';
import { formatsData } from '../../commands/images/formatted.ts';
import * as problems from '../../diagnostics/catalogue/verbs.ts';
import type { BlockGraph, Refusal } from '../../graph/graph.ts';
import {
  type Datum,
  type DatumObject,
  isDatumObject,
  type PlannedObject,
  plannedObject,
} from '../../statements/datum.ts';
import type { Step } from '../../statements/step.ts';
import type { RawStatement, VerbStatement } from '../../syntax/ast.ts';
import { wireArguments } from './call.ts';
import type { Context } from './context.ts';
import { scriptError } from './failure.ts';
import { limitOf } from './limits.ts';
import { predictStep, TAKEN } from './predict.ts';
import { jobsToRest } from './raw-jobs.ts';
import { refusalAt, refuseHarmful, warnBefore } from './refusal.ts';
import { guardSteps } from './safety/guard.ts';
import { noteOwn, ownIn } from './safety/own-things.ts';
import { warnOfSecrets } from './safety/secrets.ts';
import { argumentAt, type SpanOf, spansIn, spanWithin } from './spans.ts';
import { evaluateValue } from './values.ts';
import { toWire, validateStep } from './wire.ts';
import type { Limit } from './world.ts';

/** `query-block-jobs`, `block-commit device=…`: a command under QMP's own name, sent exactly as written. */
export async function evaluateCommand(statement: VerbStatement, context: Context): Promise<Datum> {
  const command = statement.verb.text;
  const members = plannedObject(await wireArguments(statement.arguments, command, context));
  warnOfSecrets(members, statement, context);
  const spanOf = spansIn(
    statement,
    path => argumentAt(statement.arguments, path)?.span ?? statement.verb.span,
  );
  return send(command, members, spanOf, await limitOf(statement.within, context), context);
}

/** `{"execute": "query-jobs"}`: the same as an object. */
export async function evaluateRaw(statement: RawStatement, context: Context): Promise<Datum> {
  const message = await evaluateValue(statement.message, context);
  const at = statement.message.entries;
  const commandEntry = at.find(({ key }) => key.text === 'execute' || key.text === 'exec-oob');
  const command = isDatumObject(message) ? (message['execute'] ?? message['exec-oob']) : undefined;
  if (typeof command !== 'string' || !commandEntry) throw scriptError(problems.noCommand(statement.span));
  const entry = at.find(({ key }) => key.text === 'arguments');
  const written = isDatumObject(message) ? (message['arguments'] ?? {}) : {};
  if (!isDatumObject(written))
    throw scriptError(problems.argumentsNotObject(entry?.value.span ?? statement.span));
  if (!context.world.schema.command(command) && !context.unchecked) {
    throw scriptError(
      problems.unknownVerb(
        commandEntry.value.span,
        command,
        context.world.schema.commands(),
        context.world.schema.label,
        undefined,
      ),
    );
  }
  const spanOf: SpanOf = path =>
    path.length === 0 || entry?.value.kind !== 'object'
      ? commandEntry.value.span
      : (spanWithin(entry.value, path) ?? entry.value.span);
  const members = plannedObject(toWire(written as DatumObject) as DatumObject);
  warnOfSecrets(members, statement, context);
  return send(command, members, spanOf, undefined, context);
}

async function send(
  command: string,
  members: PlannedObject,
  spanOf: SpanOf,
  limit: Limit | undefined,
  context: Context,
): Promise<Datum> {
  const step: Step = { kind: 'execute', command, arguments: members, raw: true };
  guardSteps([step], () => spanOf, await context.world.graph(), context);
  if (!context.unchecked) {
    await validateStep(step, spanOf, context);
    const graph = await context.world.graph();
    const predicted = predictStep(graph, step);
    const refusal = 'refused' in predicted ? predicted : overwrites(graph, command, members, context);
    if (refusal) throw refusalAt(refusal, spanOf, context);
    warnBefore(step, graph, spanOf, context);
  } else {
    const graph = await context.world.graph();
    refuseHarmful(graph, step, spanOf, context);
    const lost = overwrites(graph, command, members, context);
    if (lost) throw refusalAt({ ...lost, harmful: true }, spanOf, context);
  }
  const jobs = await jobsToRest(command, members, () => context.world.graph());
  let answer = await context.world.perform(step, limit);
  noteOwn(step, context);
  for (const job of jobs)
    answer = await context.world.perform({ kind: 'await-job', job, status: 'rest' }, limit);
  return answer;
}

/** QEMU cuts a file that is there to nothing; a statement asks for `overwrite=on` first, a command has no such word. */
function overwrites(
  graph: BlockGraph,
  command: string,
  members: PlannedObject,
  context: Context,
): Refusal | undefined {
  for (const made of pathsTakenBy(command, members)) {
    const there = fileThere(graph, made, TAKEN);
    if (there) return there;
  }
  return formatsData(graph, command, members, ownIn(context));
}
