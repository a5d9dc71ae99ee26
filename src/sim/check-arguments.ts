import { enumValues, type TypeInfo } from '../qapi/introspection.ts';
import type { Path } from '../qapi/lookup.ts';
import { isRefused, type Problem } from '../qapi/problem.ts';
import type { Schema } from '../qapi/schema.ts';
import { validateCommand } from '../qapi/validator.ts';
import type { JsonObject } from '../qmp/json.ts';

/** What QEMU's reader of arguments says about the first thing that is wrong with them; undefined where nothing is. */
export function argumentFault(schema: Schema, command: string, args: JsonObject): string | undefined {
  const problem = validateCommand(schema, command, args).find(isRefused);
  return problem && words(schema, command, args, problem);
}

function words(schema: Schema, command: string, args: JsonObject, problem: Problem): string {
  const name = nameOf(problem.path);
  switch (problem.kind) {
    case 'missing-argument':
      return `Parameter '${name}' is missing`;
    case 'unknown-argument':
      return `Parameter '${name}' is unexpected`;
    case 'unknown-value':
      // Of the value by which a union is told apart QEMU loses the way to it.
      return `Parameter '${String(problem.path.at(-1))}' does not accept value '${String(valueAt(args, problem.path))}'`;
    default:
      return `Invalid parameter type for '${name}', expected: ${typeWord(schema, schema.typeAt(command, problem.path, args))}`;
  }
}

/** QEMU loses the name of what stands in a list of plain values, and says `null`. */
function nameOf(path: Path): string {
  return path.reduce<string>(
    (name, step) => (typeof step === 'number' ? `${name}[${step}]` : name === '' ? step : `${name}.${step}`),
    '',
  );
}

function valueAt(args: JsonObject, path: Path): unknown {
  return path.reduce<unknown>((above, step) => (above as Record<string | number, unknown>)?.[step], args);
}

const BUILTINS: Readonly<Record<string, string>> = { int: 'integer', str: 'string', bool: 'boolean' };

function typeWord(schema: Schema, type: TypeInfo | undefined): string {
  switch (type?.['meta-type']) {
    case 'builtin':
      return BUILTINS[type.name] ?? type.name;
    case 'enum':
      return enumValues(type).length > 0 ? 'string' : 'value';
    case 'alternate':
      return alternateWord(type.members.map(member => schema.type(member.type)));
    default:
      return type?.['meta-type'] ?? 'value';
  }
}

/** An alternate's name is the one thing that introspection hides and QEMU says: these are the block layer's. */
function alternateWord(members: readonly (TypeInfo | undefined)[]): string {
  const takes = (kind: string) => members.some(type => type?.['meta-type'] === kind);
  const takesNull = members.some(type => type?.name === 'null');
  if (takes('object')) return takesNull ? 'BlockdevRefOrNull' : 'BlockdevRef';
  return takesNull ? 'StrOrNull' : 'string';
}
