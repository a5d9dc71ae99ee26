import * as problems from '../../diagnostics/catalogue/flow.ts';
import { Later } from '../../qapi/placeholder.ts';
import type { Datum } from '../../statements/datum.ts';
import type { ParameterKind } from '../../statements/define.ts';
import type { Parameter, Value } from '../../syntax/ast.ts';
import { convert, describeKind, evaluateAs } from './arguments.ts';
import type { Context } from './context.ts';
import { scriptError } from './failure.ts';

/** The names of parameter types, enumerations apart. */
export const parameterTypes = [
  'node',
  'device',
  'job',
  'bitmap',
  'path',
  'size',
  'duration',
  'integer',
  'boolean',
  'string',
] as const;

/** The kind of value that a parameter's type stands for; undefined where no type is called so. */
export function kindOfType(parameter: Parameter): ParameterKind | undefined {
  const names = parameter.type.names.map(({ text }) => text);
  if (names.length > 1) return { is: 'choice', of: names };
  const known = parameterTypes.find(type => type === names[0]);
  return known && { is: known };
}

/** The kind of a parameter's whole value: of a list, where its type ends in `[]`. */
export function wholeKindOfType(parameter: Parameter): ParameterKind | undefined {
  const kind = kindOfType(parameter);
  return kind && parameter.type.list ? { is: 'list', of: kind } : kind;
}

/** What a call writes as the value of a parameter: where that takes a list, `a,b` is `[a, b]`, as on a command line. */
export function writtenFor(parameter: Parameter, value: Value): Value {
  if (!parameter.type.list || value.kind !== 'bare' || !value.text.includes(',')) return value;
  let start = value.span.start;
  const items = value.text.split(',').flatMap((text): Value[] => {
    const span = { start, end: start + text.length };
    start = span.end + 1;
    return text === '' ? [] : [{ kind: 'bare', span, text }];
  });
  return { kind: 'list', span: value.span, items };
}

/** Binds a script's parameter: to what the user gave, else to its default, else to the sandbox's disk. */
export async function evaluateParameter(parameter: Parameter, context: Context): Promise<Datum> {
  const name = parameter.name.text;
  const kind = kindOfType(parameter);
  if (!kind)
    throw scriptError(
      problems.unknownParameterType(parameter.type.span, parameter.type.names[0]?.text ?? '', parameterTypes),
    );
  // A value that does not fit is told once, not again wherever it is used.
  if (context.world.planning) context.scope.bind(name, new Later(name));
  context.scope.bind(name, await parameterValue(parameter, kind, context));
  return null;
}

async function parameterValue(parameter: Parameter, kind: ParameterKind, context: Context): Promise<Datum> {
  const name = parameter.name.text;
  const given = context.parameters.get(name);
  if (given !== undefined) return convertGiven(parameter, kind, given, context);
  if (parameter.default) {
    const whole = wholeKindOfType(parameter) ?? kind;
    return evaluateAs(whole, name, parameter.default, context);
  }
  const disk = context.sandboxDevices.get(name);
  if (disk !== undefined) return parameter.type.list ? [disk] : disk;
  if (context.world.planning) return new Later(name);
  throw scriptError(problems.missingParameter(parameter.name.span, name, describeKind(kind)));
}

/** A command line gives text, and a list as `a,b`; a library may give data. */
async function convertGiven(
  parameter: Parameter,
  kind: ParameterKind,
  given: Datum,
  context: Context,
): Promise<Datum> {
  const { name } = parameter;
  if (!parameter.type.list) return convert(kind, name.text, given, name.span, context);
  const items =
    typeof given === 'string'
      ? given.split(',').filter(item => item !== '')
      : Array.isArray(given)
        ? given
        : [given];
  const list: Datum[] = [];
  for (const item of items) list.push(await convert(kind, name.text, item, name.span, context));
  return list;
}
