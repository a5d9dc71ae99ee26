import { isStandIn } from '../../commands/rules/find.ts';
import * as problems from '../../diagnostics/catalogue/verbs.ts';
import { coerceArguments, nestDotted } from '../../qapi/coerce.ts';
import { Later } from '../../qapi/placeholder.ts';
import type { Datum, DatumObject } from '../../statements/datum.ts';
import type { Call, Ending, StatementDefinition } from '../../statements/define.ts';
import type { Argument, Value, VerbStatement } from '../../syntax/ast.ts';
import { evaluateAs } from './arguments.ts';
import type { Context } from './context.ts';
import { scriptError } from './failure.ts';
import { evaluateForWire } from './values.ts';
import { toWire } from './wire.ts';

/** The QMP command whose arguments a statement passes on, given the keys it was written with. */
export function commandOf(definition: StatementDefinition, keys: ReadonlySet<string>): string | undefined {
  return typeof definition.command === 'function' ? definition.command(keys) : definition.command;
}

/** The value that a statement gives to each parameter of its definition, the subject included. */
export function valuesByParameter(
  definition: StatementDefinition,
  statement: VerbStatement,
): Map<string, Value> {
  const values = new Map<string, Value>();
  const subject = definition.parameters[0];
  const word = statement.words[0];
  if (subject && word) values.set(subject.name, word);
  for (const argument of statement.arguments) {
    const parameter = definition.parameters.find(({ name }) => name === argument.key.text);
    if (parameter) values.set(parameter.name, argument.value);
  }
  return values;
}

/** Evaluates a statement's arguments for `lower`; the script's errors in them are thrown. */
export async function makeCall(
  definition: StatementDefinition,
  statement: VerbStatement,
  context: Context,
): Promise<Call> {
  const values = valuesByParameter(definition, statement);
  const given: Record<string, Datum> = {};
  for (const parameter of definition.parameters) {
    const value = values.get(parameter.name);
    if (!value) continue;
    const made =
      parameter.kind.is === 'node' && parameter.kind.madeWith && values.has(parameter.kind.madeWith);
    given[parameter.name] = await evaluateAs(
      made ? { is: 'new-node' } : parameter.kind,
      parameter.name,
      value,
      context,
    );
  }
  const others = statement.arguments.filter(
    ({ key }) => !values.has(key.text) && !(definition.job && key.text === 'job-id'),
  );
  const command = commandOf(definition, new Set(statement.arguments.map(({ key }) => key.text)));
  const graph = await context.world.graph();
  // Another client may have begun some meanwhile.
  context.jobIds.takeThoseOf(graph);
  const beside = { ...definition.implied?.(given, graph), ...scalarsByArgument(definition, given) };
  const further = await wireArguments(others, command, context, beside);
  const ownId = await explicitJobId(definition, statement, context);
  return {
    given,
    further,
    graph,
    named: (name, what) => (context.world.planning && isStandIn(name) ? new Later(what) : name),
    knows: (name, argument) => context.world.schema.has(name, argument),
    ...(statement.ending ? { ending: statement.ending.text as Ending } : {}),
    jobId: type => (type === definition.job && ownId !== undefined ? ownId : context.jobIds.make(type)),
  };
}

async function explicitJobId(
  definition: StatementDefinition,
  statement: VerbStatement,
  context: Context,
): Promise<string | undefined> {
  const argument = definition.job ? statement.arguments.find(({ key }) => key.text === 'job-id') : undefined;
  if (!argument) return undefined;
  const id = await evaluateAs({ is: 'job' }, 'job-id', argument.value, context);
  if (typeof id !== 'string') return context.jobIds.make(definition.job ?? 'job');
  if (!/^[A-Za-z][A-Za-z0-9._-]*$/.test(id)) throw scriptError(problems.badJobId(argument.value.span, id));
  context.jobIds.take(id);
  return id;
}

/**
 * `key=value` arguments as a command's arguments: dotted keys nested, bare words typed by the schema. `beside` are further
 * arguments of the command, which may say which case of it is meant, as `driver` does.
 */
export async function wireArguments(
  written: readonly Argument[],
  command: string | undefined,
  context: Context,
  beside: DatumObject = {},
): Promise<DatumObject> {
  const entries: [string, Datum][] = [];
  for (const argument of written)
    entries.push([argument.key.text, toWire(await evaluateForWire(argument.value, context))]);
  const nested = nestDotted(entries);
  if ('conflict' in nested) {
    const at = written.find(({ key }) => key.text === nested.conflict) ?? written[0];
    if (at) throw scriptError(problems.clashingKeys(at.key.span, at.key.text));
    return {};
  }
  const all = coerceArguments(context.world.schema, command ?? '', {
    ...beside,
    ...nested.tree,
  }) as DatumObject;
  return Object.fromEntries(Object.entries(all).filter(([key]) => key in nested.tree));
}

/** The scalar arguments that parameters stand for, under their names in QMP. */
function scalarsByArgument(definition: StatementDefinition, given: DatumObject): DatumObject {
  const pairs = definition.parameters.flatMap(({ name, argument }): [string, Datum][] => {
    const datum = given[name];
    return typeof datum === 'string' || typeof datum === 'number' || typeof datum === 'boolean'
      ? [[argument ?? name, datum]]
      : [];
  });
  return Object.fromEntries(pairs);
}
